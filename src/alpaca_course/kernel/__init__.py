"""Evidence of what a student built: collected beside the student, validated and judged elsewhere.

A test cell does ``from alpaca_course.kernel import grade``. Everything that this reaches
(:mod:`~alpaca_course.kernel.publish`, ``collect``, ``keras_access``, …) needs the standard
library, NumPy and Keras only. :mod:`~alpaca_course.contract.evidence` (pydantic) and
:mod:`~alpaca_course.contract.verdict` belong to the trusted side.
"""

from __future__ import annotations

MIME_TYPE = "application/vnd.alpaca.evidence+json"
CHALLENGE_VARIABLE = "ALPACA_CHALLENGE"


def grade(exercise: str) -> float:
    """Collect and publish the evidence of ``exercise``; never raises.

    Args:
        exercise: ``"data_augmenter"``, ``"alpaca_model"`` or ``"fine_tuning"``.

    Returns:
        0.0, so that a notebook nobody post-processed scores nothing; in an author's kernel, where
        the judge can be imported, the points.
    """
    # Imported late: the trusted side imports this package without Keras.
    from alpaca_course.kernel.publish import run

    return run(exercise)


__all__ = ["CHALLENGE_VARIABLE", "MIME_TYPE", "grade"]
