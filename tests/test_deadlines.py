"""Due dates, grace, extensions and penalties, and what is told of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alpaca_course.contract.spans import span
from alpaca_course.deadlines import Deadlines, DeadlinesError, Term

LAB = "lab"
FILE = """
zone = "Europe/Berlin"
grace = "15 min"

[labs.lab]
due = 2026-12-04T23:59:00
penalty = { percent = 10, per = "day", most = 50 }

[[labs.lab.extensions]]
student = "ann"
by = "2 days"
why = "ill"

[[labs.lab.extensions]]
section = "Tuesday"
due = 2026-12-05T23:59:00

[[labs.lab.excused]]
students = ["eve"]
why = "exchange year"
"""
DUE = datetime(2026, 12, 4, 22, 59, tzinfo=UTC)


def term(student: str = "bob", *sections: str, text: str = FILE, **others: Any) -> Term:
    return Deadlines.parse(text).term(LAB, student, sections, **others)


def after(**length: float) -> datetime:
    return DUE + timedelta(**length)


def test_a_local_time_is_in_the_zone_that_is_named_once() -> None:
    assert term().due == DUE
    assert term(text=FILE.replace("T23:59:00\npen", "T23:59:00+05:00\npen")).due == DUE - timedelta(
        hours=4
    )


def test_grace_is_in_time_and_lateness_counts_from_the_due_date() -> None:
    assert term().late_by(after(minutes=15)) == timedelta(0)
    assert term().late_by(after(minutes=16)) == timedelta(minutes=16)
    told = term().lateness(after(minutes=10), 0.0)
    assert not told.is_late
    assert "within the grace of 15 minutes" in told.why


def test_who_named_no_time_is_never_late() -> None:
    told = term().lateness(None, 0.0)
    assert (told.late_by, told.is_told) == (timedelta(0), False)
    doubtful = term().lateness(None, 0.0, said="Canvas marks it as late", unsure=True)
    assert doubtful.is_told
    assert "Canvas marks it as late" in doubtful.why
    sure = term().lateness(None, 0.0, said="Canvas does not mark it as late")
    assert not sure.is_told
    assert sure.why.endswith("Canvas does not mark it as late.")
    # Where the time is known, nobody asks Canvas.
    assert not term().lateness(DUE, 0.0, said="x", unsure=True).is_told


@pytest.mark.parametrize(
    ("student", "sections", "due", "why"),
    [
        ("bob", (), DUE, ""),
        ("ann", (), DUE + timedelta(days=2), "extended (ill)"),
        ("bob", ("Tuesday",), DUE + timedelta(days=1), "as for Tuesday"),
        # The latest of all that are for somebody.
        ("ann", ("Tuesday",), DUE + timedelta(days=2), "extended (ill)"),
    ],
)
def test_extensions(student: str, sections: tuple[str, ...], due: datetime, why: str) -> None:
    found = term(student, *sections)
    assert (found.due, found.extended) == (due, why)


def test_a_name_in_another_spelling_is_the_same_student() -> None:
    text = FILE.replace('"ann"', '"zo\u00eb"')
    assert term("zo\u00eb", text=text).extended
    assert term("zo\u00eb", text=FILE.replace('"ann"', '"zoe\u0308"')).extended


def test_formgrader_has_its_say() -> None:
    """Its extension counts beside the file's, and its due date where the file has none."""
    assert term(formgrader_extension=timedelta(days=3)).due == DUE + timedelta(days=3)
    assert term("ann", formgrader_extension=timedelta(days=1)).due == DUE + timedelta(days=2)
    assert term(formgrader_due=DUE - timedelta(days=9)).due == DUE
    own = Deadlines.parse("").term(
        LAB, "bob", formgrader_due=DUE, formgrader_extension=timedelta(hours=1)
    )
    assert (own.due, own.penalty) == (DUE + timedelta(hours=1), None)
    assert Deadlines.parse("").term(LAB, "bob").due is None


def test_who_is_excused_is_not_late() -> None:
    told = term("eve").lateness(after(days=30), 0.0)
    assert not told.is_late
    assert told.excused == "exchange year"
    assert "exchange year" in told.why


@pytest.mark.parametrize(
    ("rule", "late", "earned", "off"),
    [
        ("{percent = 10}", timedelta(minutes=1), 20.0, 3.0),
        ("{percent = 10}", timedelta(days=1), 20.0, 3.0),
        ("{percent = 10}", timedelta(days=1, seconds=1), 20.0, 6.0),
        ('{percent = 10, of = "earned"}', timedelta(days=1), 20.0, 2.0),
        ('{percent = 1, per = "1 h"}', timedelta(hours=5), 20.0, 1.5),
        ("{percent = 10, most = 20}", timedelta(days=9), 20.0, 6.0),
        ("{points = 2}", timedelta(days=2), 20.0, 4.0),
        ("{percent = 10, points = 1}", timedelta(days=2), 20.0, 8.0),
        ("{percent = 50}", timedelta(days=2), 7.0, 7.0),  # never more than was earned
        ("{percent = 50}", timedelta(days=2), 0.0, 0.0),
        ('{percent = 10, zero_after = "3 days"}', timedelta(days=3), 20.0, 9.0),
        ('{percent = 10, zero_after = "3 days"}', timedelta(days=3, seconds=1), 20.0, 20.0),
    ],
)
def test_penalties(rule: str, late: timedelta, earned: float, off: float) -> None:
    found = term(text=f"[labs.lab]\npenalty = {rule}").penalty
    assert found is not None
    assert found.taken_off(late, earned, 30.0) == off


def test_no_penalty_and_that_of_the_plugin() -> None:
    none = term(text='penalty = "none"').penalty
    assert none is not None
    assert none.taken_off(timedelta(days=9), 20.0, 30.0) == 0.0
    assert term(text='penalty = "plugin"').penalty is None
    # A lab's own counts before that of all labs.
    own = term(text='penalty = "none"\n[labs.lab]\npenalty = "plugin"')
    assert own.penalty is None


def test_days_are_those_of_the_clock_on_the_wall() -> None:
    """In the night to 2026-10-25 clocks are put back in Berlin."""
    text = 'zone = "Europe/Berlin"\n[labs.lab]\ndue = 2026-10-24T23:59:00\n'
    text += '[[labs.lab.extensions]]\nstudent = "ann"\nby = "1 day"\n'
    assert term("ann", text=text).due == datetime(2026, 10, 25, 22, 59, tzinfo=UTC)
    hours = text.replace("1 day", "24 h")
    assert term("ann", text=hours).due == datetime(2026, 10, 25, 22, 59, tzinfo=UTC)
    assert term("ann", text=text.replace("1 day", "12 h")).due == datetime(
        2026, 10, 25, 9, 59, tzinfo=UTC
    )


def test_an_hour_that_comes_twice_is_the_later_one() -> None:
    text = 'zone = "Europe/Berlin"\n[labs.lab]\ndue = 2026-10-25T02:30:00'
    assert term(text=text).due == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x", "no TOML"),
        ('zone = "Mars/Olympus"', "Mars/Olympus"),
        ('zone = "../etc/passwd"', "no zone"),
        ("[labs.lab]\ndue = 2026-12-04T23:59:00", "in which zone"),
        ('zone = "Europe/Berlin"\n[labs.lab]\ndue = 2026-03-29T02:30:00', "does not exist"),
        ('[labs.lab]\ngrace = "5 moons"', "moons"),
        ("[labs.lab]\ngrace = 5", "labs.lab.grace"),
        ('[labs.lab]\ndo = "x"', "labs.lab.do: there is no such setting"),
        ('[[labs.lab.extensions]]\nstudent = "ann"', "either 'due' or 'by'"),
        ('[[labs.lab.extensions]]\nby = "1 day"', "names nobody"),
        ("[labs.lab]\npenalty = {percent = 200}", "percent"),
        ("[labs.lab]\ndue = 2026-12-04", "no time with its hour"),
        ("[labs.lab]\ndue = 1764889140", "no time with its hour"),
        ('[labs.lab]\ndue = "tomorrow"', "no time with its hour"),
        ('[labs.lab]\npenalty = {percent = 10, per = "0 days"}', "per"),
        ("[labs.lab]\npenalty = {percent = nan}", "percent"),
        ('zone = "Europe/Berlin"\n[labs.lab]\ndue = 9999-12-31T23:59:59', "such a year"),
        ('zone = "Europe/Berlin"\n[labs.lab]\ndue = 0001-01-01T00:00:00', "such a year"),
        ('grace = "9999999 days"', "longer than a hundred years"),
        ('grace = "99999999999999 days"', "longer than a hundred years"),
        ("[labs.lab]\ndue = 2026-12-04T23:59", "minute and second: 2026-12-04T23:59:00"),
        ("[labs.lab]\ndue = 2027-02-29T23:59:00", "There stands: due = 2027-02-29"),
        ("[[labs.lab.excused]]\nstudent = “ann”", "straight"),
        ("[[labs.lab.excused]]\nstudent = 12", 'in quotation marks, as in "12"'),
        ('[[labs.lab.excused]]\nstudent = ["ann"]', "one text"),
        ('[[labs.lab.excused]]\nstudents = "ann"', 'as in ["ann"]'),
        ('[labs.lab.excused]\nstudent = "ann"', "[[labs.lab.excused]]"),
    ],
)
def test_what_cannot_be_meant_is_said(text: str, said: str) -> None:
    with pytest.raises(DeadlinesError) as error:
        Deadlines.parse(text)
    assert said in str(error.value)


def test_a_wrong_rule_is_told_once() -> None:
    with pytest.raises(DeadlinesError) as error:
        Deadlines.parse('[labs.lab]\npenalty = {percent = "10%"}')
    assert str(error.value).startswith("labs.lab.penalty.percent: it is a number alone")
    assert "\n" not in str(error.value)


def test_an_extension_takes_nobodys_time_away() -> None:
    """Of one that was given before everybody got more time."""
    early = FILE.replace('by = "2 days"', "due = 2026-12-01T12:00:00")
    assert early != FILE
    assert (term("ann", text=early).due, term("ann", text=early).extended) == (DUE, "")


def test_what_changes_nothing_is_said() -> None:
    assert Deadlines.parse(FILE).without_effect(LAB) == []
    early = FILE.replace('by = "2 days"', "due = 2025-12-11T12:00:00")
    (said,) = Deadlines.parse(early).without_effect(LAB)
    assert "an extension for ann changes nothing" in said
    assert "2026-12-04 23:59 Europe/Berlin" in said
    none = Deadlines.parse(FILE.replace("due = 2026-12-04T23:59:00\n", "", 1))
    (said,) = none.without_effect(LAB)
    assert "its extensions and penalty change nothing" in said
    # Formgrader's due date is extended as well; the extension for Tuesday is not later than it.
    (said,) = none.without_effect(LAB, after(days=30))
    assert "an extension for Tuesday changes nothing" in said
    assert none.without_effect("another") == []


def test_a_section_in_another_spelling_is_the_same() -> None:
    text = FILE.replace('"Tuesday"', '"\u00dcbung"')
    assert term("bob", "U\u0308bung", text=text).extended == "as for \u00dcbung"
    assert term("bob", "\u00dcbung", text=text.replace("\u00dc", "U\u0308")).extended


def test_what_formgrader_has_at_the_end_of_the_calendar_can_be_extended() -> None:
    never = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    text = FILE.replace("due = 2026-12-04T23:59:00\n", "", 1)
    found = term("ann", text=text, formgrader_due=never)
    assert found.due is not None
    assert found.shown(found.due)
    assert found.late_by(DUE) == timedelta(0)


def test_an_absent_file_says_nothing_and_a_broken_one_says_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "deadlines.toml"
    assert Deadlines.read(path).labs == ()
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(DeadlinesError, match=r"deadlines\.toml cannot be read: save it as UTF-8"):
        Deadlines.read(path)
    path.write_text("\ufeff" + FILE)  # as Windows' Notepad writes it
    assert Deadlines.read(path).labs == (LAB,)


def test_lengths_of_time() -> None:
    assert span("1 h 30 min") == timedelta(minutes=90)
    assert span("2 days, 12 h") == timedelta(days=2.5)
    assert span("1.5 days") == timedelta(hours=36)
    for bad in ("", "3", "three days", "-1 day", "1 day!"):
        with pytest.raises(ValueError, match="length of time"):
            span(bad)
