"""A page tells what the policy lets it tell, and not a byte more, whatever is handed in."""

from __future__ import annotations

import base64
import itertools
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alpaca_course.contract.appeal import Appeal
from alpaca_course.contract.codes import code_of
from alpaca_course.contract.grade import Booked
from alpaca_course.contract.states import Note, State
from alpaca_course.contract.verdict import Verdict
from alpaca_course.course import Course
from alpaca_course.gradebook import page_text
from alpaca_course.gradebook.feedback_page import feedback_page
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.preprocessors import show_verdicts
from alpaca_course.gradebook.results import read_results
from alpaca_course.gradebook.shown import Renderer
from alpaca_course.gradebook.student_page import student_page
from alpaca_course.gradebook.views import Views
from alpaca_course.gradebook.written import page_of
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.judging.judge import Judge, load_judge
from alpaca_course.judging.records import Record
from alpaca_course.judging.result import Result, entered, result_of
from alpaca_course.policy import View, Visibility
from tests import light
from tests.gradebook.test_pages import STUDENTS, graded, made  # noqa: F401
from tests.light import ASSIGNMENT

# Words that stand nowhere else: in the titles of rules, and in all that rules say besides.
TITLES = ("quokka",)
WORDS = ("zephyr", "wombat", "narwhal", "ibex", "lemur", "gecko", "marmot", "depends on")
IDS = ("leftside", "rightside", "strangeremark")
RULES = """
from notebooks.light_lab.evidence.seen import DoubleEvidence

from alpaca_course.contract.rule import Exercise, Fault, Outcome

EXERCISE: Exercise[DoubleEvidence] = Exercise("double", DoubleEvidence)


def value(e, index):
    return e.values[index] if index < len(e.values) else None


@EXERCISE.premise
def whole(e):
    return "Marmot: nothing came." if not e.values else None


@EXERCISE.rule(points=12, title="Quokka one", expected="Zephyr six.", why="Wombats count.")
def leftside(e):
    return None if value(e, 0) == 6 else Fault(f"Narwhal {value(e, 0)!r}.", "Ask the ibex.")


@EXERCISE.rule(
    points=8, title="Quokka two", expected="Zephyr eight.", why="Lemurs.", needs=("leftside",)
)
def rightside(e):
    return None if value(e, 1) == -8 else Fault(f"Narwhal {value(e, 1)!r}.", "Ibex, too.")


@EXERCISE.advisory
def strangeremark(e):
    return "Gecko." * 20 if isinstance(value(e, 0), str) else None
"""


@pytest.fixture
def lab_course(course: Course) -> Course:
    """A light course whose rules have words of their own."""
    (course.lab().grader_tests / "rules" / "double.py").write_text(RULES)
    return course


def variants() -> Iterator[tuple[Any, ...]]:
    """A hundred things that a student's function may give."""
    yield ()
    given = (6, -8, 0, 12345, None, 3.5, "ValueError: no", "x" * 60, -6, 8)
    yield from itertools.islice(itertools.product(given, given), 99)


def verdict(judge: Judge, values: tuple[Any, ...]) -> Verdict:
    exercise = judge.exercises["double"]
    seen = exercise.evidence(schema_version=1, exercise="double", challenge="0" * 32, values=values)
    return exercise.judge(seen, {})


def results(course: Course) -> list[tuple[Record, Result]]:
    judge = load_judge(course, course.lab())
    right = Verdict("total", "The total", 10, 10)
    found = []
    for values in variants():
        verdicts = {"double": verdict(judge, values), "total": right}
        record = Record("ann", State.GRADED, (), (), verdicts)
        found.append((record, result_of("ann", record, entered(record, None, Booked()))))
    return found


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


def allowed(result: Result, visible: Visibility) -> tuple[Any, ...]:
    """What may be learnt of a result."""
    double = result.verdicts["double"]
    points = (double.points, not double.results)
    if visible is Visibility.POINTS:
        return points
    return (*points, *((each.title, each.status) for each in double.results))


@pytest.mark.parametrize("visible", [Visibility.POINTS, Visibility.TITLES])
def test_a_hundred_variants_tell_no_more_than_is_allowed(
    visible: Visibility, lab_course: Course, renderer: Renderer
) -> None:
    lab, view = lab_course.lab(), View(visible, ("A sentence on the policy.",))
    released = ReleasedLab.load(lab)
    pages: dict[Any, set[bytes]] = defaultdict(set)
    for record, result in results(lab_course):
        notebook = light.solved(lab_course)
        show_verdicts(notebook, record, released)
        texts = [feedback_page(notebook, result, lab, renderer, view)]
        shown = student_page(result, lab, view)
        texts += page_text.lines(shown)
        texts.append(json.dumps(page_text.data(shown, result, lab)))
        texts.append(base64.b64decode(page_text.for_classroom(shown, result)).decode())
        pages[allowed(result, visible)].add("\n".join(texts).encode())
    assert len(pages) >= 3
    for which, found in pages.items():
        # Of results that may not be told apart, all pages are the same to the byte.
        assert len(found) == 1, which
    everything = b"".join(itertools.chain(*pages.values())).decode().lower()
    hidden = [*WORDS, *IDS]
    if visible is Visibility.POINTS:
        hidden += [*TITLES, *(code_of(f"double.{name}").lower() for name in IDS)]
    assert [word for word in hidden if word in everything] == []
    assert (TITLES[0] in everything) == (visible is Visibility.TITLES)


def test_what_is_shown_in_full_says_it_all(lab_course: Course, renderer: Renderer) -> None:
    record, result = results(lab_course)[5]
    notebook = light.solved(lab_course)
    show_verdicts(notebook, record, ReleasedLab.load(lab_course.lab()))
    page = feedback_page(notebook, result, lab_course.lab(), renderer, View()).lower()
    assert all(word in page for word in ("quokka", "zephyr", "narwhal", "ibex"))


def test_what_stopped_the_own_cell_is_told_and_why_evidence_is_refused_is_not(
    lab_course: Course,
) -> None:
    own = "Your cell stopped in line 3 with NameError: x; what follows was judged."
    told = Verdict("double", "Doubling", 0, 20, reason=f"{own} Marmot.", own=own)
    result = Result("ann", State.GRADED, verdicts={"double": told})
    (shown,) = student_page(result, lab_course.lab(), View(Visibility.POINTS)).exercises
    assert shown.reason == own
    result = replace(result, verdicts={"double": replace(told, own="", reason="Marmot.")})
    (shown,) = student_page(result, lab_course.lab(), View(Visibility.TITLES)).exercises
    assert "Marmot" not in shown.reason
    assert "nothing to judge" in shown.reason


def test_a_question_does_not_tell_what_a_code_means(lab_course: Course) -> None:
    _, result = results(lab_course)[5]
    asked = (
        Appeal(1, "ann", "double.leftside", "double", "Why?", "2026-11-21"),
        Appeal(2, "ann", "double", "double", "And this?", "2026-11-21"),
    )
    result = replace(result, appeals=asked)
    lab = lab_course.lab()
    one, other = student_page(result, lab, View(Visibility.POINTS)).appeals
    assert (one.code, one.about) == ("", "")
    assert (other.code, other.about) == (code_of("double"), "Doubling")
    one, _ = student_page(result, lab, View(Visibility.TITLES)).appeals
    assert one.about == "Quokka one"


def test_without_a_verdict_nothing_that_a_check_printed_is_shown(
    lab_course: Course, renderer: Renderer
) -> None:
    record, _ = results(lab_course)[5]
    notebook = light.solved(lab_course)
    show_verdicts(notebook, record, ReleasedLab.load(lab_course.lab()))
    lost = Result("ann", State.NEEDS_PERSON, reasons=(Note("record.missing", "Grade again."),))
    view = View(Visibility.TITLES)
    page = feedback_page(notebook, lost, lab_course.lab(), renderer, view).lower()
    assert [word for word in (*TITLES, *WORDS) if word in page] == []


POLICY = """
[policy]
shows = "points"
"""
LATER = 'shows_after = "titles"'


def say(course: Course, *more: str) -> Course:
    path = course.lab().folder / "lab.toml"
    path.write_text("\n".join([path.read_text(), POLICY, *more]))
    return Course.load(course.root)


def test_pages_are_written_anew_when_the_due_date_passes(graded: Course) -> None:  # noqa: F811
    assert made(graded) == STUDENTS
    course = say(graded, LATER)
    assert made(course) == STUDENTS
    page = page_of(course, course.lab(), "ann")
    assert "Doubles a positive number" not in page.read_text()
    assert "This page shows the points of each exercise." in page.read_text()
    assert made(course) == []
    due = datetime.now(UTC) + timedelta(hours=1)
    write_due(course, due)
    assert made(course) == STUDENTS
    assert f"from {due:%Y-%m-%d %H:%M} UTC on" in page.read_text()
    assert "Doubles" not in page.read_text()
    write_due(course, due - timedelta(hours=2))
    assert made(course) == STUDENTS
    assert "Doubles a positive number" in page.read_text()
    assert "It gave" not in page.read_text()


def test_an_extension_keeps_the_page_of_its_student_as_it_was(graded: Course) -> None:  # noqa: F811
    course = say(graded)
    write_due(course, datetime.now(UTC) - timedelta(minutes=5))
    with course.deadlines.open("a") as file:
        file.write(f'[[labs.{ASSIGNMENT}.extensions]]\nstudent = "bob"\nby = "2 days"\n')
    found = read_results(course, course.lab()).results
    views = Views(course, course.lab())
    shown = {name: views.of(result).visible for name, result in found.items()}
    assert shown == {"ann": Visibility.ALL, "bob": Visibility.POINTS, "cy": Visibility.ALL}


def test_formgraders_due_date_counts_where_the_file_names_none(graded: Course) -> None:  # noqa: F811
    course = say(graded)
    lab = course.lab()
    result = read_results(course, lab).results["ann"]
    assert Views(course, lab).of(result).visible is Visibility.POINTS
    with NbGrader(course, lab).gradebook() as book:
        book.find_assignment(lab.name).duedate = datetime(2026, 1, 1)
        book.db.commit()
    assert Views(course, lab).of(result).visible is Visibility.ALL


def test_the_instructor_sees_all(graded: Course) -> None:  # noqa: F811
    course = say(graded)
    result = read_results(course, course.lab()).results["ann"]
    (double, _) = student_page(result, course.lab()).exercises
    assert double.losses[0].parts


def write_due(course: Course, due: datetime) -> None:
    course.deadlines.write_text(
        f'zone = "UTC"\n[labs.{ASSIGNMENT}]\ndue = {due:%Y-%m-%dT%H:%M:%S}\npenalty = "none"\n'
    )


def test_beside_a_page_lies_only_what_came_with_the_hand_in(graded: Course) -> None:  # noqa: F811
    course = say(graded)
    made(course)
    folder = page_of(course, course.lab(), "ann").parent
    assert {each.name for each in folder.iterdir()} == {"light.html", "submission_secret.txt"}
