"""What became of a submission: the one place where its state and score are decided. Pure.

The judge's record, what a person entered in the gradebook since, and the reasons of a refusal come
together here. Every table, page and file that shows a state or a score takes it from
:func:`result_of`; every write into the gradebook is :func:`entered`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from alpaca_course.contract.appeal import Appeal
from alpaca_course.contract.attempt import Attempt
from alpaca_course.contract.grade import Booked, ByHand, Grade, Score
from alpaca_course.contract.lateness import Lateness
from alpaca_course.contract.receipt import Receipt
from alpaca_course.contract.states import Note, State
from alpaca_course.contract.verdict import Loss, RuleResult, Verdict
from alpaca_course.execution.runner import Way
from alpaca_course.judging import attempts
from alpaca_course.judging.assessment import NO_KERNEL
from alpaca_course.judging.records import Record

COMMENT = "comment on "
UNCONFIRMED = "points.unconfirmed"
_ASKED = "There is a question about this result, and a person will answer it."


@dataclass(frozen=True)
class Told:
    """What is told first of one exercise.

    Attributes:
        exercise: id.
        points: what grading gave, in words.
        reason: what stopped its cell, or why there is nothing to judge; empty where that is said
            of the whole submission.
        losses: what cost points, where there was something to judge; together what is missing.
    """

    exercise: str
    points: str
    reason: str
    losses: tuple[Loss, ...]


@dataclass(frozen=True)
class Result:
    """State and score of one submission, as every place shows them.

    Attributes:
        student: id, as in ``submitted/``.
        state: what became of it, a person's decision included.
        name: the student's name for people; empty where the gradebook has none.
        scores: points by exercise; empty where the gradebook has none.
        penalty: points taken off for lateness, never more than were earned.
        lateness: when it was due and handed in, when that was decided last.
        verdicts: the judge's, by exercise; empty where nothing could be judged.
        reasons: why it was refused or needs a person, or doubts that cost nothing.
        repairs: what was put right before grading.
        comments: those that a person wrote, by exercise.
        on_points: what a person decided about the points, by exercise.
        notes: that, and what else a reader of the points has to know, such as to which file they
            belong.
        receipt: of the file that was graded.
        appeals: what the student asked about it, and the answers.
        attempts: official runs of what the student handed in.
        own_not_executed: how many cells of the student's own no graded cell needs.
        way: which process the kernel of its execution was a fork of, and why; empty without one.
    """

    student: str
    state: State
    name: str = ""
    scores: Mapping[str, Score] = field(default_factory=dict)
    penalty: float = 0.0
    lateness: Lateness = Lateness()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    reasons: tuple[Note, ...] = ()
    repairs: tuple[Note, ...] = ()
    comments: Mapping[str, str] = field(default_factory=dict)
    on_points: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    receipt: Receipt = Receipt()
    appeals: tuple[Appeal, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    own_not_executed: int = 0
    way: Way | Literal[""] = ""

    @property
    def total(self) -> float:
        return max(0.0, sum(score.points for score in self.scores.values()) - self.penalty)

    @property
    def max_points(self) -> float:
        return sum(score.max_points for score in self.scores.values())

    @property
    def by_hand(self) -> tuple[str, ...]:
        """The exercises whose points a person changed."""
        return tuple(sorted(name for name, score in self.scores.items() if score.by_hand))

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that is said about it, reasons first."""
        late = (self.lateness.why,) if self.lateness.is_told else ()
        notes = (*self.notes, *self.repairs)
        return (*(note.text for note in self.reasons), *late, *(note.text for note in notes))

    @property
    def said(self) -> tuple[str, ...]:
        """That, and what is said about single exercises; each sentence once."""
        reasons = (verdict.reason for verdict in self.verdicts.values() if verdict.reason)
        return tuple(dict.fromkeys([*self.sentences, *reasons]))

    @property
    def told(self) -> tuple[Told, ...]:
        """What is told first of each exercise that is not simply right."""
        found = []
        for name, verdict in self.verdicts.items():
            reason = "" if verdict.reason in self.sentences else verdict.reason
            if reason or verdict.points < verdict.max_points:
                gave = "grading gave " * (name in self.by_hand)
                points = f"{gave}{verdict.points:g} of {verdict.max_points:g} points"
                losses = verdict.losses if verdict.results else ()
                found.append(Told(name, f"{verdict.title}: {points}.", reason, losses))
        return tuple(found)

    def rules(self, status: str) -> list[RuleResult]:
        """The rules with this result, over all exercises."""
        return [r for v in self.verdicts.values() for r in v.results if r.status == status]

    def to_json(self) -> dict[str, Any]:
        return {
            "student": self.student,
            "name": self.name,
            "state": self.state.value,
            "points": {name: score.points for name, score in self.scores.items()},
            "penalty": self.penalty,
            "lateness": self.lateness.to_json(),
            "total": self.total,
            "max_points": self.max_points,
            "by_hand": list(self.by_hand),
            "failed": [rule.id for rule in self.rules("failed")],
            "undecided": [rule.id for rule in self.rules("undecided")],
            "advisories": [a.id for v in self.verdicts.values() for a in v.advisories],
            "reasons": [note.to_json() for note in self.reasons],
            "repairs": [note.to_json() for note in self.repairs],
            "notes": [note.to_json() for note in self.notes],
            "comments": dict(self.comments),
            "appeals": [vars(each) for each in self.appeals],
            "receipt": vars(self.receipt),
            "attempts": [vars(each) for each in self.attempts],
            "own_cells_not_executed": self.own_not_executed,
            "way": self.way,
        }


def result_of(student: str, record: Record | None, booked: Booked | None, name: str = "") -> Result:
    """What became of a submission; a person may have had the last word in the gradebook.

    Args:
        student: id.
        record: the judge's; None where there is none.
        booked: what the gradebook has; None where it has nothing.
        name: for people.
    """
    state, reasons = _state(record, booked)
    booked = booked or Booked()
    verdicts = record.verdicts if record else {}
    on_points = {
        name: _on_points(score, verdicts[name].title if name in verdicts else name)
        for name, score in booked.scores.items()
        if score.by_hand
    }
    return Result(
        student=student,
        state=state,
        name=name,
        scores=booked.scores,
        penalty=booked.penalty,
        lateness=record.lateness if record else Lateness(),
        verdicts=verdicts,
        reasons=reasons,
        repairs=record.repairs if record else (),
        comments=booked.comments,
        on_points=on_points,
        notes=(
            *(Note("points.by_hand", text) for text in on_points.values()),
            *(attempts.notes(record) if record else ()),
            *(_elsewhere(record, owners_of(record, booked)) if record else ()),
        ),
        receipt=record.receipt if record else Receipt(),
        attempts=record.attempts if record else (),
        own_not_executed=record.own_not_executed if record else 0,
        way=record.way if record and record.ending is not None else "",
    )


def with_appeals(result: Result, appeals: tuple[Appeal, ...]) -> Result:
    """``result`` with what its student asked; an open question is why a person is needed."""
    reasons = result.reasons
    if any(each.is_open for each in appeals):
        reasons = tuple(
            Note("appeal.open", _ASKED) if note.code == UNCONFIRMED else note for note in reasons
        )
    return replace(result, appeals=appeals, reasons=reasons)


def _state(record: Record | None, booked: Booked | None) -> tuple[State, tuple[Note, ...]]:
    """State and reasons.

    Where the gradebook asks for a person, one is needed; where the record asked for one and the
    gradebook does not any more, one was there.
    """
    if record is None or booked is None:
        return _half(record, booked)
    decided = any(score.by_hand for score in booked.scores.values())
    asked = record.state is State.NEEDS_PERSON
    if booked.waiting and not asked:
        text = "A person has to confirm its points: in formgrader, or with `alpaca accept`."
        return State.NEEDS_PERSON, (*record.reasons, Note(UNCONFIRMED, text))
    if not booked.waiting and (asked or (record.state is State.REFUSED and decided)):
        return (State.REPAIRED if record.repairs else State.GRADED), ()
    return record.state, record.reasons


def _half(record: Record | None, booked: Booked | None) -> tuple[State, tuple[Note, ...]]:
    """State and reasons of what one of both does not know."""
    if record is not None:
        if not record.state.is_graded:
            return record.state, record.reasons
        text = "It was judged, but the gradebook has no points: grade it again."
        return State.NEEDS_PERSON, (*record.reasons, Note("gradebook.missing", text))
    scores = booked.scores.values() if booked else ()
    if any(score.by_hand for score in scores) and not any(score.waiting for score in scores):
        return State.GRADED, ()
    text = (
        "There is no record of its grading here that can be read: grade it again, or bring the "
        "record from the machine that graded it."
    )
    return State.NEEDS_PERSON, (Note("record.missing", text),)


def owners_of(record: Record | None, booked: Booked) -> dict[str, ByHand]:
    """For which file each entry of a person was made, by exercise or "comment on <exercise>".

    What a person confirms belongs to the file that was graded by then.
    """
    found: dict[str, ByHand] = {}
    for name, value in _entries(booked):
        kept = record.by_hand.get(name) if record else None
        confirmed = name in booked.scores and not booked.scores[name].waiting
        if kept is not None and kept.value == value and not confirmed:
            found[name] = kept
        elif record is not None:
            found[name] = ByHand(value, record.submission, record.receipt.when)
    return found


def _entries(booked: Booked) -> Iterator[tuple[str, str]]:
    for name, score in booked.scores.items():
        if score.by_hand:
            yield name, score.entry
    for name, text in booked.comments.items():
        yield COMMENT + name, text


def _on_points(score: Score, title: str) -> str:
    """What a person decided about the points of one exercise."""
    text = f"A person gave {score.points:g} of {score.max_points:g} points for {title}"
    return text + ("." if score.auto is None else f", where grading gives {score.auto:g}.")


def _elsewhere(record: Record, owners: Mapping[str, ByHand]) -> Iterator[Note]:
    """Where what a person entered is not about the file that was graded."""
    for name, owner in owners.items():
        if owner.submission == record.submission:
            continue
        what, is_ = f"The points by hand for {name}", "are"
        if name.startswith(COMMENT):
            what, is_ = f"The {name}", "is"
        yield Note(
            "entry.other_file",
            f"{what} {is_} about an earlier file, received {owner.received}, SHA-256 "
            f"{owner.submission[:12] or 'unknown'}…, and not about the one handed in since.",
        )


def entered(
    record: Record, earlier: Record | None, before: Booked, counted: Attempt | None = None
) -> Booked:
    """What the gradebook is to have of ``record``, without the penalty.

    Points and comments that a person entered stay. A person is asked to look at them again where
    something changed; what a person looked at and did not change since is not asked for again.

    Args:
        record: to be entered.
        earlier: the record that the gradebook has now; None where there is none.
        before: what the gradebook has now.
        counted: another run whose points count; None where those of ``record`` do.
    """
    points = counted.points if counted else record.by_exercise
    scores = {}
    for name, verdict in record.verdicts.items():
        old = before.scores.get(name, Score(verdict.max_points))
        wanted = old.by_hand or record.state is State.NEEDS_PERSON
        looked_at = _same(record, earlier, name) and old.auto == points[name]
        scores[name] = Score(
            max_points=verdict.max_points,
            auto=points[name],
            manual=old.manual,
            extra=old.extra,
            waiting=old.waiting if looked_at else wanted,
        )
    return replace(before, scores=scores)


def _same(record: Record, earlier: Record | None, name: str) -> bool:
    """Whether a person who looked at the earlier result has seen what this one says."""
    if earlier is None or name not in earlier.verdicts:
        return False
    old, new = earlier.verdicts[name], record.verdicts[name]
    return (
        (earlier.submission, earlier.state, earlier.reasons)
        == (record.submission, record.state, record.reasons)
        and (old.points, old.max_points) == (new.points, new.max_points)
    )  # fmt: skip


def received_again(record: Record, receipt: Receipt) -> Record:
    """``record`` of a file with other bytes or another time, and all the same cells.

    What a person entered for the one is about the other as well.
    """
    by_hand = {
        name: replace(each, submission=receipt.sha256, received=receipt.when)
        if each.submission == record.submission
        else each
        for name, each in record.by_hand.items()
    }
    versions = {**record.versions, "submission": receipt.sha256}
    return replace(record, receipt=receipt, by_hand=by_hand, versions=versions)


def with_grade(record: Record, earlier: Record | None, result: Result, now: str) -> Record:
    """``record`` with what came of it, and the earlier grade in its history.

    ``now`` is the time that the new grade is kept with.
    """
    grade = Grade(
        state=result.state,
        points={name: score.points for name, score in result.scores.items()},
        penalty=result.penalty,
        total=result.total,
        max_points=result.max_points,
        by_hand=result.by_hand,
        submission=record.submission,
        rules=str(record.versions.get("rules", "")),
        since=now,
    )
    kept = earlier.grade if earlier else None
    history = earlier.history if earlier else ()
    if kept is not None and _what(kept) == _what(grade):
        return replace(record, grade=replace(grade, since=kept.since), history=history)
    history = (*history, kept) if kept else history
    # A fault of the grader is no result that anybody would look up.
    return replace(record, grade=None if _not_executed(result) else grade, history=history)


def _not_executed(result: Result) -> bool:
    return any(note.code == NO_KERNEL for note in result.reasons)


def _what(grade: Grade) -> dict[str, Any]:
    """What makes one grade another than another."""
    return {**vars(grade), "rules": "", "since": ""}
