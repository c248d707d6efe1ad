"""``alpaca build`` on a small course: bytes, identity, and agreement with nbgrader's command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from alpaca_course.authoring import build as authoring
from alpaca_course.authoring.problem import AuthoringError
from alpaca_course.authoring.script import read_script, write_notebook
from alpaca_course.authoring.trees import Files, read_tree
from alpaca_course.course import Course
from alpaca_course.lab import Lab

FILE = "two_exercises.ipynb"
Edit = Callable[[str, str], None]
Alpaca = Callable[..., str]


def notebook(files: Files) -> nbformat.NotebookNode:
    found = nbformat.reads(files[FILE].decode(), as_version=4)
    nbformat.validate(found)
    return found


def test_the_same_script_gives_the_same_bytes(small: Course, lab: Lab) -> None:
    first, second = authoring.build(small, lab), authoring.build(small, lab)
    assert first.source == second.source
    assert first.release == second.release


def test_source_has_the_solution_and_release_has_not(small: Course, lab: Lab) -> None:
    built = authoring.build(small, lab)
    assert b"math.inf" in built.source[FILE]
    assert b"math.inf" not in built.release[FILE]
    assert b"grade(" in built.source[FILE]
    assert b"grade(" not in built.release[FILE]
    stub = next(c for c in notebook(built.release).cells if c.id == "data_augmenter")
    assert stub.source.split("\n")[3:6] == [
        "    ### START CODE HERE",
        "    # Write your code here",
        "    ### END CODE HERE",
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("tuning.py", "points=40", "points=oops", "rules/tuning.py, line "),
        ("tuning.py", "points=40", "points=0", "points=0 is no whole number of 1 or more"),
        ("__init__.py", "tuning.EXERCISE)", "augmenter.EXERCISE)", "names one twice"),
    ],
)
def test_rules_that_cannot_be_loaded_say_where(
    lab: Lab, alpaca: Alpaca, file: str, old: str, new: str, said: str
) -> None:
    path = lab.grader_tests / "rules" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    assert said in alpaca("build", code=1)


def test_an_exercise_without_its_collector_is_named(lab: Lab, alpaca: Alpaca) -> None:
    path = lab.evidence / "fine_tuning.py"
    path.write_text(path.read_text().replace("def collect(", "def collects("))
    assert "evidence/fine_tuning.py\n  has no collect, as" in alpaca("build", code=1)
    path.unlink()
    assert "is not there: the collector of exercise 'fine_tuning'" in alpaca("build", code=1)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("x = = 1", "evidence/fine_tuning.py\n  is no Python: invalid syntax (line 1)"),
        ("from grader_tests.miniature import rules", "fine_tuning.py, line 1\n  imports grader_te"),
        ("import grader_tests", "is never beside students' code"),
    ],
)
def test_a_collector_that_cannot_be_loaded_beside_students_code(
    lab: Lab, alpaca: Alpaca, line: str, said: str
) -> None:
    path = lab.evidence / "fine_tuning.py"
    path.write_text(f"{line}\n{path.read_text()}")
    found = alpaca("build", code=1)
    assert said in found
    assert found.count("✗") == 1


def test_what_looks_like_markup_is_printed_as_it_is(edit: Edit, alpaca: Alpaca) -> None:
    edit("import math\n", "x = y[mask](  # [/bold]\nimport math\n")
    assert "x = y[mask](  # [/bold]" in alpaca("build", code=1)


def test_helper_files_lie_beside_the_notebook(small: Course, lab: Lab) -> None:
    built = authoring.build(small, lab)
    assert set(built.source) == set(built.release) == {FILE, "figure.png", "lab_checks.py"}
    assert built.release["figure.png"] == (lab.helpers / "figure.png").read_bytes()


def test_cell_ids_are_grade_ids_or_section_and_position(small: Course, lab: Lab) -> None:
    ids = [cell.id for cell in notebook(authoring.build(small, lab).release).cells]
    assert ids == [
        "transfer-learning-1",
        "1-packages-1",
        "1-packages-2",
        "1-packages-3",
        "2-augmentation-1",
        "data_augmenter",
        "test_data_augmenter",
        "2-augmentation-s2-1",
        "2-augmentation-s2-2",
        "fine_tuning",
        "test_fine_tuning",
        "grosse-ende-what-to-remember-1",
        "grosse-ende-what-to-remember-2",
    ]


def test_a_new_cell_leaves_the_ids_of_other_sections_alone(
    small: Course, lab: Lab, edit: Edit
) -> None:
    before = [cell.id for cell in notebook(authoring.build(small, lab).source).cells]
    edit("# %%\nimport math\n", "# %%\n1 + 1\n\n# %%\nimport math\n")
    after = [cell.id for cell in notebook(authoring.build(small, lab).source).cells]
    assert [i for i in after if i not in before] == ["1-packages-4"]
    assert [i for i in after if i in before] == before


def test_metadata_is_what_readers_need_and_nothing_of_jupytext(small: Course, lab: Lab) -> None:
    found = notebook(authoring.build(small, lab).source)
    assert (found.nbformat, found.nbformat_minor) == (4, 5)
    assert found.metadata == {
        "alpaca_course": {"lab_version": "7.1"},
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    assert {key for cell in found.cells for key in cell.metadata} == {"nbgrader", "tags"}


def test_notebooks_end_with_one_newline_and_have_sorted_keys(small: Course, lab: Lab) -> None:
    built = authoring.build(small, lab)
    for files in (built.source, built.release):
        text = files[FILE].decode()
        assert text.endswith("}\n")
        assert not text.endswith("\n\n")
        again = json.dumps(json.loads(text), sort_keys=True, indent=1, ensure_ascii=False)
        assert text == again + "\n"


def test_build_makes_no_gradebook(small: Course, lab: Lab) -> None:
    authoring.write(small, lab, authoring.build(small, lab))
    assert not list(small.root.rglob("*.db"))


def test_write_says_what_changed_and_leaves_the_rest(small: Course, lab: Lab) -> None:
    built = authoring.build(small, lab)
    first = authoring.write(small, lab, built)
    assert {c.action for changes in first.values() for c in changes} == {"wrote"}
    (lab.release / "old_helper.py").write_text("left over")
    (lab.source / "lab_checks.py").write_text("edited by hand")
    untouched = lab.release / FILE
    before = untouched.stat().st_mtime_ns
    dry = authoring.write(small, lab, built, dry_run=True)
    assert (lab.release / "old_helper.py").exists()
    again = authoring.write(small, lab, built)
    assert again == dry
    actions = {f"{f}/{c.path}": c.action for f, changes in again.items() for c in changes}
    assert actions["release/miniature/old_helper.py"] == "removed"
    assert actions["source/miniature/lab_checks.py"] == "wrote"
    assert sorted(actions.values()).count("unchanged") == 5
    assert untouched.stat().st_mtime_ns == before
    assert read_tree(lab.release) == built.release


def test_nbgraders_own_command_makes_the_same_release(small: Course, lab: Lab) -> None:
    built = authoring.build(small, lab)
    authoring.write(small, lab, built)
    (lab.release / FILE).write_text("to be replaced")
    # nbgrader starts the program `alembic` by its name.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", "miniature"],
        cwd=small.root,
        env={**os.environ, "PATH": path},
        check=True,
        capture_output=True,
    )
    assert read_tree(lab.release) == built.release


def test_reading_twice_gives_the_same_notebook() -> None:
    text = "# %% [markdown]\n# # A\n\n# %%\n1\n\n\n\n# %%\n2\n"
    assert write_notebook(read_script(text, "1")) == write_notebook(read_script(text, "1"))


def test_build_then_check(alpaca: Alpaca) -> None:
    assert f"wrote        release/miniature/{FILE}" in alpaca("build")
    assert f"unchanged    release/miniature/{FILE}" in alpaca("build")
    assert "nothing leaks" in alpaca("build", "--check")


def test_dry_run_writes_nothing(small: Course, lab: Lab, alpaca: Alpaca) -> None:
    assert "would write" in alpaca("build", "--dry-run")
    assert not lab.source.exists()


def test_json(alpaca: Alpaca) -> None:
    built = json.loads(alpaca("build", "--json"))
    assert built["ok"] is True
    assert built["files"]["release/miniature"][FILE] == "wrote"
    assert json.loads(alpaca("build", "--check", "--json")) == {"ok": True, "problems": []}


def test_check_fails_before_anything_is_built(small: Course, lab: Lab, alpaca: Alpaca) -> None:
    report = json.loads(alpaca("build", "--check", "--json", code=1))
    assert {"where": f"release/miniature/{FILE}", "what": "missing"} in report["problems"]
    assert not lab.release.exists()


def test_a_broken_script_writes_nothing(
    small: Course, lab: Lab, edit: Edit, alpaca: Alpaca
) -> None:
    edit(
        '"locked": true}\nlab_checks.check_fine',
        '"locked": true, "points": 40}\nlab_checks.check_fine',
    )
    assert "points stand in the rules alone" in alpaca("build", code=1)
    assert not lab.source.exists()


def test_check_of_a_lab_by_its_name(alpaca: Alpaca) -> None:
    alpaca("build", "miniature")
    assert "nothing leaks" in alpaca("build", "miniature", "--check")


def test_all_labs_are_built_without_a_name(
    small: Course, second: Lab, lab: Lab, alpaca: Alpaca
) -> None:
    report = json.loads(alpaca("build", "--json"))
    assert list(report["files"]) == [
        f"{folder}/{each.name}" for each in (second, lab) for folder in ("source", "release")
    ]
    assert "nothing leaks" in alpaca("build", "--check")
    (second.release / FILE).unlink()
    report = json.loads(alpaca("build", "--check", "--json", code=1))
    assert report["problems"] == [{"where": f"release/{second.name}/{FILE}", "what": "missing"}]
    assert "nothing leaks" in alpaca("build", lab.name, "--check")


def test_a_template_has_its_functions(small: Course, lab: Lab) -> None:
    lab = replace(lab, kernel=replace(lab.kernel, template="prepared"))
    with pytest.raises(AuthoringError, match=r"prepared\.py.*cannot be read"):
        authoring.build(small, lab)
    lab.evidence.mkdir(exist_ok=True)
    module = lab.evidence / "prepared.py"
    module.write_text("def prepare(): ...\ndef begin(): ...\n")
    with pytest.raises(AuthoringError, match=r"prepared\.py.*has no function fingerprint\(\)"):
        authoring.build(small, lab)
    module.write_text("def prepare(): ...\ndef begin(): ...\ndef fingerprint(): ...\n")
    authoring.build(small, lab)
