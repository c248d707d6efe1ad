"""Which runs a record knows, and which of them counts."""

from __future__ import annotations

from typing import Any

import pytest

from alpaca_course.contract.attempt import Attempt
from alpaca_course.contract.grade import Booked, Grade, Score
from alpaca_course.contract.receipt import Receipt
from alpaca_course.contract.states import State
from alpaca_course.contract.verdict import Verdict
from alpaca_course.judging.attempts import (
    UNSETTLED,
    attempt_of,
    attempts_of,
    best,
    is_settled,
    notes,
    with_attempt,
)
from alpaca_course.judging.records import Record

NOW = "2026-11-20T10:00:00+00:00"


def record(name: str, points: int, **more: Any) -> Record:
    known: dict[str, Any] = {
        "state": State.GRADED,
        "ending": "complete",
        "versions": {"submission": name},
        "fingerprint": f"cells of {name}",
        "receipt": Receipt(name, name, 1, NOW, "timestamp.txt", "UTC"),
    }
    verdicts = {"double": Verdict("double", "Doubling", points, 20)}
    return Record("ann", reasons=(), repairs=(), verdicts=verdicts, **(known | more))


def entered(*records: Record, settled: bool = True, counts: Any = "best") -> Record:
    kept = None
    for each in records:
        kept = with_attempt(each, kept, settled=settled, now=NOW, counts=counts)
    assert kept is not None
    return kept


def free(_: Attempt) -> float:
    return 0.0


def test_each_file_is_one_run_in_the_order_of_the_first_results() -> None:
    kept = entered(record("a", 5), record("b", 9), record("a", 5), record("c", 7))
    assert [(each.id, each.earned) for each in kept.attempts] == [("a", 5), ("b", 9), ("c", 7)]
    assert sorted(each.submission for each in kept.others) == ["a", "b"]
    assert all(not each.others and not each.attempts for each in kept.others)
    found = best(kept, free)
    assert found is not None
    assert found.id == "b"


def test_where_the_last_counts_no_other_record_is_kept() -> None:
    kept = entered(record("a", 9), record("b", 5), counts="last")
    assert [each.id for each in kept.attempts] == ["a", "b"]
    assert kept.others == ()
    assert list(notes(kept)) == []


def test_the_same_cells_are_the_same_run_whatever_the_bytes() -> None:
    again = record("a2", 5, fingerprint="cells of a")
    (only,) = entered(record("a", 5), again).attempts
    assert only.files == ("a", "a2")


def test_what_was_not_run_is_no_run() -> None:
    refused = record("b", 0, ending=None, state=State.REFUSED)
    kept = entered(record("a", 9), refused)
    assert [each.id for each in kept.attempts] == ["a"]
    assert attempt_of(kept) is None
    found = best(kept, free)
    assert found is not None
    assert found.id == "a"
    # And the run before it is still known after the next one.
    assert [each.id for each in entered(record("a", 9), refused, record("c", 1)).attempts] == [
        "a",
        "c",
    ]


def test_of_equal_runs_the_newest_counts_and_penalties_are_counted_in() -> None:
    kept = entered(record("a", 9), record("b", 9))
    assert best(kept, free) is None
    found = best(kept, lambda each: 1.0 if each.id == "b" else 0.0)
    assert found is not None
    assert found.id == "a"


def test_an_unsettled_run_is_told_and_does_not_count() -> None:
    kept = entered(record("a", 9), record("b", 5), settled=False)
    assert best(kept, free) is None
    assert [note.code for note in notes(kept)] == [UNSETTLED]


def test_a_record_of_before_runs_were_kept_knows_its_own() -> None:
    grade = Grade(State.GRADED, {}, 0.0, 5.0, 20.0, (), "a", "", "2026-11-01T00:00:00+00:00")
    old = record("a", 5, grade=grade)
    assert [each.run for each in attempts_of(old)] == ["2026-11-01T00:00:00+00:00"]
    kept = with_attempt(record("b", 3), old, settled=True, now=NOW, counts="best")
    assert [each.id for each in kept.attempts] == ["a", "b"]
    assert attempts_of(None) == ()


@pytest.mark.parametrize(
    ("state", "score", "settled"),
    [
        (State.GRADED, Score(20, 9, waiting=True), True),
        (State.NEEDS_PERSON, Score(20, 9, waiting=True), False),
        (State.NEEDS_PERSON, Score(20, 9), True),
        (State.NEEDS_PERSON, Score(20, None), False),  # a gradebook made anew
    ],
)
def test_who_looked_at_a_run_is_known_by_the_gradebook(
    state: State, score: Score, settled: bool
) -> None:
    assert is_settled(record("a", 9, state=state), Booked({"double": score})) == settled
    assert not is_settled(record("a", 9, state=State.NEEDS_PERSON), Booked())
