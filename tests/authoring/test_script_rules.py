"""Mistakes of authors: each is refused, and the message names the cell."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from alpaca_course.authoring import build as authoring
from alpaca_course.authoring.problem import AuthoringError
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.lab import Lab

Edit = Callable[[str, str], None]

MISTAKES = {
    "two cells of one grade id": (
        '"grade_id": "fine_tuning", "solution"',
        '"grade_id": "data_augmenter", "solution"',
        "cell 10 'data_augmenter' (# UNQ_C2): the grade_id 'data_augmenter' is used 2 times",
    ),
    "test cell not right after": (
        '    return augmentation\n\n\n# %% nbgrader={"grade_id": "test_data',
        '    return augmentation\n\n\n# %%\n1\n\n# %% nbgrader={"grade_id": "test_data',
        "cell 6 'data_augmenter' (# UNQ_C1): the next cell must be its test cell",
    ),
    "test cell of another name": (
        '"test_fine_tuning"',
        '"check_fine_tuning"',
        "cell 10 'fine_tuning' (# UNQ_C2): the next cell must be its test cell 'test_fine_tuning'",
    ),
    "points": (
        '"locked": true}\nlab_checks.check_fine',
        '"locked": true, "points": 40}\nlab_checks.check_fine',
        "cell 11 'test_fine_tuning' (lab_checks.check_fine_tuning(globals())): "
        "points stand in the rules alone",
    ),
    "unbalanced solution": (
        "    ### END SOLUTION\n    ### END CODE HERE\n    return",
        "    ### END CODE HERE\n    return",
        "cell 6 'data_augmenter' (# UNQ_C1): 'BEGIN SOLUTION' in line 5 has no 'END SOLUTION'",
    ),
    "nested solution": (
        "    # Mirror, then turn.",
        "    ### BEGIN SOLUTION",
        "line 6 has 'BEGIN SOLUTION' again",
    ),
    "end without begin": (
        "steps = 120",
        "steps = 120  ### END SOLUTION",
        "line 1 has 'END SOLUTION' without 'BEGIN SOLUTION'",
    ),
    "hidden tests not closed": (
        "check_data_augmenter(data_augmenter)",
        "check_data_augmenter(data_augmenter)\n### BEGIN HIDDEN TESTS\n1",
        "'BEGIN HIDDEN TESTS' in line 2 has no 'END HIDDEN TESTS'",
    ),
    "a hidden part in a test cell": (
        "check_data_augmenter(data_augmenter)",
        "check_data_augmenter(data_augmenter)\n### BEGIN HIDDEN TESTS\n1\n### END HIDDEN TESTS",
        "cell 7 'test_data_augmenter' (lab_checks.check_data_augmenter(data_augmenter)): "
        "the build writes the hidden part of test cells: leave it out",
    ),
    "a hidden part elsewhere": (
        "steps = 120",
        "### BEGIN HIDDEN TESTS\nsteps = 120\n### END HIDDEN TESTS",
        "the build writes the hidden part of test cells: leave it out",
    ),
    "solution in a plain cell": (
        "steps = 120",
        "### BEGIN SOLUTION\nsteps = 120\n### END SOLUTION",
        "a solution region outside a solution cell",
    ),
    "solution outside the frame": (
        "# UNQ_C2\n### START CODE HERE\n### BEGIN SOLUTION\n",
        "# UNQ_C2\n### BEGIN SOLUTION\n### START CODE HERE\n",
        "is not between 'START CODE HERE' and 'END CODE HERE'",
    ),
    "solution cell without a region": (
        "### BEGIN SOLUTION\nfrozen = [layer for layer in range(steps)]\n"
        'metrics = ["accuracy"]\n### END SOLUTION\n',
        "frozen = [layer for layer in range(steps)]\n",
        "loses all its code in the release",
    ),
    "an exercise that lab.toml does not name": (
        '"grade_id": "fine_tuning", "solution"',
        '"grade_id": "tuning", "solution"',
        "exercises: the notebook has data_augmenter, tuning; "
        "notebooks/miniature/lab.toml names data_augmenter, fine_tuning",
    ),
    "an exercise that is not there": (
        ', "solution": true} id="something-else"',
        '} id="something-else"',
        "exercises: the notebook has data_augmenter; "
        "notebooks/miniature/lab.toml names data_augmenter, fine_tuning",
    ),
    "a test cell alone": (
        ', "solution": true} id="something-else"',
        '} id="something-else"',
        "cell 11 'test_fine_tuning' (lab_checks.check_fine_tuning(globals())): "
        "a test cell without its solution cell",
    ),
    "a cell without its marker": (
        "# UNQ_C2",
        "# UNQ_C3",
        "fine_tuning: its cell does not hold its marker 'UNQ_C2'",
    ),
    "a placeholder for nothing": (
        "{{ points.total }}",
        "{{ points.totl }}",
        "notebooks/miniature/two_exercises.py: there is no 'points.totl' to fill in. "
        "There is: lab.version, lab.title, points.total, points.data_augmenter, "
        "points.fine_tuning, policy.words",
    ),
    "an unlocked test cell": (
        '"locked": true}\nlab_checks.check_fine',
        '"locked": false}\nlab_checks.check_fine',
        "a test cell must be locked",
    ),
    "a skipped graded cell": (
        '"locked": true}\nlab_checks.check_fine',
        '"locked": true} tags=["lesson"]\nlab_checks.check_fine',
        "a graded cell may not be tagged lesson",
    ),
    "unknown metadata": (
        '"locked": true}\nlab_checks.check_fine',
        '"locked": true, "ponits": 3}\nlab_checks.check_fine',
        "unknown nbgrader metadata: ponits",
    ),
    "a syntax error": (
        "steps = 120",
        "steps = = 120",
        "cell 9 '2-augmentation-s2-2' (steps = = 120): not valid Python: invalid syntax (line 1)",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named(small: Course, lab: Lab, edit: Edit, mistake: str) -> None:
    old, new, words = MISTAKES[mistake]
    edit(old, new)
    with pytest.raises(AuthoringError) as refused:
        authoring.build(small, lab)
    assert words in str(refused.value)


def test_a_released_cell_must_still_be_python(small: Course, lab: Lab, edit: Edit) -> None:
    edit('    """Two layers."""\n', "")
    edit("    return augmentation\n", "")
    with pytest.raises(AuthoringError, match=r"release: cell 6 'data_augmenter'.*not valid Python"):
        authoring.build(small, lab)


def test_all_mistakes_are_told_at_once(small: Course, lab: Lab, edit: Edit) -> None:
    edit("steps = 120", "steps = = 120")
    edit("# UNQ_C2", "# UNQ_C3")
    with pytest.raises(AuthoringError) as refused:
        authoring.build(small, lab)
    assert len(refused.value.problems) == 2


def test_a_missing_script_is_named(small: Course, lab: Lab) -> None:
    lab.script.unlink()
    with pytest.raises(
        AuthoringError, match=r"notebooks/miniature/two_exercises\.py.*cannot be read"
    ):
        authoring.build(small, lab)


def test_exercises_in_another_order_are_no_match(small: Course, lab: Lab) -> None:
    swapped = dataclasses.replace(lab, exercises=lab.exercises[::-1])
    with pytest.raises(AuthoringError, match=r"exercises: the notebook has data_augmenter, fine_t"):
        authoring.build(small, swapped)


def test_an_exercise_without_a_marker_needs_none(small: Course, lab: Lab, edit: Edit) -> None:
    edit("# UNQ_C2", "# A comment")
    exercises = (lab.exercises[0], dataclasses.replace(lab.exercises[1], marker=""))
    authoring.build(small, dataclasses.replace(lab, exercises=exercises))


def test_rules_of_other_exercises_than_lab_toml_names(small: Course, lab: Lab) -> None:
    rules = lab.grader_tests / "rules/__init__.py"
    rules.write_text(rules.read_text().replace(", tuning.EXERCISE", ","))
    with pytest.raises(CourseError, match=r"rules for data_augmenter, and lab\.toml names"):
        authoring.build(small, lab)


def test_a_helper_with_the_notebooks_own_name(small: Course, lab: Lab) -> None:
    (lab.helpers / lab.file_name).write_text("{}")
    with pytest.raises(
        AuthoringError, match=r"helpers/two_exercises\.ipynb: has the notebook's own"
    ):
        authoring.build(small, lab)
