"""The visible checks against the corpus: right answers pass, and wrong ones do not.

What Validate shows is what these checks say, so this is whether Validate and grading agree.
"""

from __future__ import annotations

import pytest

from alpaca_course.qualification.case import Case, load_cases
from grader_tests.transfer_learning_mobilenet.tests.lab.checking import PASSED, said_to
from grader_tests.transfer_learning_mobilenet.tests.lab.conftest import HELPERS, LAB
from grader_tests.transfer_learning_mobilenet.tests.lab_process import Lab as LabProcess

pytestmark = pytest.mark.timeout(1500)
Said = dict[tuple[str, str], str]


BUILT_ON = {"alpaca_model": "data_augmenter"}


def cells(case: Case, exercise: str) -> list[str]:
    """The cells of a graded one and of the one it builds on, each behind own ones before it."""
    chosen = [each for each in (BUILT_ON.get(exercise), exercise) if each]
    return [
        source
        for one in chosen
        for source in (
            *(each.source for each in case.extra_cells if each.before and each.anchor == one),
            case.solutions[one],
        )
    ]


def asked_of(case: Case) -> set[str]:
    """The exercises that a case changes and, of a right one, those that build on them."""
    if case.header.kind == "wrong":
        return set(case.changed)
    return {*case.changed, *(each for each, below in BUILT_ON.items() if below in case.changed)}


@pytest.fixture(scope="module")
def said(template: LabProcess) -> Said:
    """What the checks say to these exercises of each case; empty where they pass."""
    wanted = [
        (case, exercise)
        for case in load_cases(LAB)
        if case.header.kind in ("alternative", "wrong")
        for exercise in sorted(asked_of(case))
    ]
    return {
        (case.name, exercise): "" if said["kind"] == PASSED else said["text"]
        for case, exercise in wanted
        for said in [said_to(template, str(HELPERS), exercise, cells(case, exercise))]
    }


def test_every_right_answer_passes(said: Said) -> None:
    refused = {k: text for k, text in said.items() if k[0].startswith("alternative/") and text}
    assert refused == {}


def test_no_wrong_answer_passes(said: Said) -> None:
    passed = {k for k, text in said.items() if k[0].startswith("wrong/") and not text}
    assert passed == set()
