"""From a submission and its execution to a record. Pure, but for the judge it is given."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cached_property

from alpaca_course.contract.states import FAULT, Note, State, fault, safe
from alpaca_course.contract.verdict import Verdict
from alpaca_course.execution.attempts import is_own_doing
from alpaca_course.execution.cache import hit_a_limit
from alpaca_course.execution.program import is_of_the_program
from alpaca_course.execution.runner import Execution
from alpaca_course.execution.slicing import not_executed as not_executed_cells
from alpaca_course.intake.released import GradedCell, ReleasedLab
from alpaca_course.intake.taking_in import Intake
from alpaca_course.judging import causes
from alpaca_course.judging.gating import GATE
from alpaca_course.judging.judge import Judge
from alpaca_course.judging.records import Record

NO_KERNEL = "execution.no_kernel"
_NO_KERNEL = (
    "Your notebook could not be executed because of a fault of the grader, not of yours. It will "
    "be graded again."
)

# Why a person is asked where others may have been the reason; the next run tries again.
MACHINE = "execution.machine"
_MACHINE = Note(
    MACHINE,
    "The grader's machine was too busy, or was stopped, while your notebook ran, and that may be "
    "why it did not run to its end. It will be graded again; you need not do anything.",
)


@dataclass(frozen=True)
class Submission:
    """What a student handed in, read, matched and keyed once.

    Attributes:
        student: the student's id.
        intake: what is executed, graded and written; the untouched release where it was refused.
        refusal: why nothing of it is executed: it was refused, or could not be read by a fault of
            the grader; None where it is.
        key: of the execution of just its cells; empty where there is none.
        program: of the execution of all that do the same; empty where there is none, or where the
            text counts.
        findings: what is not plain in the code that would run; a person looks at it.
    """

    student: str
    intake: Intake
    refusal: Note | None
    key: str
    findings: tuple[Note, ...] = ()
    program: str = ""

    @property
    def plain(self) -> bool:
        """Whether its code may run where others' code ran: the gate found nothing."""
        return not self.findings

    def key_of(self, execution: Execution) -> str:
        """Under which ``execution`` of it is kept: for all with its program, or for its text."""
        return self.program if self.program and is_of_the_program(execution) else self.key

    @cached_property
    def fingerprint(self) -> str:
        """Of all that the record's evidence depends on; what it is worth depends on the rules."""
        known = {
            "key": self.key,
            "refusal": self.refusal,
            "notes": [*self.findings, *self.intake.repairs, *self.intake.doubts],
            "notebook": [cell.source for cell in self.intake.notebook.cells],
        }
        return hashlib.sha256(json.dumps(known, sort_keys=True, default=vars).encode()).hexdigest()


def executed(
    submission: Submission, execution: Execution, released: ReleasedLab, judge: Judge
) -> Record:
    """The record of a submission that was executed."""
    tests = {test.grade_id: test for test in execution.tests}
    evidence = {
        each.id: tests[each.test_id] for each in released.exercises if each.test_id in tests
    }
    cuts = tuple(dict.fromkeys(map(causes.note, execution.cuts)))
    record = Record(
        student=submission.student,
        state=State.GRADED,
        reasons=(*submission.findings, *submission.intake.doubts, *cuts),
        repairs=submission.intake.repairs,
        verdicts={},
        challenge=execution.challenge,
        ending=execution.ending,
        evidence=evidence,
        unanswered=tuple(
            each.id for each in released.exercises if each.id not in submission.intake.answered
        ),
        followed=execution.followed,
        execution_key=submission.key_of(execution),
        fingerprint=submission.fingerprint,
        own_not_executed=len(not_executed_cells(submission.intake.notebook)),
        seconds=round(execution.seconds, 3),
        memory=execution.usage.max_rss_bytes,
        limited=hit_a_limit(execution),
        way=execution.way,
    )
    record = judged(record, released, judge)
    return record if is_own_doing(execution) else for_a_person(record, _MACHINE)


def not_executed(submission: Submission, error: str, judge: Judge) -> Record:
    """The record of a submission that was refused, could not be read, or got no kernel.

    Only a refusal has a fingerprint: the others are no result, and the next run tries again.
    """
    note, said = submission.refusal, _NO_KERNEL
    refused = note is not None and note.code != FAULT
    if note is None:
        # Of a traceback the last line: the rest is about this machine and no matter of a student's.
        cause = safe((error.strip().splitlines() or ["no reason given"])[-1])
        note = Note(NO_KERNEL, f"{_NO_KERNEL} ({cause})")
    else:
        said = note.text
    return Record(
        student=submission.student,
        state=State.REFUSED if refused else State.NEEDS_PERSON,
        reasons=(note, *submission.intake.doubts),
        repairs=submission.intake.repairs,
        verdicts={name: judge.no_evidence(name, said) for name in judge.exercises},
        fingerprint=submission.fingerprint if refused else "",
    )


def for_a_person(record: Record, note: Note) -> Record:
    """``record`` after a fault of the grader, without a fingerprint: the next run tries again."""
    reasons = (note, *(each for each in record.reasons if each.code != FAULT))
    return replace(record, state=State.NEEDS_PERSON, reasons=reasons, fingerprint="")


def judged(record: Record, released: ReleasedLab, judge: Judge) -> Record:
    """``record`` with its evidence judged by the rules of today."""
    if record.ending is None:
        return record
    verdicts: dict[str, Verdict] = {}
    faults: list[Note] = []
    for exercise in released.exercises:
        try:
            verdicts[exercise.id] = _verdict(record, exercise, judge)
        except Exception as error:
            faults.append(fault(error))
            verdicts[exercise.id] = judge.no_evidence(exercise.id, faults[-1].text)
    record = replace(record, verdicts=verdicts)
    return for_a_person(record, faults[0]) if faults else replace(record, state=_state(record))


def with_others_judged(record: Record, released: ReleasedLab, judge: Judge, rules: str) -> Record:
    """``record`` with those of the student's other runs judged by the rules of today.

    ``rules`` is the digest of the rules. What an earlier version of the course collected, which
    the rules of today do not read, keeps its points, and so does what they fail with.
    """
    points = {
        each.submission: found
        for each in record.others
        if not each.is_outdated
        and each.versions.get("rules") != rules
        and not (found := judged(each, released, judge)).reasons  # of it only a fault of the rules
    }
    others = tuple(
        replace(each, versions={**each.versions, "rules": rules})
        if each.submission in points
        else each
        for each in record.others
    )
    attempts = tuple(
        replace(attempt, points=now.by_exercise, max_points=now.max_points)
        if (now := next((points[file] for file in attempt.files if file in points), None))
        else attempt
        for attempt in record.attempts
    )
    return replace(record, others=others, attempts=attempts)


def _verdict(record: Record, exercise: GradedCell, judge: Judge) -> Verdict:
    """By the student's own notebook, or where it is better with the lab's own earlier answers."""
    assert record.ending is not None
    best = judge.verdict(
        exercise.id,
        record.evidence.get(exercise.id),
        challenge=record.challenge,
        ending=record.ending,
        answered=exercise.id not in record.unanswered,
    )
    if exercise.id in record.unanswered:
        return best
    for run in record.followed:
        test = next((each for each in run.tests if each.grade_id == exercise.test_id), None)
        if test is not None and best.points < best.max_points:
            found = judge.followed(exercise.id, test, run)
            best = found if found.points > best.points else best
    return best


def _state(record: Record) -> State:
    if any(note.code == FAULT or note.code.startswith(GATE) for note in record.reasons):
        return State.NEEDS_PERSON
    # A doubt that cost nothing needs nobody's time.
    if record.reasons and record.points < record.max_points:
        return State.NEEDS_PERSON
    return State.REPAIRED if record.repairs or record.reasons else State.GRADED
