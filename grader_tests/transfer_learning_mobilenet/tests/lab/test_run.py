"""The lab from first to last cell, as solved and as handed out, in real kernels."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.notebooknode import NotebookNode

from alpaca_course.authoring.script import grade_id
from alpaca_course.contract.regions import HIDDEN_TESTS, SOLUTION
from grader_tests.transfer_learning_mobilenet.tests.lab.conftest import HELPERS

# Two real runs; minutes where other tests use the same cores.
pytestmark = pytest.mark.timeout(1500)
SCREEN = 40  # lines
NOTEBOOK = "transfer_learning_with_mobilenet.ipynb"


def _execute(
    lab: NotebookNode, folder: Path, pictures: Path, environment: dict[str, str], *, solved: bool
) -> NotebookNode:
    for path in HELPERS.glob("*.py"):
        shutil.copy(path, folder)
    shutil.copytree(pictures, folder / "dataset")
    notebook = nbformat.from_dict(json.loads(json.dumps(lab)))
    for cell in notebook.cells:
        cell.source = HIDDEN_TESTS.outside(cell.source).rstrip()
        if not solved:
            cell.source = SOLUTION.outside(cell.source)
    nbformat.write(notebook, folder / NOTEBOOK)
    if not solved:  # as grading does; the other cells are run with the solved notebook
        kept = [c for c in notebook.cells if "lesson" not in c.metadata.get("tags", [])]
        notebook.cells = [*kept, _cell(notebook, "lab_handin.report")]
    client = NotebookClient(
        notebook,
        timeout=900,
        allow_errors=not solved,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env={**environment, "ALPACA_QUICK": "1"})
    return notebook


@pytest.fixture(scope="module")
def solved(
    lab: NotebookNode,
    pictures: Path,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> NotebookNode:
    return _execute(lab, tmp_path_factory.mktemp("solved"), pictures, environment, solved=True)


@pytest.fixture(scope="module")
def handed_out(
    lab: NotebookNode,
    pictures: Path,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> NotebookNode:
    return _execute(lab, tmp_path_factory.mktemp("release"), pictures, environment, solved=False)


def _cell(notebook: NotebookNode, text: str) -> NotebookNode:
    """The code cell that holds ``text``."""
    return next(c for c in notebook.cells if c.cell_type == "code" and text in c.source)


def _outputs(notebook: NotebookNode) -> list[Any]:
    return [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]


def _text(cell: NotebookNode) -> str:
    return "".join(
        o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in cell.outputs
    )


def test_no_cell_writes_to_stderr(solved: NotebookNode) -> None:
    noisy = [o.text for o in _outputs(solved) if o.get("name") == "stderr"]
    assert noisy == []


def test_all_visible_checks_pass(solved: NotebookNode) -> None:
    tests = [c for c in solved.cells if (grade_id(c) or "").startswith("test_")]
    assert [_text(c).startswith("✓") for c in tests] == [True] * 3


def test_every_figure_has_a_text_alternative(solved: NotebookNode) -> None:
    pages = [o.data["text/html"] for o in _outputs(solved) if "text/html" in o.get("data", {})]
    images = [tag for page in pages for tag in re.findall(r"<img [^>]*>", page)]
    assert len(images) >= 15
    for tag in images:
        alternative = re.search(r'alt="([^"]*)"', tag)
        assert alternative is not None
        assert len(alternative[1]) > 40
    assert not any("image/png" in o.get("data", {}) for o in _outputs(solved))


def test_claims_are_shown(solved: NotebookNode) -> None:
    said = "\n".join(_text(c) for c in solved.cells if c.cell_type == "code")
    assert re.search(r"seed=42: 0 of \d+ are training pictures too", said)
    assert re.search(r"seed=7: [1-9]\d* of \d+ are training pictures too", said)
    assert re.findall(r"(\d+) of 52 layers", said) == ["0", "0", "52", "52", "12"]
    assert "497,664" in said
    assert "60,480" in said
    assert "STAND-IN WEIGHTS" in said
    assert "Drawn by a program of this course" in said
    assert "All 17 blocks together" in said
    assert "Number of layers in the network: 154" in said


def test_fine_tuning_stands_beside_its_control(solved: NotebookNode) -> None:
    said = _text(_cell(solved, "lab_branches.compare"))
    for name in ("before", "stayed frozen", "fine-tuned"):
        assert re.search(rf"{name} +loss \d\.\d\d, \d+ of \d+ right, \d\.\d\d \(\d\.\d\d to", said)
    assert re.search(r"gain|gained", said)


def test_training_shows_a_line_for_each_epoch(solved: NotebookNode) -> None:
    said = "\n".join(_text(c) for c in solved.cells if c.cell_type == "code")
    assert "and 2 epochs of training" in said
    assert re.findall(r"Epoch (\d+/\d+)", said) == ["1/2", "2/2", "3/4", "4/4"]


def test_the_hand_in_table_is_content_with_the_solved_lab(solved: NotebookNode) -> None:
    table = _text(_cell(solved, "lab_handin.report"))
    assert table.count("✓ yes") == 7
    assert "Everything is in place" in table


def test_the_lab_as_handed_out_speaks_in_sentences(handed_out: NotebookNode) -> None:
    errors = [o for o in _outputs(handed_out) if o.output_type == "error"]
    assert errors
    for error in errors:
        assert len("\n".join(error.traceback).splitlines()) <= SCREEN
    tests = [c for c in handed_out.cells if (grade_id(c) or "").startswith("test_")]
    assert [c.outputs[0].ename for c in tests] == ["NotFilledIn"] * 3
    table = _text(_cell(handed_out, "lab_handin.report"))
    assert table.count("✗ no, not filled in") == 3
    assert "You can hand in at any time" in table


def test_the_lab_as_handed_out_is_quiet(handed_out: NotebookNode) -> None:
    assert [o.text for o in _outputs(handed_out) if o.get("name") == "stderr"] == []


def test_guesses_are_text_where_nothing_is_clicked(solved: NotebookNode) -> None:
    asked = [c for c in solved.cells if c.cell_type == "code" and "lab_guess.ask" in c.source]
    assert len(asked) >= 8
    for cell in asked:
        (output,) = cell.outputs
        assert "application/vnd.jupyter.widget-view+json" in output.data
        assert output.data["text/plain"].startswith("Choices: ")
    said = "\n".join(_text(c) for c in solved.cells if c.cell_type == "code")
    assert said.count("Measured: ") == len(asked)


def test_nothing_optional_runs_unasked(solved: NotebookNode) -> None:
    optional = [c for c in solved.cells if c.source.startswith("RUN = False")]
    assert len(optional) == 4
    assert all(cell.outputs == [] for cell in optional)
