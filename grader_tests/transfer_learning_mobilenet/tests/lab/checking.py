"""What the visible checks say to answers, each in a fork of the lab's template.

In a fork the networks of answers are ready, and none of them disturbs the next; that nobody can
tell such a network from one that was built is tested beside the lab's evidence.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Sequence

from grader_tests.transfer_learning_mobilenet.tests.lab import answer
from grader_tests.transfer_learning_mobilenet.tests.lab_process import Lab

PASSED = "passed"


def said_to(lab: Lab, helpers: str, exercise: str, sources: Sequence[str]) -> dict[str, str]:
    """What the check of ``exercise`` says to the code of these cells.

    Args:
        lab: forks of the template.
        helpers: the folder of the lab's helper modules, as students have it.
        exercise: whose check is run.
        sources: the code of the cells up to it, behind what the notebook's given cells define.

    Returns:
        The ``kind``, which is the name of what stopped the check or :data:`PASSED`, the ``text``
        that a student reads, and what went to ``stderr``.
    """
    call = f"in_a_fork({helpers!r}, {exercise!r}, {list(sources)!r})"
    found: dict[str, str] = lab.look([f"from {__name__} import in_a_fork\nfound = {call}"])
    return found


def in_a_fork(helpers: str, exercise: str, sources: Sequence[str]) -> dict[str, str]:
    """As :func:`said_to` has it, in this process, which is not fit for anything else then."""
    sys.path.insert(0, helpers)
    import lab_checks
    import lab_messages

    names: dict[str, object] = {}
    exec(answer.NOTEBOOK, names)
    if exercise == "fine_tuning":
        exec(answer.BUILT + answer.COMPILED, names)
    said = io.StringIO()
    with tempfile.TemporaryFile() as errors:
        os.dup2(errors.fileno(), 2)
        with contextlib.redirect_stdout(said):
            try:
                for source in sources:
                    exec(source, names)
                getattr(lab_checks, f"check_{exercise}")(names)
                kind, text = PASSED, said.getvalue()
            except lab_messages.LabMessage as message:
                kind, text = type(message).__name__, "\n".join(message._render_traceback_())
            except Exception as error:
                kind, text = type(error).__name__, f"the cell stops: {error}"
        sys.stderr.flush()
        errors.seek(0)
        return {"kind": kind, "text": text, "stderr": errors.read().decode(errors="replace")}
