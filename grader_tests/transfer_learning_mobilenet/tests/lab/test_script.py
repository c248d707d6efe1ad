"""The lab's shape: what graders, helpers and students rely on."""

from __future__ import annotations

import ast
import builtins
import re

import pytest
from nbformat.notebooknode import NotebookNode

from alpaca_course.authoring import script_rules
from alpaca_course.authoring.script import grade_id, read_script
from alpaca_course.contract.regions import SOLUTION, STUDENT_CODE
from grader_tests.transfer_learning_mobilenet.tests.evidence import samples
from grader_tests.transfer_learning_mobilenet.tests.lab.conftest import HELPERS, LAB

GIVEN = (
    "packages",
    "constants",
    "datasets",
    "prefetch",
    "preprocess_input",
    "model2",
    "compile",
    "base_model",
)
NAMES = {
    "BATCH_SIZE",
    "IMG_SIZE",
    "IMG_SHAPE",
    "directory",
    "train_dataset",
    "validation_dataset",
    "class_names",
    "preprocess_input",
    "data_augmentation",
    "model2",
    "base_learning_rate",
    "base_model",
    "fine_tune_at",
    "frozen_optimizer",
}


def _cells(lab: NotebookNode) -> dict[str, NotebookNode]:
    return {name: cell for cell in lab.cells if (name := grade_id(cell))}


def _assigned(source: str) -> set[str]:
    return {
        node.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def test_it_keeps_to_the_rules_of_authoring() -> None:
    notebook = read_script(LAB.script.read_text(encoding="utf-8"), LAB.version)
    assert script_rules.problems(notebook, LAB) == []


def test_each_exercise_is_followed_by_its_points(lab: NotebookNode) -> None:
    order = [grade_id(cell) for cell in lab.cells]
    for number, (exercise, rules) in enumerate(samples.RULES.items(), start=1):
        place = order.index(exercise)
        solution, test = lab.cells[place : place + 2]
        assert solution.source.startswith(f"# UNQ_C{number}\n")
        assert grade_id(test) == f"test_{exercise}"
        assert test.metadata.nbgrader.points == rules.points > 0
        assert test.source.startswith(f"lab_checks.check_{exercise}(globals())")


def test_cells_that_graded_cells_build_on_are_locked_and_never_skipped(lab: NotebookNode) -> None:
    cells = _cells(lab)
    assert set(GIVEN) <= set(cells)
    for name in GIVEN:
        assert cells[name].metadata.nbgrader.locked
        assert "lesson" not in cells[name].metadata.get("tags", [])


def test_names_of_the_older_course_are_set_outside_lesson_cells(lab: NotebookNode) -> None:
    given = [cell.source for name, cell in _cells(lab).items() if name in GIVEN]
    assert set.union(*map(_assigned, given)) >= NAMES


@pytest.mark.parametrize("name", ["history", "history_fine", "image_batch"])
def test_training_and_looking_are_lesson_cells(lab: NotebookNode, name: str) -> None:
    code = [cell for cell in lab.cells if cell.cell_type == "code"]
    setting = [cell for cell in code if name in _assigned(cell.source)]
    assert setting
    assert all(cell.metadata.tags == ["lesson"] for cell in setting)


def test_every_ungraded_code_cell_is_given_or_lesson(lab: NotebookNode) -> None:
    for cell in lab.cells:
        if cell.cell_type == "code" and grade_id(cell) is None:
            assert cell.metadata.get("tags") == ["lesson"], cell.source


def test_nothing_given_needs_a_lesson_cell(lab: NotebookNode) -> None:
    """Grading skips lesson cells, so the others must get along without them."""
    known = {*dir(builtins), "__name__"}
    for cell in lab.cells:
        if cell.cell_type != "code" or "lesson" in cell.metadata.get("tags", []):
            continue
        tree = ast.parse(cell.source)
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                known |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
            elif isinstance(node, ast.FunctionDef):
                known |= {node.name, *(a.arg for a in node.args.args)}
        known |= _assigned(cell.source)
        used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        assert used <= known, (grade_id(cell), used - known)


def test_stubs_leave_a_function_that_returns_none(lab: NotebookNode) -> None:
    cells = _cells(lab)
    for exercise in samples.EXERCISES:
        source = cells[exercise].source
        assert len(STUDENT_CODE.regions(source)) == 1
        stub = re.sub(r"\n\s*(?=\n)", "", SOLUTION.outside(source))
        ast.parse(stub)
        names = {"data_augmenter": lambda: None, "IMG_SIZE": (160, 160)}
        exec(stub, names)
        if exercise == "alpaca_model":
            assert names["alpaca_model"]((96, 96), None) is None  # type: ignore[operator]


def test_hints_and_answers_are_folded_and_closed(lab: NotebookNode) -> None:
    prose = [cell.source for cell in lab.cells if cell.cell_type == "markdown"]
    for text in prose:
        assert text.count("<details>") == text.count("</details>") == text.count("<summary>")
        for block in re.findall(r"<details>.*?</details>", text, flags=re.S):
            assert re.match(r"<details>\n<summary>[^\n]+</summary>\n\n", block), block
            assert block.endswith("\n\n</details>")
    for exercise in ("Exercise 1", "Exercise 2", "Exercise 3"):
        text = next(t for t in prose if f"### {exercise}:" in t)
        last_hint = re.findall(r"<details>.*?</details>", text, flags=re.S)[-1]
        assert "documentation" in last_hint
        assert "https://keras.io/" in last_hint


def test_every_guess_has_a_result_and_an_answer(lab: NotebookNode) -> None:
    cells = list(lab.cells)
    guesses = [i for i, cell in enumerate(cells) if "**Guess:**" in cell.source]
    assert len(guesses) >= 15
    for i in guesses:
        after = cells[i + 1 : i + 5]  # choices, training, its figure, the answer
        assert after[0].cell_type == "code", cells[i].source
        assert any(cell.source.startswith("<details>") for cell in after), cells[i].source
    for i, cell in enumerate(cells):
        if cell.source.startswith("<details>"):
            assert any(each in guesses for each in range(i - 5, i)), cell.source


def test_the_hand_in_table_knows_the_given_cells() -> None:
    text = (HELPERS / "lab_handin.py").read_text(encoding="utf-8")
    assignment = next(
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "LOCKED_CELLS"
    )
    assert ast.literal_eval(assignment.value) == GIVEN


def test_every_question_of_the_lab_has_choices_and_a_number(lab: NotebookNode) -> None:
    code = "\n".join(c.source for c in lab.cells if c.cell_type == "code")
    asked = re.findall(r'lab_guess\.ask\("(\w+)"\)', code)
    assert asked == re.findall(r'lab_guess\.measured\(\s*"(\w+)"', code)
    tree = ast.parse((HELPERS / "lab_guess.py").read_text(encoding="utf-8"))
    (questions,) = (
        node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "QUESTIONS"
    )
    assert isinstance(questions, ast.Dict)
    assert [ast.literal_eval(key) for key in questions.keys if key] == asked


def test_links_to_the_glossary_lead_somewhere(lab: NotebookNode) -> None:
    prose = [cell.source for cell in lab.cells if cell.cell_type == "markdown"]
    headings = re.findall(r"^#+ (.+)$", "\n".join(prose), flags=re.M)
    targets = {heading.replace(" ", "-") for heading in headings}
    links = re.findall(r"\]\(#([^)]+)\)", "\n".join(prose))
    assert links
    assert set(links) <= targets
