"""What a test cell's ``grade(...)`` does: collect, publish, and in an author's kernel judge."""

from __future__ import annotations

import importlib
import os
import secrets
import sys
from typing import Any

from alpaca_course.kernel import CHALLENGE_VARIABLE, GRADING, MIME_TYPE


def run(exercise: str, lab: str) -> float:
    """See :func:`alpaca_course.kernel.grade`."""
    try:
        shell, namespace = _kernel()
        challenge = os.environ.get(CHALLENGE_VARIABLE) or secrets.token_hex(16)
        from alpaca_course.kernel.collect import collect, collector_of

        if _graded():
            from alpaca_course.kernel.steady import settle

            collector_of(exercise, lab)
            settle(lab)
        payload = collect(exercise, lab, namespace, challenge)
        if shell is not None:
            shell.display_pub.publish({MIME_TYPE: payload}, metadata={})
        return _judge(payload, exercise, lab, challenge)
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


def _graded() -> bool:
    variable, value = GRADING
    return os.environ.get(variable) == value


def _judge(payload: dict[str, Any], exercise: str, lab: str, challenge: str) -> float:
    """The points, in an author's kernel; 0.0 while submissions are graded, or without a judge."""
    if _graded():
        return 0.0
    try:
        judge_here = importlib.import_module("alpaca_course.judging.author").judge_here
    except ImportError:  # only what runs beside students' code is installed here
        return 0.0
    return float(judge_here(payload, exercise, lab, challenge))
