"""What a test cell's ``grade(...)`` does: collect, publish, and in an author's kernel judge."""

from __future__ import annotations

import importlib
import importlib.util
import os
import secrets
import sys
from typing import Any

from alpaca_course.kernel import CHALLENGE_VARIABLE, MIME_TYPE


def run(exercise: str) -> float:
    """See :func:`alpaca_course.kernel.grade`."""
    try:
        shell, namespace = _kernel()
        challenge = os.environ.get(CHALLENGE_VARIABLE) or secrets.token_hex(16)
        from alpaca_course.kernel.collect import collect

        payload = collect(exercise, namespace, challenge)
        if shell is not None:
            shell.display_pub.publish({MIME_TYPE: payload}, metadata={})
        if _judge_is_here():
            return _judge(payload, exercise, challenge)
    except BaseException as error:  # a test cell that raises would be scored by nbgrader itself
        sys.stdout.write(f"No evidence could be collected: {type(error).__name__}.\n")
    return 0.0


def _kernel() -> tuple[Any, dict[str, Any]]:
    """IPython's shell and the names of the notebook; without IPython those of ``__main__``."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    if shell is None:
        return None, vars(sys.modules["__main__"])
    return shell, shell.user_ns


def _judge_is_here() -> bool:
    """Whether this is an author's kernel: never while submissions are graded."""
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        return False
    try:
        return (
            importlib.util.find_spec("grader_tests.transfer_learning_mobilenet.judge") is not None
        )
    except (ImportError, ValueError):
        return False


def _judge(payload: dict[str, Any], exercise: str, challenge: str) -> float:
    judge = importlib.import_module("grader_tests.transfer_learning_mobilenet.judge")
    schema = importlib.import_module("alpaca_course.contract.evidence")
    known = importlib.import_module("alpaca_course.judging.known_weights")
    evidence = schema.parse(payload, exercise=exercise, challenge=challenge)
    verdict = judge.judge(evidence, fingerprints=known.fingerprints_on_disk())
    sys.stdout.write(verdict.text())
    return float(verdict.points)
