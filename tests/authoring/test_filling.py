"""What the build writes into a lab: points, the hidden part of test cells, version and title."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import nbformat
import pytest

from alpaca_course.authoring import build as authoring
from alpaca_course.authoring.filling import facts, fill_text
from alpaca_course.authoring.problem import AuthoringError
from alpaca_course.authoring.trees import Change, Files
from alpaca_course.course import Course
from alpaca_course.judging.judge import load_exercises
from alpaca_course.lab import Lab
from alpaca_course.policy import LabPolicy

Edit = Callable[[str, str], None]


def cells(files: Files) -> dict[str, nbformat.NotebookNode]:
    """The cells of the built notebook by their ids."""
    notebook = nbformat.reads(files["two_exercises.ipynb"].decode(), as_version=4)
    return {cell.id: cell for cell in notebook.cells}


def test_test_cells_get_the_points_of_the_rules(small: Course, lab: Lab) -> None:
    built = authoring.build(small, lab)
    for files in (built.source, built.release):
        graded = {
            name: cell.metadata.nbgrader.points
            for name, cell in cells(files).items()
            if "points" in cell.metadata.get("nbgrader", {})
        }
        assert graded == {"test_data_augmenter": 60, "test_fine_tuning": 40}


def test_other_points_in_a_rule_are_other_points_everywhere(small: Course, lab: Lab) -> None:
    rules = lab.grader_tests / "rules/tuning.py"
    rules.write_text(rules.read_text().replace("points=40", "points=15"))
    released = cells(authoring.build(small, lab).release)
    assert released["test_fine_tuning"].metadata.nbgrader.points == 15
    assert "### Exercise 2 (15 points)" in released["2-augmentation-s2-1"].source
    assert "There are 75 points." in released["transfer-learning-1"].source


def test_test_cells_get_their_hidden_part_after_the_visible_one(small: Course, lab: Lab) -> None:
    built = authoring.build(small, lab)
    visible = "lab_checks.check_data_augmenter(data_augmenter)"
    assert cells(built.source)["test_data_augmenter"].source == (
        f"{visible}\n"
        "### BEGIN HIDDEN TESTS\n"
        "from alpaca_course.kernel import grade\n"
        "\n"
        'grade("data_augmenter", lab="miniature")\n'
        "### END HIDDEN TESTS"
    )
    assert cells(built.release)["test_data_augmenter"].source == visible
    hidden = [name for name, cell in cells(built.source).items() if "grade(" in cell.source]
    assert hidden == ["test_data_augmenter", "test_fine_tuning"]


def test_a_test_cell_without_a_visible_part(small: Course, lab: Lab, edit: Edit) -> None:
    edit("lab_checks.check_fine_tuning(globals())\n", "")
    built = authoring.build(small, lab)
    source = cells(built.source)["test_fine_tuning"].source
    assert source.startswith("### BEGIN HIDDEN TESTS\n")
    assert 'grade("fine_tuning", lab="miniature")' in source
    assert cells(built.release)["test_fine_tuning"].source == ""


def test_the_labs_version_is_filled_in(small: Course, lab: Lab) -> None:
    newer = dataclasses.replace(lab, version="2026.1")
    built = authoring.build(small, newer)
    for files in (built.source, built.release):
        assert b'LAB_VERSION = "2026.1"\n' in files["lab_checks.py"]
        notebook = nbformat.reads(files["two_exercises.ipynb"].decode(), as_version=4)
        assert notebook.metadata.alpaca_course.lab_version == "2026.1"


def test_the_policy_is_told_where_there_is_one(small: Course, lab: Lab, edit: Edit) -> None:
    edit("{{ points.total }} points.", "{{ points.total }} points.{{ policy.words }}")
    cell = cells(authoring.build(small, lab).release)["transfer-learning-1"]
    assert cell.source.endswith("There are 100 points.")
    declared = LabPolicy.model_validate({"counts": "best", "for_sections": [{"sections": ["a"]}]})
    told = cells(authoring.build(small, dataclasses.replace(lab, policy=declared)).release)
    assert told["transfer-learning-1"].source.endswith(
        "There are 100 points. The best run counts. For some sections this is otherwise; your page "
        "says what is left of your runs."
    )


def test_ids_of_cells_follow_from_filled_headings(small: Course, lab: Lab, edit: Edit) -> None:
    edit("## 1 - Packages", "## 1 - {{ lab.title }}, {{ points.data_augmenter }}")
    assert "1-transfer-learning-very-small-60-1" in cells(authoring.build(small, lab).release)


def test_what_is_not_text_stays_as_it_is(small: Course, lab: Lab) -> None:
    latin = "# Größe {{ lab.version }}".encode("latin-1")
    picture = b"\x89PNG {{ lab.version }}"
    (lab.helpers / "latin.txt").write_bytes(latin)
    (lab.helpers / "other.png").write_bytes(picture)
    released = authoring.build(small, lab).release
    assert released["latin.txt"] == latin
    assert released["other.png"] == picture


def test_a_placeholder_for_nothing_in_a_helper_file(small: Course, lab: Lab) -> None:
    (lab.helpers / "notes.md").write_text("{{ points.augmenter }} {{ points.augmenter }}")
    with pytest.raises(AuthoringError) as refused:
        authoring.build(small, lab)
    (problem,) = refused.value.problems
    assert problem.where == "notebooks/miniature/helpers/notes.md"
    assert problem.what.startswith("there is no 'points.augmenter' to fill in. There is: ")


@pytest.mark.parametrize(
    "written",
    ["{{points.total}}", "{{  points.total }}", "{{ point.total }}", "{{ points.row-means }}"],
)
def test_what_is_nearly_a_placeholder_is_refused(
    small: Course, lab: Lab, edit: Edit, written: str
) -> None:
    edit("{{ points.total }}", written)
    with pytest.raises(AuthoringError) as refused:
        authoring.build(small, lab)
    (problem,) = refused.value.problems
    assert problem.what.startswith(f"'{written}' would stay as it is: placeholders are written ")


def test_other_braces_are_left_alone() -> None:
    text = "{{ name }} {points.total} f'{{x}}' {{ points.total }}"
    known = {"points.total": "100"}
    assert fill_text(text, known) == "{{ name }} {points.total} f'{{x}}' 100"


def test_an_exercise_called_total_is_not_the_sum(lab: Lab) -> None:
    assert facts(lab, {"double": 20, "total": 10})["points.total"] == "30"


PAGE = """## `fine_tuning`, {} points
| rule | points | decided by |
| `fine_tuning.{}` | {} | what 3 numbers say |
| `fine_tuning.gone` | 7 | `seen` |
There are `fine_tuning`, 5 points of this sentence's own.
"""


def test_the_page_about_the_rules_has_their_points(small: Course, lab: Lab) -> None:
    page = small.page(lab, "rules")
    page.parent.mkdir()
    (name,) = (rule.name for rule in load_exercises(lab)["fine_tuning"].rules)
    page.write_text(PAGE.format(1, name, 2))
    built = authoring.build(small, lab)
    authoring.write(small, lab, built, dry_run=True)
    where = "docs/rules.md"
    assert where in {problem.where for problem in authoring.check(small, lab)}
    written = authoring.write(small, lab, built)["docs"]
    assert written == [Change("rules.md", "wrote")]
    assert page.read_text() == PAGE.format(40, name, 40)
    assert authoring.check(small, lab) == []


def test_a_lab_needs_no_page_about_its_rules(small: Course, lab: Lab) -> None:
    authoring.write(small, lab, authoring.build(small, lab))
    assert not list(small.root.rglob("rules.md"))
