"""The stages of the loop, each a fixture that rests on the one before.

Imported by ``conftest.py``; so every test of this folder may ask for any stage.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Page, expect

from alpaca_course.course import Course
from tests.browser.nbgrader_pages import AssignmentList, Formgrader
from tests.browser.notebook_page import NotebookPage
from tests.browser.servers import LAB, NOTEBOOK, STUDENT, Servers

EXERCISES = ("data_augmenter", "alpaca_model", "fine_tuning")
WRONG_FLIP = """# UNQ_C1
def data_augmenter():
    return tf.keras.Sequential([RandomFlip("vertical"), RandomRotation(0.2)])
"""
LATE_STUDENT = "ben"
NOT_SAVED = "# a last thought"


@dataclass(frozen=True)
class Worked:
    """What a student saw while working.

    Attributes:
        notebook: the notebook in JupyterLab.
        wrong: outputs of the check of exercise 1 while its answer was wrong.
        checks: outputs of each check at the end, by exercise.
        outputs: outputs of all code cells at the end.
    """

    notebook: NotebookPage
    wrong: list[dict[str, Any]]
    checks: dict[str, list[dict[str, Any]]]
    outputs: list[dict[str, Any]]


def solutions(course: Course) -> dict[str, str]:
    """The reference's code for each graded cell, without the markers that authors see."""
    notebook = nbformat.read(course.lab(LAB).instructor_notebook, as_version=4)
    found = {}
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in EXERCISES:
            kept = [line for line in cell.source.splitlines() if " SOLUTION" not in line]
            found[grade_id] = "\n".join(kept)
    return found


def text_of(outputs: list[dict[str, Any]]) -> str:
    """Everything readable in a cell's outputs."""
    said = []
    for output in outputs:
        said += [output.get("text", ""), *output.get("traceback", [])]
        said += [str(text) for kind, text in output.get("data", {}).items() if "text/" in kind]
    return "\n".join("".join(part) for part in said)


@pytest.fixture(scope="session")
def formgrader(instructor: Page, shots: Path) -> Formgrader:
    """formgrader with the lab released."""
    pages = Formgrader(instructor)
    said = pages.press(pages.assignments(), "assign")
    assert "Success" in said, said
    said = pages.press(pages.assignments(), "release")
    assert "Success" in said, said
    expect(pages.assignments().locator(".status")).to_have_text("released")
    instructor.screenshot(path=shots / "01-released.png")
    return pages


@pytest.fixture(scope="session")
def fetched(formgrader: Formgrader, student: Page, shots: Path) -> NotebookPage:
    """The lab, fetched and opened by the student."""
    assignments = AssignmentList(student)
    expect(assignments.released).to_contain_text(LAB)
    student.screenshot(path=shots / "02-assignment-list.png")
    assignments.fetch()
    assignments.open_notebook()
    notebook = NotebookPage(student)
    student.screenshot(path=shots / "03-opened.png")
    return notebook


@pytest.fixture(scope="session")
def worked(fetched: NotebookPage, course: Course, student: Page, shots: Path) -> Worked:
    """First a wrong answer, then the right ones, everything run from top to bottom."""
    notebook = fetched
    notebook.write("data_augmenter", WRONG_FLIP)
    notebook.run_above_and("data_augmenter")
    notebook.run("test_data_augmenter")
    wrong = notebook.outputs("test_data_augmenter")
    notebook.show("test_data_augmenter")
    student.screenshot(path=shots / "04-wrong-answer.png")
    for exercise, source in solutions(course).items():
        notebook.write(exercise, source)
    notebook.restart_and_run_all()
    for exercise in EXERCISES:
        notebook.show(f"test_{exercise}")
        student.screenshot(path=shots / f"05-checked-{exercise}.png")
    notebook.save()
    checks = {exercise: notebook.outputs(f"test_{exercise}") for exercise in EXERCISES}
    return Worked(notebook, wrong, checks, notebook.all_outputs())


@pytest.fixture(scope="session")
def handed_in(worked: Worked, course: Course, student: Page, shots: Path) -> AssignmentList:
    """Handed in, with a last change that was not saved."""
    first = EXERCISES[0]
    worked.notebook.write(first, f"{solutions(course)[first]}\n{NOT_SAVED}")
    assert worked.notebook.dirty
    assignments = AssignmentList(student)
    assignments.submit()
    student.screenshot(path=shots / "08-handed-in.png")
    return assignments


@pytest.fixture(scope="session")
def graded(
    handed_in: AssignmentList, formgrader: Formgrader, course: Course, shots: Path
) -> Formgrader:
    """Collected and autograded in formgrader, with a second hand-in that has a wrong answer."""
    _hand_in_late(course)
    said = formgrader.press(formgrader.assignments(), "collect")
    assert "Success" in said, said
    formgrader.submissions()
    for name in (STUDENT, LATE_STUDENT):
        row = formgrader.frame.locator("#main-table tr").filter(has_text=name)
        said = formgrader.press(row, "autograde")
        assert "Success" in said, said
        expect(row.locator(".status")).to_have_text("graded")
    formgrader.page.screenshot(path=shots / "09-graded.png")
    return formgrader


def _hand_in_late(course: Course) -> None:
    """A second student's hand-in: the first one's, with a vertical flip in exercise 1."""
    inbound = course.root / ".exchange" / "alpaca" / "inbound"
    first = next(inbound.glob(f"{STUDENT}+*"))
    second = inbound / first.name.replace(STUDENT, LATE_STUDENT, 1)
    shutil.copytree(first, second)
    # By which a student's side finds its page, and no other one's.
    (second / "submission_secret.txt").write_text("the second student's own")
    path = second / f"{NOTEBOOK}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "data_augmenter":
            cell.source = WRONG_FLIP
    nbformat.write(notebook, path)


@pytest.fixture(scope="session")
def feedback(
    graded: Formgrader, handed_in: AssignmentList, student: Page, servers: Servers, shots: Path
) -> Path:
    """The student's feedback page, fetched through the exchange."""
    for action in ("generate-feedback", "release-feedback"):
        said = graded.press(graded.assignments(), action)
        assert "Success" in said, said
    handed_in.refresh()
    handed_in.fetch_feedback()
    student.screenshot(path=shots / "11-feedback-fetched.png")
    # A folder a hand-in; JupyterLab, which shows the page, may have put a checkpoint of it below.
    (page,) = (servers.student.folder / LAB / "feedback").glob("*/*.html")
    return page
