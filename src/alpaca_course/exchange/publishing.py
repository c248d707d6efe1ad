"""The release in the exchange, where students fetch it and without which none can hand in."""

from __future__ import annotations

import filecmp
from pathlib import Path

from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.exchange.options import exchange_root
from alpaca_course.lab import Lab


def ensure_exchange(course: Course) -> Path:
    """Make the exchange's folder; without it formgrader hides *release* and *collect*."""
    root = Path(str(course.config.Exchange.get("root") or exchange_root(course.root)))
    if not root.is_dir():
        root.mkdir(parents=True)
        # Other people of a machine hand in here, too; nbgrader asks for exactly this mode.
        root.chmod(0o777)
    return root


def course_id(course: Course) -> str:
    """nbgrader's name of the course."""
    return str(course.config.CourseDirectory.course_id)


def published(course: Course, lab: Lab) -> Path:
    """Where the release lies in the exchange."""
    return ensure_exchange(course) / course_id(course) / "outbound" / lab.name


def is_current(course: Course, lab: Lab) -> bool:
    """Whether the exchange holds exactly what ``release/`` holds."""
    there = published(course, lab)
    files = [p.relative_to(lab.release) for p in lab.release.iterdir() if p.is_file()]
    if not there.is_dir() or {p.name for p in there.iterdir()} != {str(p) for p in files}:
        return False
    _, different, unreadable = filecmp.cmpfiles(
        lab.release, there, [str(p) for p in files], shallow=False
    )
    return not different and not unreadable


def publish(course: Course, lab: Lab) -> bool:
    """Release the assignment through nbgrader, unless the exchange has it as it is now.

    Returns:
        Whether anything was done.

    Raises:
        CourseError: nbgrader refused.
    """
    if is_current(course, lab):
        return False
    from nbgrader.exchange import ExchangeError

    from alpaca_course.exchange.driving import exchange

    release = exchange(course, lab, "ReleaseAssignment")
    release.force = True
    try:
        release.start()
    except ExchangeError as error:
        raise CourseError(f"The release cannot be put into the exchange: {error}") from error
    return True
