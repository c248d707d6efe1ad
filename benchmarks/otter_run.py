"""Runs in otter-grader's own environment: grade notebooks one after the other in this process.

python -P otter_run.py AUTOGRADER.zip NOTEBOOK ...

This is what ``otter run`` does for each of them, without starting Python anew each time.
"""

from __future__ import annotations

import sys

from otter.api import grade_submission


def main() -> None:
    autograder, *notebooks = sys.argv[1:]
    for path in notebooks:
        results = grade_submission(path, autograder, quiet=True)
        if not results.possible or results.total != results.possible:
            sys.exit(f"{path}: {results.total} of {results.possible}\n{results.summary()}")


if __name__ == "__main__":
    main()
