"""``deadlines.toml`` through grading: every place has the same, and nothing is executed for it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from alpaca_course.course import Course
from alpaca_course.lms.collected import Collected, Taken
from alpaca_course.lms.misnamed import misnamed
from alpaca_course.lms.roster import Roster, Student
from tests import light
from tests.commands import ATTENTION, alpaca, answer
from tests.light import ASSIGNMENT

DUE = "2026-11-04T23:59:00"
FILE = f"""
zone = "Europe/Berlin"
[labs.{ASSIGNMENT}]
due = {DUE}
grace = "10 min"
penalty = {{ percent = 10, per = "day" }}
"""
TIMES = {
    "ann": "2026-11-04 22:00:00 UTC",
    "bob": "2026-11-04 23:05:00 UTC",  # 6 minutes, within the grace
    "dan": "2026-11-05 23:30:00 UTC",  # a day and half an hour
    "eve": "2026-11-06 10:00:00 UTC",
    "fay": "",
}


@pytest.fixture(scope="module")
def graded(pristine: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Five hand-ins, graded without a due date; do not change it."""
    from tests.conftest import copy_course

    course = copy_course(pristine, tmp_path_factory.mktemp("late") / "course")
    for student, time in TIMES.items():
        path = light.hand_in(course, student, light.solved(course))
        if time:
            (path.parent / "timestamp.txt").write_text(time)
    roster = Roster.of([Student("eve", sections=("Tuesday",)), Student("gus"), Student("ann")])
    roster.save(course)
    with Gradebook(course.db_url) as book:
        book.update_or_create_student("gus")
    assert alpaca(course, "grade").returncode == 0
    return course


@pytest.fixture
def course(graded: Course, tmp_path: Path) -> Course:
    from tests.conftest import copy_course

    return copy_course(graded, tmp_path / "course")


def say(course: Course, *more: str) -> None:
    course.deadlines.write_text("\n".join([FILE, *more]))


def some(what: str, **values: str) -> str:
    told = "\n".join(f"{name} = {value}" for name, value in values.items())
    return f"[[labs.{ASSIGNMENT}.{what}]]\n{told}\n"


def penalties(course: Course, command: str = "grade") -> dict[str, float]:
    found = answer(course, command)
    if command == "regrade":
        found = answer(course, "report")
    return {each["student"]: each["penalty"] for each in found["submissions"] if each["penalty"]}


@pytest.fixture
def executions(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    from alpaca_course.judging.session import GradingSession

    seen: list[Any] = []
    monkeypatch.setattr(GradingSession, "submit", lambda *a, **_: seen.append(a))
    yield seen
    assert not seen


@pytest.mark.parametrize("command", ["grade", "regrade"])
def test_a_due_date_that_comes_later(course: Course, executions: list[Any], command: str) -> None:
    say(course)
    assert penalties(course, command) == {"dan": 6.0, "eve": 6.0}
    course.deadlines.unlink()
    assert penalties(course, command) == {}


def test_extensions_of_file_and_formgrader(course: Course, executions: list[Any]) -> None:
    say(course, some("extensions", section='"Tuesday"', by='"1 day"'))
    assert penalties(course) == {"dan": 6.0, "eve": 3.0}
    with Gradebook(course.db_url) as book:
        book.find_submission(ASSIGNMENT, "dan").extension = timedelta(days=1)
        book.db.commit()
    assert penalties(course) == {"dan": 3.0, "eve": 3.0}
    say(course, some("excused", student='"dan"', why='"ill"'), some("excused", section='"Tuesday"'))
    assert penalties(course) == {}


def test_every_place_says_it(course: Course, executions: list[Any]) -> None:
    say(course, some("extensions", student='"eve"', by='"1 day"', why='"ill"'))
    answer(course, "grade")
    dan = answer(course, "show", "dan")
    assert dan["lateness"]["late_by_seconds"] == 86400 + 31 * 60
    assert "1 day 31 minutes late" in " ".join(alpaca(course, "show", "dan").stdout.split())
    report = {each["student"]: each for each in answer(course, "report")["submissions"]}
    assert report["dan"]["lateness"] == dan["lateness"]
    assert "extended (ill)" in report["eve"]["lateness"]["why"]
    assert report["fay"]["lateness"]["late"] is False
    table = alpaca(course, "export", "--output", "-").stdout
    rows = {row["student_id"]: row for row in csv.DictReader(io.StringIO(table))}
    assert rows["dan"]["late"] == "1 day 31 minutes late"
    assert float(rows["dan"]["late_hours"]) == pytest.approx(24.52)
    assert rows["eve"]["due"] == "2026-11-05T22:59:00+00:00"
    assert rows["bob"]["late"] == ""
    assert alpaca(course, "feedback").returncode == 0
    page = (course.feedback / "dan" / ASSIGNMENT / f"{light.NOTEBOOK}.html").read_text()
    assert "late (due 2026-11-04 23:59 Europe/Berlin)" in page


def test_a_page_is_written_anew_where_the_date_moved(course: Course) -> None:
    say(course)
    answer(course, "grade")
    assert "dan" in answer(course, "feedback")["made"]
    assert answer(course, "feedback")["made"] == []
    say(course, some("extensions", student='"dan"', by='"3 days"'))
    answer(course, "regrade")
    assert answer(course, "feedback")["made"] == ["dan"]


def test_what_another_system_calls_late_costs_nothing_without_a_time(course: Course) -> None:
    late = Taken(source="canvas", marked_late=True)
    Collected({"fay": late, "dan": late}).save(course, ASSIGNMENT)
    say(course)
    assert penalties(course) == {"dan": 6.0, "eve": 6.0}
    fay, dan = (answer(course, "show", name)["lateness"] for name in ("fay", "dan"))
    assert "Canvas marks it as late" in fay["unsure"]
    assert dan["unsure"] == ""  # its time is known
    assert "late?" in alpaca(course, "grade").stdout


def test_who_is_excused_and_handed_in_nothing(course: Course) -> None:
    say(course, some("excused", student='"gus"', why='"exchange year"'))
    answer(course, "grade")
    found = answer(course, "report")
    assert (found["missing"], found["excused"]) == (["gus"], {"gus": "exchange year"})
    table = csv.DictReader(io.StringIO(alpaca(course, "export", "--output", "-").stdout))
    row = next(row for row in table if row["student_id"] == "gus")
    assert (row["state"], row["late"]) == ("not handed in", "excused")
    assert "exchange year" in row["lateness"]


def test_the_plugin_is_asked_with_the_dates_of_the_file(course: Course) -> None:
    say(course)
    text = course.deadlines.read_text().replace('{ percent = 10, per = "day" }', '"plugin"')
    course.deadlines.write_text(text)
    (course.root / "late_by_hours.py").write_text(
        "from nbgrader.plugins import BasePlugin\n\n\n"
        "class Hours(BasePlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return total_seconds_late // 3600\n"
    )
    config = course.root / "nbgrader_config.py"
    plugin = "    c.AssignLatePenalties.plugin_class = 'late_by_hours.Hours'\n"
    config.write_text(
        config.read_text().replace("    configure(c)\n", f"    configure(c)\n{plugin}")
    )
    assert penalties(Course.load(course.root)) == {"dan": 24.0, "eve": 30.0}


def test_a_broken_file_stops_before_anything_is_graded(course: Course) -> None:
    course.deadlines.write_text("[labs.x]\ndue = 2026-11-04T23:59:00")
    for command in ("grade", "regrade", "report"):
        done = alpaca(course, command)
        assert (done.returncode, "in which zone" in done.stderr) == (1, True), command


def test_names_that_are_nobodys_are_named(course: Course) -> None:
    say(course, some("extensions", student='"anne"', by='"1 day"'))
    done = alpaca(course, "deadlines")
    assert (done.returncode, "nobody gets" in done.stderr) == (ATTENTION, True)
    assert "'anne'" in done.stderr
    assert "'anne'" in alpaca(course, "grade").stderr
    say(course, some("extensions", section='"Wednesday"', by='"1 day"'))
    assert "'Wednesday'" in alpaca(course, "regrade").stderr
    course.deadlines.write_text(FILE.replace(ASSIGNMENT, "other_lab"))
    assert "other_lab" in alpaca(course, "deadlines").stderr


@pytest.mark.parametrize("name", ["deadlines.toml.txt", "Deadlines.toml", "deadline.toml"])
def test_due_dates_in_a_file_of_another_name_are_missed(pristine: Course, name: str) -> None:
    other = pristine.root / name
    assert not misnamed(pristine)
    other.write_text(FILE)
    try:
        assert misnamed(pristine) == [f"{name} is not read: it has to be called deadlines.toml."]
    finally:
        other.unlink()


def test_an_extension_of_no_due_date_is_said(course: Course) -> None:
    extension = some("extensions", student='"ann"', by='"1 day"')
    course.deadlines.write_text(f'zone = "Europe/Berlin"\n{extension}')
    for command, code in (("deadlines", ATTENTION), ("grade", 0), ("regrade", 0)):
        done = alpaca(course, command)
        assert (done.returncode, "extensions change nothing" in done.stderr) == (code, True)
    with Gradebook(course.db_url) as book:
        book.update_or_create_assignment(ASSIGNMENT, duedate=datetime(2026, 11, 1))
    assert answer(course, "deadlines")["in_vain"] == []


def test_what_counts_is_shown(course: Course) -> None:
    say(course, some("extensions", section='"Tuesday"', by='"1 day"'))
    with Gradebook(course.db_url) as book:
        book.update_or_create_assignment(ASSIGNMENT, duedate=datetime(2026, 11, 1))
    found = answer(course, "deadlines")["labs"][ASSIGNMENT]
    assert found["due"] == "2026-11-04 23:59 Europe/Berlin"
    assert found["penalty"] == "10 % of the points possible for each day begun"
    assert [*found["others"]] == ["eve"]
    course.deadlines.unlink()
    assert answer(course, "deadlines")["labs"][ASSIGNMENT]["due"] == "2026-11-01 00:00 UTC"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gus", "gus handed in nothing"),
        ("ann@x.org", "called so by the roster: ann"),
        ("Ann Lee", "called so by the roster: ann"),
        ("zed", "the roster has nobody called so"),
        ("new", "Nothing of new was graded yet"),
    ],
)
def test_why_there_is_nothing_of_somebody(course: Course, name: str, said: str) -> None:
    Roster.of([Student("ann", "Ann", "Lee", "ann@x.org"), Student("gus")]).save(course)
    light.hand_in(course, "new", light.solved(course))
    for command in (("show", name), ("accept", name), ("feedback", "-s", name)):
        done = alpaca(course, *command)
        assert (done.returncode, said in done.stderr) == (1, True), command
    if name != "new":
        assert said in alpaca(course, "grade", "-s", name).stderr
