"""Why there is nothing of somebody whom a person named, for all commands that take a student."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alpaca_course.course import Course
    from alpaca_course.lab import Lab


def nothing_of(place: Course, lab: Lab, student: str) -> str:
    """A sentence: not graded, nothing handed in, called otherwise here, or not in the course."""
    from alpaca_course.intake.submissions import folder_of
    from alpaca_course.lms.matching import Known
    from alpaca_course.lms.roster import Roster

    roster = Roster.load(place)
    if folder_of(place, lab, student).exists():
        return f"Nothing of {student} was graded yet. Run `alpaca grade`."
    if student in roster.by_id:
        return f"{student} handed in nothing for {lab.name}."
    meant = sorted(Known(roster).by_identifier(student))
    if meant:
        return f"No student has the id '{student}'; called so by the roster: {', '.join(meant)}."
    return f"Nothing was handed in by '{student}', and the roster has nobody called so."
