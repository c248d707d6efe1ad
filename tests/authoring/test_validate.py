"""Mistakes of authors: each is refused, and the message names the cell."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alpaca_course.authoring import build as authoring
from alpaca_course.authoring.problem import AuthoringError
from alpaca_course.course import Course

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
    "points": ('"points": 40', '"points": 41', "points: they add up to 101, not 100"),
    "no points": (', "points": 40', "", "cell 11 'test_fine_tuning'"),
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
        'grade("data_augmenter")\n### END HIDDEN TESTS',
        'grade("data_augmenter")',
        "'BEGIN HIDDEN TESTS' in line 2 has no 'END HIDDEN TESTS'",
    ),
    "hidden tests elsewhere": (
        "steps = 120",
        "### BEGIN HIDDEN TESTS\nsteps = 120\n### END HIDDEN TESTS",
        "hidden tests outside a test cell",
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
    "grade() of another exercise": (
        'grade("fine_tuning")',
        'grade("data_augmenter")',
        'its hidden region must call grade("fine_tuning")',
    ),
    "an unlocked test cell": (
        '"locked": true, "points": 40',
        '"points": 40',
        "a test cell must be locked",
    ),
    "a skipped graded cell": (
        '"points": 40}',
        '"points": 40} tags=["lesson"]',
        "a graded cell may not be tagged lesson",
    ),
    "unknown metadata": (
        '"points": 40}',
        '"points": 40, "ponits": 3}',
        "unknown nbgrader metadata: ponits",
    ),
    "a syntax error": (
        "steps = 120",
        "steps = = 120",
        "cell 9 '2-augmentation-s2-2' (steps = = 120): not valid Python: invalid syntax (line 1)",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named(small: Course, edit: Edit, mistake: str) -> None:
    old, new, words = MISTAKES[mistake]
    edit(old, new)
    with pytest.raises(AuthoringError) as refused:
        authoring.build(small)
    assert words in str(refused.value)


def test_a_released_cell_must_still_be_python(small: Course, edit: Edit) -> None:
    edit('    """Two layers."""\n', "")
    edit("    return augmentation\n", "")
    with pytest.raises(AuthoringError, match=r"release: cell 6 'data_augmenter'.*not valid Python"):
        authoring.build(small)


def test_all_mistakes_are_told_at_once(small: Course, edit: Edit) -> None:
    edit("steps = 120", "steps = = 120")
    edit('"points": 40', '"points": 41')
    with pytest.raises(AuthoringError) as refused:
        authoring.build(small)
    assert len(refused.value.problems) == 2


def test_a_missing_script_is_named(small: Course) -> None:
    small.script.unlink()
    with pytest.raises(AuthoringError, match=r"notebooks/transfer_learning.*cannot be read"):
        authoring.build(small)
