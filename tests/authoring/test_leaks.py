"""Leaks into ``release/``: each way in is found, and lessons that look alike are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from alpaca_course.authoring import build as authoring
from alpaca_course.authoring.leaks import leaks, rule_secrets, solution_secrets
from alpaca_course.authoring.problem import AuthoringError
from alpaca_course.authoring.script import read_script
from alpaca_course.course import Course
from alpaca_course.lab import Lab

FILE = "two_exercises.ipynb"
Edit = Callable[[str, str], None]

MESSAGE = "Have a look at the unit in which the layer's documentation gives the angle."

# What a file beside the released notebook may not hold, and how it is reported.
IN_HELPERS = {
    "a solution line": (
        "def f():\n    augmentation.append( ('crop', math.inf) )  # here\n",
        "a line of the solution of 'data_augmenter'",
    ),
    "a solution line in a comment": (
        "# try: frozen = [layer for layer in range(steps)]\n",
        "a line of the solution of 'fine_tuning'",
    ),
    "a statement over several lines, laid out anew": (
        "augmentation = [\n    ('mirror', 'horizontal'), (\n'turn', 0.2)]\n",
        "a line of the solution of 'data_augmenter'",
    ),
    "a hidden test": (
        'grade("data_augmenter", lab="miniature")\n',
        "a hidden test of 'test_data_augmenter'",
    ),
    "the grader's package": ("import alpaca_course.kernel\n", "refers to the grader"),
    "the folder of the rules": ("# see grader_tests/miniature/rules\n", "refers to the grader"),
    "a marker": ("### END SOLUTION\n", "has nbgrader's marker 'END SOLUTION'"),
    "a sentence of a message": (
        f"TEXT = '''{MESSAGE}'''",
        "text of grader_tests/miniature/rules/augm",
    ),
    "a sentence wrapped elsewhere": (
        MESSAGE.replace(" unit ", "\n    unit\n"),
        "text of grader_tes",
    ),
    "a docstring of a rule": (
        "The angle is a fifth of a turn, however it is written.",
        "text of grader_tests/miniature/rules/augmenter.py",
    ),
    "the name of a rule's function": ("turns_by_a_fifth = 3", "a name of grader_tests"),
    "a rule's id": ("see data_augmenter.rotation_range", "the id of a rule"),
    "a rule's code": (
        'layer=next(item for item in evidence.layers if item.kind=="turn")\n'
        "distance=abs(abs(layer.factor)-0.2)\n"
        "return distance<0.0001 and layer.fill=='reflect'\n",
        "code of grader_tests/miniature/rules/augmenter.py",
    ),
}
HARMLESS = """
import math

from lab_checks import check_fine_tuning

metrics = ["accuracy"]  # shown in the lesson, too
steps = 120
rotation_range = 3
augmentation = None
data_augmenter = lambda: augmentation
MESSAGE = "The second layer is missing."


def rotation(evidence):
    layer = evidence.layers[0]
    return layer
"""


def text_leaks(course: Course, lab: Lab, text: str, name: str = "helper.py") -> list[str]:
    notebook = authoring.build(course, lab).notebook
    root = lab.grader_tests
    rules = {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*.py")}
    secrets = rule_secrets(lab.name, rules, ["data_augmenter", "fine_tuning"])
    return [str(p) for p in leaks({name: text.encode()}, solution_secrets(notebook), secrets)]


@pytest.mark.parametrize("leak", IN_HELPERS)
def test_a_leak_through_a_helper_file(small: Course, lab: Lab, leak: str) -> None:
    text, words = IN_HELPERS[leak]
    (lab.helpers / "notes.py").write_text(text)
    with pytest.raises(AuthoringError) as refused:
        authoring.build(small, lab)
    assert all("release: notes.py" in str(p) for p in refused.value.problems)
    assert words in str(refused.value)


def test_two_statements_of_a_rule_are_too_common_to_count(small: Course, lab: Lab) -> None:
    text, _ = IN_HELPERS["a rule's code"]
    assert text_leaks(small, lab, text.rpartition("return")[0] + "return distance") == []


def test_what_a_lesson_may_say_is_no_leak(small: Course, lab: Lab) -> None:
    assert text_leaks(small, lab, HARMLESS) == []


@pytest.mark.parametrize(
    "hint", ["frozen = [layer for layer in range(steps)]", "[layer for layer\n# in range(steps)]"]
)
def test_an_exercises_own_text_is_no_lesson(small: Course, lab: Lab, edit: Edit, hint: str) -> None:
    edit("### Exercise 2 ({{ points.fine_tuning }} points)", f"### Exercise 2\n# Hint: `{hint}`.")
    with pytest.raises(AuthoringError, match=r"cell.*has a line of the solution of 'fine_tuning'"):
        authoring.build(small, lab)


def test_a_lesson_may_show_what_a_line_assigns(small: Course, lab: Lab, edit: Edit) -> None:
    edit(
        "Elsewhere metrics = [", "Lists: `[layer for layer in range(steps)]`. Elsewhere metrics = ["
    )
    authoring.build(small, lab)


def test_two_solution_lines_on_end_count_even_where_the_script_shows_them(
    small: Course, lab: Lab, edit: Edit
) -> None:
    shown = 'frozen = [layer for layer in range(steps)]\nmetrics = ["accuracy"]'
    edit("Elsewhere metrics = [", f"```\n# {shown}\n# ```\n# metrics = [".replace("\nm", "\n# m"))
    with pytest.raises(AuthoringError, match=r"two lines of the solution of 'fine_tuning'"):
        authoring.build(small, lab)


@pytest.mark.parametrize("name", ["augmenter.py", "deeper/augmenter.py"])
def test_a_file_named_like_a_rule(small: Course, lab: Lab, name: str) -> None:
    assert (
        "is named like grader_tests/miniature/rules/augmenter.py"
        in text_leaks(small, lab, "1", name)[0]
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_bytes_of_a_picture(small: Course, lab: Lab, encoding: str) -> None:
    line = "augmentation.append(('crop', math.inf))"
    content = b"\x89PNG\xff" * (encoding == "utf-8") + line.encode(encoding)
    secrets = solution_secrets(authoring.build(small, lab).notebook)
    assert "solution of 'data_augmenter'" in str(leaks({"x.png": content}, secrets))


class TestCommitted:
    """What stands in ``release/`` on disk, whoever put it there."""

    @pytest.fixture
    def release(self, small: Course, lab: Lab) -> Path:
        authoring.write(small, lab, authoring.build(small, lab))
        assert authoring.check(small, lab) == []
        return lab.release

    def found(self, course: Course, lab: Lab) -> str:
        return "\n".join(map(str, authoring.check(course, lab)))

    def test_the_instructors_notebook_put_in_place(
        self, small: Course, lab: Lab, release: Path
    ) -> None:
        (release / FILE).write_bytes((lab.source / FILE).read_bytes())
        found = self.found(small, lab)
        assert "cell 6 source: has a line of the solution of 'data_augmenter'" in found
        assert "cell 7 source: has a hidden test of 'test_data_augmenter'" in found
        assert "has nbgrader's marker 'BEGIN SOLUTION'" in found

    def test_an_executed_notebook(self, small: Course, lab: Lab, release: Path) -> None:
        content = json.loads((release / FILE).read_text())
        content["cells"][2]["execution_count"] = 1
        content["cells"][3]["outputs"] = [
            {
                "output_type": "stream",
                "name": "stdout",
                "text": ["augmentation.append(", "('crop',\n", "math.inf))"],
            }
        ]
        (release / FILE).write_text(json.dumps(content))
        found = self.found(small, lab)
        assert f"{FILE} cell 3: has outputs" in found
        assert "cell 4 outputs 1 text: has a line of the solution" in found

    def test_metadata(self, small: Course, lab: Lab, release: Path) -> None:
        content = json.loads((release / FILE).read_text())
        content["metadata"]["note"] = {"why": MESSAGE}
        (release / FILE).write_text(json.dumps(content))
        assert "metadata note why: has text of grader_tests" in self.found(small, lab)

    @pytest.mark.parametrize(
        "name", [".ipynb_checkpoints/x-checkpoint.ipynb", "../other/x.py", "__pycache__/x.pyc"]
    )
    def test_hidden_folders_and_other_assignments(
        self, small: Course, lab: Lab, release: Path, name: str
    ) -> None:
        path = release / name
        path.parent.mkdir(exist_ok=True)
        path.write_text('grade("fine_tuning", lab="miniature")')
        assert "has a hidden test of 'test_fine_tuning'" in self.found(small, lab)

    def test_another_labs_release_may_show_what_is_a_solution_here(
        self, small: Course, lab: Lab, second: Lab, release: Path
    ) -> None:
        authoring.write(small, second, authoring.build(small, second))
        path = second.release / "lesson.py"
        path.write_text("frozen = [layer for layer in range(steps)]")
        assert authoring.check(small, lab) == []
        assert "lesson.py: has a line of the solution" in self.found(small, second)

    def test_leaks_are_found_though_the_script_is_broken(
        self, small: Course, lab: Lab, release: Path, edit: Edit
    ) -> None:
        edit("steps = 120", "steps = = 120")
        (release / "x.py").write_text('grade("fine_tuning", lab="miniature")')
        found = self.found(small, lab)
        assert "not valid Python" in found
        assert "x.py: has a hidden test of 'test_fine_tuning'" in found


def test_a_solution_short_of_a_statement_is_searched_by_line() -> None:
    script = (
        '# %% nbgrader={"grade_id": "a", "solution": true}\n'
        "x = (\n### BEGIN SOLUTION\n    'a long line of data in it' +\n### END SOLUTION\n'')"
    )
    secrets = solution_secrets(read_script(script, "1"))
    assert leaks({"h.py": b"y = 'a long  line of data in it' + 'z'"}, secrets) == []
    assert leaks({"h.py": b"y = ('a long line of data in it' +\n)"}, secrets) == []
