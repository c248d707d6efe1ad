"""What the benchmarks measure: the same work for everybody, and none of it answered by a cache."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from alpaca_course.contract.cells import LESSON_TAG, is_test
from alpaca_course.course import Course
from alpaca_course.execution.needed import executed_cells
from alpaca_course.execution.program import program_in
from alpaca_course.intake.reading import read_notebook
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.intake.taking_in import take_in
from benchmarks import course as bench
from benchmarks import otter_lab, stock, throughput
from benchmarks.bare import cells
from benchmarks.layer_checks import CHECKS, with_layer_checks

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def course() -> Course:
    return Course.load(ROOT)


@pytest.fixture(scope="module")
def lab(course: Course) -> ReleasedLab:
    return ReleasedLab.load(bench.lab_of(course))


@pytest.fixture(scope="module")
def instructor(lab: ReleasedLab) -> nbformat.NotebookNode:
    return nbformat.read(lab.lab.instructor_notebook, as_version=4)


def test_no_cache_answers_for_another_submission(lab: ReleasedLab) -> None:
    reference = lab.reference
    keys = set()
    for number in range(3):
        text = nbformat.writes(bench.submission(lab.notebook, reference, number))
        intake = take_in(read_notebook(text.encode()), lab)
        assert not intake.repairs
        keys.add(str(program_in(intake.notebook, lab.files)))
    assert len(keys) == 3
    assert "None" not in keys


def test_bare_forks_run_what_grading_runs(lab: ReleasedLab) -> None:
    text = nbformat.writes(bench.submission(lab.notebook, lab.reference, 0))
    notebook = take_in(read_notebook(text.encode()), lab).notebook
    found = cells(notebook, lab)
    assert [cell.source for cell in found] == list(executed_cells(notebook).values())
    assert [c.exercise for c in found if c.exercise] == [each.id for each in lab.exercises]


@pytest.mark.parametrize("lessons", [False, True])
def test_stock_runs_the_same_cells(instructor: nbformat.NotebookNode, lessons: bool) -> None:
    """Its executed cells are ours, and every cell where the lab is run as it is."""
    notebook = stock.notebook(instructor, lessons=lessons)
    tagged = [c for c in notebook.cells if LESSON_TAG in c.metadata.get("tags", [])]
    assert bool(tagged) is lessons
    assert not lessons or len(notebook.cells) == len(instructor.cells)
    assert executed_cells(notebook)
    assert list(executed_cells(notebook).values()) == list(executed_cells(instructor).values())
    assert all("lab_checks" not in cell.source for cell in notebook.cells if is_test(cell))


def test_otter_runs_the_same_cells(lab: ReleasedLab, instructor: nbformat.NotebookNode) -> None:
    reference = lab.reference
    master = otter_lab.master(instructor, lab, reference)
    code = [cell.source for cell in master.cells if cell.cell_type == "code"]
    tests = [source for source in code if "collect(" in source]
    assert [each.id for each in lab.exercises if repr(each.id) in "".join(tests)] == list(reference)
    graded = {*reference, *lab.tests}
    ours = [
        instructor.cells[index].source
        for index in executed_cells(instructor)
        if instructor.cells[index].metadata.get("nbgrader", {}).get("grade_id") not in graded
    ]
    assert [each for each in code if each not in tests and each not in reference.values()] == ours


def test_two_side_by_side_share_the_submissions() -> None:
    assert throughput.halves(5, 2) == [range(2), range(2, 5)]
    assert throughput.halves(4, 1) == [range(4)]


def test_ratios_are_taken_within_a_round() -> None:
    """A machine that is twice as slow in one round changes no ratio."""
    figures = {
        throughput.OURS: [1.0, 2.0],
        throughput.AS_IT_IS: [30.0, 60.0],
        throughput.BEST_PEERS[0]: [4.0, 8.0],
        throughput.BEST_PEERS[1]: [3.5, 9.0],
    }
    found = throughput.summary(figures)
    assert found["as it is"] == [30.0, 30.0]
    assert found["best peer"] == [3.5, 4.0]
    assert "goal 3.5 reached" in throughput.text(figures, figures, dict.fromkeys(figures, 1))


def test_without_evidence_the_tests_alone_are_others(
    lab: ReleasedLab, instructor: nbformat.NotebookNode
) -> None:
    plain = stock.notebook(instructor, lessons=False)
    asserting = with_layer_checks(plain)
    tests = [cell for cell in asserting.cells if is_test(cell)]
    assert [cell.metadata.nbgrader.grade_id for cell in tests] == list(CHECKS)
    assert all("grade(" not in cell.source and "assert" in cell.source for cell in tests)
    same = [cell.source for cell in asserting.cells if not is_test(cell)]
    assert same == [cell.source for cell in plain.cells if not is_test(cell)]
