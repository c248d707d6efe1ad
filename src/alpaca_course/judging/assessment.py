"""From an intake and an execution to a record. Pure, but for the judge it is given."""

from __future__ import annotations

from dataclasses import replace

from alpaca_course.contract.states import Note, State, safe
from alpaca_course.contract.verdict import Verdict
from alpaca_course.execution.cache import hit_a_limit
from alpaca_course.execution.runner import Execution
from alpaca_course.intake.matching import Intake
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.judging.judge import Judge
from alpaca_course.judging.records import Record

_NO_KERNEL = (
    "Your notebook could not be executed because of a fault of the grader, not of yours. It will "
    "be graded again."
)


def refused(student: str, note: Note, released: ReleasedLab, judge: Judge) -> Record:
    """The record of a submission that was not executed because it cannot be read."""
    return Record(
        student=student,
        state=State.REFUSED,
        reasons=(note,),
        repairs=(),
        verdicts={each.id: judge.no_evidence(each.id, note.text) for each in released.exercises},
    )


def not_executed(
    student: str, intake: Intake, error: str, released: ReleasedLab, judge: Judge
) -> Record:
    """The record of a submission for which no kernel could be had: a person must see to it."""
    # Of a traceback the last line: the rest is about this machine and no matter of a student's.
    cause = safe((error.strip().splitlines() or ["no reason given"])[-1])
    return Record(
        student=student,
        state=State.NEEDS_PERSON,
        reasons=(Note("execution.no_kernel", f"{_NO_KERNEL} ({cause})"), *intake.doubts),
        repairs=intake.repairs,
        verdicts={each.id: judge.no_evidence(each.id, _NO_KERNEL) for each in released.exercises},
    )


def executed(
    student: str,
    intake: Intake,
    execution: Execution,
    released: ReleasedLab,
    judge: Judge,
    *,
    execution_key: str,
) -> Record:
    """The record of a submission that was executed."""
    tests = {test.grade_id: test for test in execution.tests}
    evidence = {
        each.id: tests[each.test_id] for each in released.exercises if each.test_id in tests
    }
    record = Record(
        student=student,
        state=State.GRADED,
        reasons=intake.doubts,
        repairs=intake.repairs,
        verdicts={},
        challenge=execution.challenge,
        ending=execution.ending,
        evidence=evidence,
        execution_key=execution_key,
        seconds=round(execution.seconds, 3),
        limited=hit_a_limit(execution),
    )
    return judged(record, released, judge)


def judged(record: Record, released: ReleasedLab, judge: Judge) -> Record:
    """``record`` with its evidence judged by the rules of today."""
    if record.ending is None:
        return record
    verdicts: dict[str, Verdict] = {
        exercise.id: judge.verdict(
            exercise.id,
            record.evidence.get(exercise.id),
            challenge=record.challenge,
            ending=record.ending,
        )
        for exercise in released.exercises
    }
    record = replace(record, verdicts=verdicts)
    return replace(record, state=_state(record))


def _state(record: Record) -> State:
    # A doubt that cost nothing needs nobody's time.
    if record.reasons and record.points < record.max_points:
        return State.NEEDS_PERSON
    return State.REPAIRED if record.repairs or record.reasons else State.GRADED
