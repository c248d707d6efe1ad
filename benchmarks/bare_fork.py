"""A warm process without Jupyter and without a sandbox: what grading costs at the least.

python -P -m benchmarks.bare_fork FILES WORKERS

Imports what the sandbox's warm process imports, then forks one child a job, as
:mod:`alpaca_course.qualification.warm` does for the corpus.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from pathlib import Path

from alpaca_course.execution.warm import LAB_MODULES
from alpaca_course.qualification.warm import Warm
from alpaca_course.sandbox.process_one import preload


def main() -> None:
    files, workers = Path(sys.argv[1]), int(sys.argv[2])
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    preload([*LAB_MODULES, "IPython.core.interactiveshell"])
    answers.write(json.dumps({"ready": True}) + "\n")
    answers.flush()
    # Python warns of the two idle threads that TensorFlow's import leaves.
    warnings.filterwarnings("ignore", category=DeprecationWarning, message=".*fork.*")
    Warm(files, workers, answers).serve()


if __name__ == "__main__":
    main()
