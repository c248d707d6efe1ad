"""A class of honest, broken and hostile submissions, graded by nbgrader with the course's setup.

Nothing that a submission does gains it a point or costs another one any.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from nbformat import NotebookNode
from PIL import Image

from alpaca_course.batch.grade import Batch, Outcome, autograded_notebook
from alpaca_course.course import Course
from alpaca_course.gradebook.export import rows, stored_records, to_csv
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.judging.records import RecordStore
from alpaca_course.judging.session import GradingSession
from tests import light
from tests.batch.class_cases import CASES, PICTURE, PIXELS, REFUSED, SECRET
from tests.light import ASSIGNMENT, NOTEBOOK


@dataclass
class Graded:
    """The class after grading and feedback."""

    course: Course
    outcomes: dict[str, Outcome]

    def notebook(self, student: str) -> NotebookNode:
        return nbformat.read(
            autograded_notebook(self.course, self.course.lab(), student), as_version=4
        )

    def page(self, student: str) -> str:
        return (self.course.feedback / student / ASSIGNMENT / f"{NOTEBOOK}.html").read_text()


@pytest.fixture(scope="module")
def graded(
    new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory
) -> Graded:
    course = new_course(tmp_path_factory.mktemp("class") / "course")
    for student, case in CASES.items():
        light.hand_in(course, student, case.make(course), case.name)
    _files_beside(course)
    (course.submitted / "no_file" / ASSIGNMENT).mkdir(parents=True)
    students = [*CASES, "no_file"]
    lab = course.lab()
    nbgrader = NbGrader(course, lab)
    # With all own cells, since most of the attacks are in one that no graded cell needs.
    with GradingSession(course, lab, workers=2, execute_all=True) as session:
        outcomes = {each.student: each for each in Batch(session, nbgrader).run(students)}
    for student in students:
        nbgrader.generate_feedback(student)
    return Graded(course, outcomes)


def _files_beside(course: Course) -> None:
    """Files that would shadow the helper and the standard library, and one to steal a folder."""
    folder = course.submitted / "full_twin" / ASSIGNMENT
    (folder / "helper").mkdir()
    (folder / "helper" / "__init__.py").write_text("BASE = 1000")
    (folder / "math.py").write_text("raise RuntimeError")
    (folder / "page.html").write_text("<script>alert(1)</script>")
    (course.submitted / "time_in_words" / ASSIGNMENT / "timestamp.txt").write_text("yesterday")


@pytest.mark.parametrize("student", CASES)
def test_points_and_state(graded: Graded, student: str) -> None:
    record = graded.outcomes[student].record
    assert record is not None, graded.outcomes[student].error
    assert (record.points, record.state.value) == (CASES[student].points, CASES[student].state)


def test_nothing_handed_in_is_refused(graded: Graded) -> None:
    record = graded.outcomes["no_file"].record
    assert record is not None
    assert (record.state.value, record.reasons[0].code) == (REFUSED, "file.missing")


@pytest.mark.parametrize(
    ("student", "words"),
    [
        ("exits_in_test", "Python ended"),
        ("asts_dropped", "sent no evidence"),
        ("two_messages", "instead of once"),
        ("endless", "ran longer"),
        ("not_a_notebook", "not valid JSON"),
        ("another_notebook", "notebook: nothing of"),
    ],
)
def test_zero_has_a_reason_on_the_page(graded: Graded, student: str, words: str) -> None:
    assert words in graded.page(student)


def test_the_page_lists_its_exercises_by_name(graded: Graded) -> None:
    page = graded.page("full")
    for name, title in (("double", "Doubling"), ("total", "The total")):
        assert f'<a href="#result-{name}">{title}</a>' in page


def test_gradebook_notebook_page_and_csv_agree(graded: Graded) -> None:
    with NbGrader(graded.course, graded.course.lab()).gradebook() as gradebook:
        text = to_csv(rows(gradebook, stored_records(graded.course)))
        booked = {
            student: {
                name: gradebook.find_grade(f"test_{name}", NOTEBOOK, ASSIGNMENT, student).score
                for name in ("double", "total")
            }
            for student in graded.outcomes
        }
    table = {row["student_id"]: row for row in csv.DictReader(io.StringIO(text))}
    for student, outcome in graded.outcomes.items():
        assert outcome.record is not None
        verdicts = {name: each.points for name, each in outcome.record.verdicts.items()}
        assert booked[student] == verdicts
        assert {name: float(table[student][name]) for name in verdicts} == verdicts
        assert float(table[student]["score"]) == outcome.record.points
        assert table[student]["state"] == outcome.record.state.value
        for name, points in verdicts.items():
            cell = light.cell(graded.notebook(student), f"test_{name}")
            assert float(cell.outputs[-1].data["text/plain"]) == points
        assert f"<strong>{outcome.record.points:g} of 30 points</strong>" in graded.page(student)


def test_state_is_in_the_gradebook(graded: Graded) -> None:
    with NbGrader(graded.course, graded.course.lab()).gradebook() as gradebook:
        for student, wanted in (("old_version", True), ("old_version_full", False)):
            grade = gradebook.find_grade("test_double", NOTEBOOK, ASSIGNMENT, student)
            assert grade.needs_manual_grade is wanted
        comment = gradebook.find_comment("double", NOTEBOOK, ASSIGNMENT, "renamed").comment
        assert "final version (2).ipynb" in comment
        comment = gradebook.find_comment("double", NOTEBOOK, ASSIGNMENT, "full").comment
        assert comment.startswith("Received: ")
        assert gradebook.find_comment("total", NOTEBOOK, ASSIGNMENT, "full").comment is None


class _Page(HTMLParser):
    """What a browser would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.active: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "form", "base", "link"):
            self.active.append(tag)
        for name, value in attrs:
            address = re.sub(r"[\s\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or address.startswith(
                ("javascript:", "data:text", "vbscript")
            ):
                self.active.append(f"{tag} {name}={value}")
            if name == "src" and not address.startswith("data:image/"):
                self.active.append(f"{tag} {name}={value}")


def test_a_pasted_picture_is_on_the_page_and_a_missing_one_is_named(graded: Graded) -> None:
    page = graded.page("screenshot")
    (data,) = re.findall('src="data:image/png;base64,([^"]*)"', page)
    assert data != PICTURE
    shown = Image.open(io.BytesIO(base64.b64decode(data)))
    assert (shown.size, shown.tobytes(), shown.info) == ((3, 1), PIXELS, {})
    assert page.count("A picture that did not come with the notebook") == 2


@pytest.mark.parametrize("student", ["scripts", "full", "renamed", "screenshot"])
def test_page_runs_and_fetches_nothing(graded: Graded, student: str) -> None:
    page = _Page()
    page.feed(graded.page(student))
    assert page.active == []
    assert "@import" not in graded.page(student)


def test_autograded_notebook_is_harmless_too(graded: Graded) -> None:
    """The instructor's formgrader renders it with the instructor's rights."""
    pages, rendered = [], []
    for cell in graded.notebook("scripts").cells:
        if cell.cell_type == "markdown":
            rendered.append(cell.source)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            assert set(data) <= {"text/html", "text/plain", "image/png"}
            assert output.get("metadata", {}) == {}
            pages.append(data.get("text/html", ""))
    for text in [*pages, *map(markdown2html_mistune, rendered)]:
        page = _Page()
        page.feed(text)
        assert page.active == []
    assert "<div>[x](javascript:alert(10))</div>" in pages, "a Markdown output is among them"


def test_verdict_is_a_table_with_marks_in_words(graded: Graded) -> None:
    html = light.cell(graded.notebook("plain_wrong"), "test_double").outputs[0].data["text/html"]
    assert "<caption>Doubling: 12 of 20 points</caption>" in html
    assert "<td>passed</td>" in html
    assert "<td>failed</td>" in html


def test_nothing_of_the_rules_is_where_students_see_it(graded: Graded) -> None:
    printed = "".join(
        output.get("text", "")
        for cell in graded.notebook("snoops").cells
        for output in cell.get("outputs", [])
    )
    # And what Python makes of it, as beside every module that was imported.
    assert "FOUND [] ['__pycache__', 'helper.py']" in printed
    assert str(graded.course.root) not in printed
    for student in graded.outcomes:
        assert SECRET not in graded.page(student)
        assert "HIDDEN TESTS" not in graded.page(student)
        assert 'grade("' not in graded.page(student)


def test_nothing_of_a_students_folder_is_copied(graded: Graded) -> None:
    folder = graded.course.autograded / "full_twin" / ASSIGNMENT
    assert {path.name for path in folder.iterdir()} == {f"{NOTEBOOK}.ipynb"}


def test_output_is_bounded(graded: Graded) -> None:
    path = autograded_notebook(graded.course, graded.course.lab(), "long_line")
    assert path.stat().st_size < 6 * 2**20


def test_same_work_is_executed_once(graded: Graded) -> None:
    records = RecordStore(graded.course, graded.course.lab())
    full, twin = records.load("full"), records.load("full_twin")
    assert full is not None
    assert twin is not None
    assert full.execution_key == twin.execution_key
    assert full.challenge == twin.challenge


def test_evidence_is_in_the_record_and_not_in_the_notebook(graded: Graded) -> None:
    record = RecordStore(graded.course, graded.course.lab()).load("plain_wrong")
    assert record is not None
    assert record.evidence["double"].payload["values"] == [6, 8]
    assert record.challenge not in json.dumps(graded.notebook("plain_wrong"))
