"""Right and honest work of the corpus is plain code, but for what docs/gate.md names."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from alpaca_course.authoring.listing import make_list, text_of
from alpaca_course.course import Course
from alpaca_course.execution.slicing import not_executed
from alpaca_course.gate.check import Code, findings
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.judging.assessment import Submission
from alpaca_course.qualification.case import Case, load_cases
from alpaca_course.qualification.plan import Facts, case_task

ROOT = Path(__file__).resolve().parents[3]
LAB = "transfer_learning_mobilenet"
HONEST = ("alternative", "habit", "demo", "wrong")


@pytest.fixture(scope="module")
def lab() -> ReleasedLab:
    return ReleasedLab.load(Course.load(ROOT).lab(LAB))


@pytest.fixture(scope="module")
def taken(lab: ReleasedLab) -> dict[str, tuple[Case, Submission]]:
    facts: Facts = {"execute_all": False}
    cases = load_cases(lab.lab)
    return {case.name: (case, case_task(case, lab, facts).submission) for case in cases}


def test_of_honest_work_only_what_the_page_names_is_stopped(
    taken: dict[str, tuple[Case, Submission]],
) -> None:
    page = (ROOT / "docs" / "gate.md").read_text()
    named = set(re.findall(r"`((?:alternative|habit|demo|wrong)/\w+)`", page))
    stopped = {
        name
        for name, (case, submission) in taken.items()
        if case.header.kind in HONEST and submission.findings
    }
    assert stopped == named


def test_attacks_are_not_executed_or_are_findings(
    taken: dict[str, tuple[Case, Submission]],
) -> None:
    """But for those on the notebook around the cells, which intake puts right."""
    neither = {
        name
        for name, (case, submission) in taken.items()
        if case.header.kind == "hostile"
        and not (case.header.notebook or case.header.files)
        and not submission.findings
        and not not_executed(submission.intake.notebook)
    }
    assert neither == {"hostile/keyboard_interrupt"}  # an answer that raises, like others


def test_the_released_notebook_is_plain_itself(lab: ReleasedLab) -> None:
    given = [cell.source for cell in lab.notebook.cells if cell.cell_type == "code"]
    own = [Code(name, source) for name, source in lab.reference.items()]
    assert findings(given, own, lab.policy) == ()


def test_the_list_is_the_one_of_the_pinned_versions(lab: ReleasedLab) -> None:
    kept = lab.lab.public_names.read_text()
    made = make_list(lab.lab)
    if json.loads(kept)["versions"] != made["versions"]:
        pytest.skip("other versions of the libraries are installed than the list was made from")
    assert kept == text_of(made), "run `alpaca gate --write-list`"
