"""What students read, word for word, in a file that is reviewed: ``__snapshots__/``.

After a change of words or rules: ``pytest PATH_OF_THIS_FILE --snapshot-update``,
then read the difference as a student would.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from alpaca_course.contract.verdict import Verdict
from grader_tests.transfer_learning_mobilenet.tests.evidence import samples
from grader_tests.transfer_learning_mobilenet.tests.faults import CASES, NEAR, REMARKS

EVERYTHING = [
    *((rule.partition(".")[0], edits) for rule, edits, _ in CASES),
    *((exercise, edits) for exercise, edits, _ in REMARKS),
    *NEAR,
]


def told(verdict: Verdict) -> str:
    """How many rules passed, and what the feedback says of every one that did not."""
    passed = [result for result in verdict.results if result.status == "passed"]
    lines = [f"{len(passed)} of {len(verdict.results)} rules passed"]
    for result in verdict.results:
        if result.status == "undecided":
            lines.append(f"{result.id} cannot be decided: {result.because}")
        elif result.message is not None:
            message = result.message
            lines.append(f"{result.id} failed:")
            lines += [f"  {t}" for t in (message.seen, message.expected, message.why, message.hint)]
    lines += [f"{remark.id} remarks: {remark.text}" for remark in verdict.advisories]
    return "\n".join([*lines, *filter(None, [verdict.reason])])


def name(value: str | dict[str, Any]) -> str:
    return value if isinstance(value, str) else json.dumps(value)[:100]


@pytest.mark.parametrize(("exercise", "edits"), EVERYTHING, ids=name)
def test_what_students_read(
    exercise: str, edits: dict[str, Any], snapshot: SnapshotAssertion
) -> None:
    verdict = samples.verdict_on(samples.edited(exercise, edits), samples.FINGERPRINTS)
    assert told(verdict) == snapshot
