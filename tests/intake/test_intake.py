"""A submission becomes a fresh copy of the release with the student's work, and that is said."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from alpaca_course.contract.states import SubmissionRefused
from alpaca_course.course import Course
from alpaca_course.execution.needed import executed_cells
from alpaca_course.intake.reading import read_notebook
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.intake.submissions import take_in_folder
from alpaca_course.intake.taking_in import Intake, take_in
from tests import light


@pytest.fixture
def notebook(pristine: Course) -> NotebookNode:
    return light.solved(pristine)


def intake_of(notebook: NotebookNode, released: ReleasedLab) -> Intake:
    return take_in(read_notebook(nbformat.writes(notebook).encode()), released)


def codes(intake: Intake) -> set[str]:
    return {note.code for note in intake.repairs}


def sources(intake: Intake) -> list[str]:
    return [cell.source for cell in intake.notebook.cells]


def test_nothing_to_repair(notebook: NotebookNode, released: ReleasedLab) -> None:
    intake = intake_of(notebook, released)
    assert intake.repairs == intake.doubts == ()
    assert intake.answered == {"double", "total"}
    assert light.cell(intake.notebook, "double").source == light.DOUBLE
    assert "BEGIN HIDDEN TESTS" in light.cell(intake.notebook, "test_double").source


def test_untouched_release_answers_nothing(pristine: Course, released: ReleasedLab) -> None:
    intake = intake_of(light.released(pristine), released)
    assert (intake.repairs, intake.answered) == ((), frozenset())


def _drop(name: str) -> light.Edit:
    def edit(notebook: NotebookNode) -> None:
        notebook.cells.remove(light.cell(notebook, name))

    return edit


def _set(name: str, **fields: object) -> light.Edit:
    def edit(notebook: NotebookNode) -> None:
        light.cell(notebook, name).update(fields)

    return edit


def _retype(name: str, kind: str) -> light.Edit:
    def edit(notebook: NotebookNode) -> None:
        cell = light.cell(notebook, name)
        cell.cell_type = kind
        cell.pop("outputs")
        cell.pop("execution_count")

    return edit


def _meta(name: str, **settings: object) -> light.Edit:
    def edit(notebook: NotebookNode) -> None:
        light.cell(notebook, name).metadata.nbgrader.update(settings)

    return edit


def _tag(name: str) -> light.Edit:
    def edit(notebook: NotebookNode) -> None:
        light.cell(notebook, name).metadata["tags"] = ["skip-execution"]

    return edit


def _copy(name: str) -> light.Edit:
    def edit(notebook: NotebookNode) -> None:
        twin = copy.deepcopy(light.cell(notebook, name))
        twin.id = "copied-cell"
        notebook.cells.append(twin)

    return edit


def _forget_metadata(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata = NotebookNode()
        cell.pop("id", None)
    notebook.nbformat_minor = 0
    notebook.metadata = NotebookNode()


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (_drop("test_double"), "cell.missing"),
        (_drop("setup"), "cell.missing"),
        (_retype("test_double", "markdown"), "cell.retyped"),
        (_retype("double", "raw"), "cell.retyped"),
        (_set("test_double", source="20.0"), "cell.changed"),
        (_meta("test_double", points=100), "cell.settings"),
        (_meta("test_double", grade=False), "cell.settings"),
        (_meta("test_double", solution=True), "cell.settings"),
        (_tag("test_double"), "cell.tags"),
        (_copy("test_double"), "cell.copied"),
        (_copy("double"), "cell.copied"),
        (_forget_metadata, "cell.recovered"),
    ],
)
def test_repaired_to_the_same_notebook(
    edit: light.Edit, code: str, notebook: NotebookNode, released: ReleasedLab
) -> None:
    wanted = intake_of(notebook, released).notebook
    edit(notebook)
    intake = intake_of(notebook, released)
    assert code in codes(intake)
    assert sources(intake) == [cell.source for cell in wanted.cells]
    assert [c.metadata for c in intake.notebook.cells] == [c.metadata for c in wanted.cells]


def test_found_by_what_it_defines_without_marker(
    notebook: NotebookNode, released: ReleasedLab
) -> None:
    _forget_metadata(notebook)
    for cell in notebook.cells:
        cell.source = "\n".join(
            line for line in cell.source.splitlines() if not line.startswith("# UNQ")
        )
    intake = intake_of(notebook, released)
    assert intake.answered == {"double", "total"}
    assert "def double" in light.cell(intake.notebook, "double").source


def test_missing_answer_is_said(notebook: NotebookNode, released: ReleasedLab) -> None:
    _drop("double")(notebook)
    intake = intake_of(notebook, released)
    assert "answer.missing" in codes(intake)
    assert intake.answered == {"total"}


@pytest.mark.parametrize("last", [True, False], ids=["after its test cell", "before the answer"])
def test_the_copy_that_the_test_cell_sees_counts(
    last: bool, notebook: NotebookNode, released: ReleasedLab
) -> None:
    at = light.position(notebook, "double")
    twin = copy.deepcopy(notebook.cells[at])
    twin.id, twin.source = "twin", light.WRONG_DOUBLE
    notebook.cells.insert(len(notebook.cells) if last else at, twin)
    intake = intake_of(notebook, released)
    assert light.cell(intake.notebook, "double").source == light.DOUBLE
    found = sources(intake)
    assert (found.index(light.WRONG_DOUBLE) > found.index(light.DOUBLE)) is last


def test_own_cells_keep_their_places_and_lose_their_metadata(
    notebook: NotebookNode, released: ReleasedLab
) -> None:
    at = light.position(notebook, "test_double")
    own = new_code_cell("triple = 3", metadata={"tags": ["skip-execution"], "x": 1})
    notebook.cells[at:at] = [own, new_markdown_cell("My *notes*")]
    intake = intake_of(notebook, released)
    at = light.position(intake.notebook, "test_double")
    found = intake.notebook.cells[at - 2 : at]
    assert [cell.source for cell in found] == ["triple = 3", "My *notes*"]
    assert [dict(cell.metadata) for cell in found] == [{"alpaca": {"origin": "student"}}] * 2


def test_own_version_of_an_open_cell_runs_after_it(
    notebook: NotebookNode, released: ReleasedLab
) -> None:
    light.cell(notebook, light.OPEN_CELL).source = "base = helper.BASE + 1"
    found = sources(intake_of(notebook, released))
    assert found.index("base = helper.BASE + 1") == found.index("base = helper.BASE") + 1


def test_imports_added_to_a_locked_cell_are_kept(
    notebook: NotebookNode, released: ReleasedLab
) -> None:
    light.cell(notebook, "setup").source = "import math\nimport json as j\nprint('mine')"
    intake = intake_of(notebook, released)
    found = sources(intake)
    at = found.index("import math\nimport helper")
    assert found[at + 1] == "import json as j"
    assert "cell.changed" in codes(intake)


def test_a_changed_lesson_cell_runs_only_where_an_answer_needs_it(
    notebook: NotebookNode, released: ReleasedLab
) -> None:
    light.cell(notebook, light.LESSON).source = "endless = 1\nwhile True: time.sleep(1)"
    code = executed_cells(intake_of(notebook, released).notebook).values()
    assert not any("while True" in source for source in code)
    light.cell(notebook, "total").source += "\nprint(endless)"
    code = executed_cells(intake_of(notebook, released).notebook).values()
    assert any("while True" in source for source in code)


def test_another_version_of_the_lab_is_a_doubt(
    notebook: NotebookNode, released: ReleasedLab
) -> None:
    notebook.metadata.alpaca_course.lab_version = "1.0<script>"
    (doubt,) = intake_of(notebook, released).doubts
    assert doubt.code == "lab.version"
    assert "<" not in doubt.text


def test_intake_is_deterministic(notebook: NotebookNode, released: ReleasedLab) -> None:
    notebook.cells.append(new_code_cell("x = 1"))
    first, second = (nbformat.writes(intake_of(notebook, released).notebook) for _ in range(2))
    assert first == second


# Files in a student's folder


@pytest.fixture
def folder(tmp_path: Path, notebook: NotebookNode) -> Path:
    (tmp_path / f"{light.NOTEBOOK}.ipynb").write_text(nbformat.writes(notebook))
    return tmp_path


def test_renamed_file(folder: Path, released: ReleasedLab) -> None:
    (folder / f"{light.NOTEBOOK}.ipynb").rename(folder / "lab (1) <b>.ipynb")
    intake = take_in_folder(folder, released)
    assert codes(intake) == {"file.renamed"}
    assert "<" not in intake.repairs[0].text
    assert intake.answered


def test_answers_beside_an_untouched_copy(
    folder: Path, released: ReleasedLab, pristine: Course
) -> None:
    (folder / f"{light.NOTEBOOK}.ipynb").rename(folder / "mine.ipynb")
    (folder / f"{light.NOTEBOOK}.ipynb").write_text(nbformat.writes(light.released(pristine)))
    intake = take_in_folder(folder, released)
    assert intake.answered
    assert not intake.doubts


def test_two_different_answers_are_a_doubt(
    folder: Path, released: ReleasedLab, pristine: Course
) -> None:
    other = light.solved(pristine, double=light.WRONG_DOUBLE)
    (folder / "other.ipynb").write_text(nbformat.writes(other))
    assert [note.code for note in take_in_folder(folder, released).doubts] == ["file.several"]


def test_checkpoints_and_other_files_are_not_looked_at(folder: Path, released: ReleasedLab) -> None:
    hidden = folder / ".ipynb_checkpoints"
    hidden.mkdir()
    (folder / f"{light.NOTEBOOK}.ipynb").rename(hidden / f"{light.NOTEBOOK}.ipynb")
    (folder / "notes.txt").write_text("{}")
    with pytest.raises(SubmissionRefused, match="No notebook"):
        take_in_folder(folder, released)


@pytest.mark.parametrize("make", ["link", "pipe"])
def test_links_and_pipes_are_refused(
    make: str, folder: Path, released: ReleasedLab, tmp_path: Path
) -> None:
    target = folder / f"{light.NOTEBOOK}.ipynb"
    maker: dict[str, Callable[[], None]] = {
        "link": lambda: target.symlink_to("/etc/passwd"),
        "pipe": lambda: __import__("os").mkfifo(target),
    }
    target.unlink()
    maker[make]()
    with pytest.raises(SubmissionRefused):
        take_in_folder(folder, released)
