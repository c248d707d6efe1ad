"""What is kept of each graded submission: enough to judge it again without executing it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from alpaca_course.contract.attempt import Attempt
from alpaca_course.contract.evidence import SCHEMA_VERSION
from alpaca_course.contract.grade import ByHand, Grade
from alpaca_course.contract.lateness import Lateness
from alpaca_course.contract.receipt import Receipt
from alpaca_course.contract.states import Note, State
from alpaca_course.contract.verdict import Verdict
from alpaca_course.course import Course
from alpaca_course.execution.runner import Ending, EvidenceRun, Followed, Way
from alpaca_course.files import as_json, read_ordinary, staged, write_atomically
from alpaca_course.lab import Lab
from alpaca_course.policy import Counts

FORMAT = 1


@dataclass(frozen=True)
class Record:
    """The result of one submission, with the evidence that it rests on.

    Attributes:
        student: the student's id.
        state: what became of the submission.
        reasons: why a person is needed, or why it was refused.
        repairs: what had to be mended.
        verdicts: by exercise.
        challenge: of the execution; empty where nothing was executed.
        ending: how the execution ended; None where nothing was executed.
        evidence: what each test cell sent, by exercise.
        unanswered: exercises whose cell holds no answer.
        followed: what later exercises sent with the lab's own answers in place of earlier ones.
        execution_key: under which the execution is cached.
        fingerprint: of all that the evidence depends on; empty where it must be had again.
        versions: of the libraries of the execution, of the lab, of the rules and of evidence, and,
            as sha256, of the file that was handed in.
        receipt: of the file that was handed in.
        by_hand: what a person had entered in the gradebook when this was written, and for which
            file, by exercise or "comment on <exercise>".
        lateness: by the due date of when this was written.
        grade: what came of it with the gradebook's entries, when this was written.
        history: earlier grades, the oldest first.
        attempts: official runs, this one included, in the order of their first results.
        others: the evidence of those that this one is not, where the best run counts.
        counts: which run counts.
        counted: id of the run that does; empty where it is this one.
        own_not_executed: how many cells of the student's own no graded cell needs.
        seconds: the execution took.
        memory: bytes that its kernel held at most; None where nobody knows.
        limited: a limit of the grader decided what came of the execution.
        way: which process the kernel of the execution was a fork of, and why.
    """

    student: str
    state: State
    reasons: tuple[Note, ...]
    repairs: tuple[Note, ...]
    verdicts: Mapping[str, Verdict]
    challenge: str = ""
    ending: Ending | None = None
    evidence: Mapping[str, EvidenceRun] = field(default_factory=dict)
    unanswered: tuple[str, ...] = ()
    followed: tuple[Followed, ...] = ()
    execution_key: str = ""
    fingerprint: str = ""
    versions: Mapping[str, Any] = field(default_factory=dict)
    receipt: Receipt = Receipt()
    by_hand: Mapping[str, ByHand] = field(default_factory=dict)
    lateness: Lateness = Lateness()
    grade: Grade | None = None
    history: tuple[Grade, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    others: tuple[Record, ...] = ()
    counts: Counts = "last"
    counted: str = ""
    own_not_executed: int = 0
    seconds: float = 0.0
    memory: int | None = None
    limited: bool = False
    way: Way = "plain"

    @property
    def points(self) -> float:
        return float(sum(verdict.points for verdict in self.verdicts.values()))

    @property
    def max_points(self) -> float:
        return float(sum(verdict.max_points for verdict in self.verdicts.values()))

    @property
    def by_exercise(self) -> dict[str, float]:
        """The points that grading gave, by exercise."""
        return {name: float(verdict.points) for name, verdict in self.verdicts.items()}

    @property
    def submission(self) -> str:
        """sha256 of the file that was handed in; empty where there was none."""
        return str(self.versions.get("submission", ""))

    @property
    def is_outdated(self) -> bool:
        """Whether other collectors made its evidence than those that the rules of today know."""
        return self.ending is not None and self.versions.get("evidence") != SCHEMA_VERSION

    def to_judge(self) -> Record:
        """Of it what rules need to judge it again, and nothing that is told of it."""
        bare: dict[str, Any] = {"attempts": (), "others": (), "history": (), "by_hand": {}}
        return replace(self, verdicts={}, reasons=(), repairs=(), grade=None,
                       lateness=Lateness(), **bare)  # fmt: skip

    def text(self) -> str:
        """The record as it is kept; the points are for people who look into the file."""
        points = {"points": self.points, "max_points": self.max_points}
        kept = {"format": FORMAT, **points, **vars(self)}
        return json.dumps(kept, indent=1, sort_keys=True, default=as_json)


_RECORD = TypeAdapter(Record)


@dataclass(frozen=True)
class Replacement:
    """A record that is about to take the place of ``earlier``; None where there was none."""

    path: Path
    earlier: Record | None

    def write(self, record: Record) -> None:
        """Have ``record`` on the disk, where it counts once the block has ended.

        Raises:
            OSError: it cannot be written.
        """
        write_atomically(self.path, record.text().encode())


class RecordStore:
    """One JSON file a student, written last.

    A submission whose record has a fingerprint is graded to its end.
    """

    def __init__(self, course: Course, lab: Lab) -> None:
        self.folder = course.evidence_store / lab.name

    def path(self, student: str) -> Path:
        return self.folder / f"{student}.json"

    def load(self, student: str) -> Record | None:
        """The student's record; None where there is none or it is damaged."""
        try:
            kept = json.loads(read_ordinary(self.path(student)))
            return _RECORD.validate_python(kept) if kept["format"] == FORMAT else None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def store(self, record: Record) -> None:
        """Keep ``record`` in place of an earlier one.

        Raises:
            OSError: it cannot be written.
        """
        write_atomically(self.path(record.student), record.text().encode())

    def begin(self, student: str) -> Record | None:
        """Mark the student's record as one that is being replaced, and give it.

        It stays readable.
        """
        earlier = self.load(student)
        if earlier is None:
            self.path(student).unlink(missing_ok=True)
        elif earlier.fingerprint:
            self.store(replace(earlier, fingerprint=""))
        return earlier

    @contextmanager
    def replacing(self, student: str) -> Iterator[Replacement]:
        """Replace the student's record at the end of the block, by what was written in it.

        Until then the earlier one stays readable, but counts as not finished, so that a process
        that dies meanwhile leaves a submission to be graded again. Where the block raises, the
        earlier one is put back.
        """
        earlier = self.begin(student)
        try:
            with staged(self.path(student)) as path:
                yield Replacement(path, earlier)
        except BaseException:
            if earlier is not None:
                with suppress(OSError):
                    self.store(earlier)
            raise

    def __iter__(self) -> Iterator[Record]:
        for path in sorted(self.folder.glob("*.json")):
            record = self.load(path.stem)
            if record is not None:
                yield record
