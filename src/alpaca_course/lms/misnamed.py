"""Names in ``deadlines.toml`` and ``lab.toml`` that are nobody's: what nobody gets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alpaca_course.course import Course
from alpaca_course.deadlines import Deadlines
from alpaca_course.intake.submissions import students
from alpaca_course.lms.roster import Roster

# As editors and people call the file, so that nobody reads it.
_OTHERWISE = {"deadline.toml", "deadlines.txt", "deadlines.toml.txt", "deadline.toml.txt"}


def misnamed(course: Course) -> list[str]:
    """A sentence for each lab, student and section that they name and the course does not have.

    And one for a file of due dates under another name.

    Raises:
        CourseError: the file or the roster cannot be read.
    """
    deadlines, roster = Deadlines.read(course.deadlines), Roster.load(course)
    sections = {section for each in roster.students for section in each.sections}
    known = set(roster.by_id).union(*(students(course, lab) for lab in course.labs.values()))
    said = [*_not_read(course)]
    said += [
        f"deadlines.toml names a lab '{name}', which the course does not have: there is "
        f"{', '.join(course.labs)}."
        for name in deadlines.labs
        if name not in course.labs
    ]
    for lab in deadlines.labs:
        people, groups = deadlines.named(lab)
        said += _unknown(lab, "student", people - known)
        said += _unknown(lab, "section", groups - sections)
    for name, declared in course.labs.items():
        wanted = {each for some in declared.policy.for_sections for each in some.sections}
        said += [
            f"notebooks/{name}/lab.toml, policy: the roster has no section '{each}', so that its "
            "policy is nobody's."
            for each in sorted(wanted - sections)
        ]
    return said


def _not_read(course: Course) -> Iterator[str]:
    """Of files that are called nearly as the one that is read, which is not there."""
    name = course.deadlines.name
    if course.deadlines.exists():
        return
    for path in sorted(course.root.iterdir()):
        if path.name.casefold() in {*_OTHERWISE, name} and path.is_file():
            yield f"{path.name} is not read: it has to be called {name}."


def _unknown(lab: str, what: str, names: Iterable[str]) -> list[str]:
    return [
        f"deadlines.toml, {lab}: neither the roster nor submitted/ has a {what} '{name}', so that "
        "nobody gets what it says for them."
        for name in sorted(names)
    ]
