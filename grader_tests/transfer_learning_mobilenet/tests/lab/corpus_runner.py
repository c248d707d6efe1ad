"""Run the graded cells of corpus cases through their visible checks; prints JSON.

A process of its own, as in ``answer_runner.py``. Input: a list of ``[case, exercise, cells]``, the
exercise whose check is wanted and the code of the cells up to it. Output: what each check says,
empty where it passes.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import warnings
from pathlib import Path
from typing import Any


def main(helpers: str, wanted: str) -> None:
    sys.path[:0] = [helpers, str(Path(__file__).parent)]
    import lab_setup

    with lab_setup.quiet():
        import lab_checks
        import lab_messages
        import tensorflow  # noqa: F401
    import answer

    warnings.simplefilter("ignore")
    built: dict[str, Any] = {}
    exec(answer.NOTEBOOK + answer.BUILT, built)
    said = {}
    for case, exercise, cells in json.loads(Path(wanted).read_text(encoding="utf-8")):
        names = dict(built)
        with contextlib.redirect_stdout(io.StringIO()):
            exec(answer.COMPILED, names)
            try:
                for source in cells:
                    exec(source, names)
                getattr(lab_checks, f"check_{exercise}")(names)
                said[case] = ""
            except lab_messages.LabMessage as message:
                said[case] = str(message)
            except Exception as error:
                said[case] = f"the cell stops: {type(error).__name__}: {error}"
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
