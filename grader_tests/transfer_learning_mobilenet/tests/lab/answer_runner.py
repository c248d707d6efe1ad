"""Run every answer of ``answers.py`` through its visible check; prints JSON. A process of its own,
because Keras reads ``KERAS_HOME`` once, when it is imported."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any


def main(helpers: str) -> None:
    sys.path[:0] = [helpers, str(Path(__file__).resolve().parents[4])]
    import lab_setup

    with lab_setup.quiet():
        import lab_checks
        import lab_messages
        import tensorflow  # noqa: F401
    from grader_tests.transfer_learning_mobilenet.tests.lab import answer as given
    from grader_tests.transfer_learning_mobilenet.tests.lab.answers import ANSWERS

    built: dict[str, Any] = {}
    exec(given.NOTEBOOK + given.BUILT, built)
    spoken = {}
    for answer in ANSWERS:
        names = dict(built)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(answer.setup, names)
            try:
                exec(answer.code, names)
                getattr(lab_checks, f"check_{answer.exercise}")(names)
                kind, text = "passed", said.getvalue()
            except lab_messages.LabMessage as message:
                rendered = "\n".join(message._render_traceback_())
                kind, text = type(message).__name__, rendered
        spoken[answer.name] = {"kind": kind, "text": text}
    print(json.dumps(spoken))


if __name__ == "__main__":
    main(sys.argv[1])
