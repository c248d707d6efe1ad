"""What a test cell calls, beside students' code; it needs the standard library only.

``from alpaca_course.kernel import grade`` and ``grade("<exercise>", lab="<lab>")`` stand in the
hidden part of each test cell, which ``alpaca build`` writes. What an exercise's evidence is, the
lab says: ``notebooks/<lab>/evidence/<exercise>.py``. Nothing here or there knows what is right.
"""

from __future__ import annotations

MIME_TYPE = "application/vnd.alpaca.evidence+json"
CHALLENGE_VARIABLE = "ALPACA_CHALLENGE"
# nbgrader's own variable and value, by which released code knows that it is being graded.
GRADING = ("NBGRADER_EXECUTION", "autograde")


def grade(exercise: str, lab: str) -> float:
    """Collect and publish the evidence of ``exercise``; never raises.

    Args:
        exercise: its name in the lab's ``lab.toml``.
        lab: the lab's name, that of its folders.

    Returns:
        0.0, so that a notebook nobody post-processed scores nothing; in an author's kernel, where
        the judge can be imported, the points.
    """
    # Imported late: the trusted side imports this package for its words alone.
    from alpaca_course.kernel.publish import run

    return run(exercise, lab)


__all__ = ["CHALLENGE_VARIABLE", "GRADING", "MIME_TYPE", "grade"]
