"""From what test cells sent to verdicts; the hidden rules live on this side only."""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from alpaca_course.assets.inputs import facts_about
from alpaca_course.contract.codes import shared_codes
from alpaca_course.contract.evidence import EvidenceRefused
from alpaca_course.contract.rule import Exercise, Facts
from alpaca_course.contract.states import safe
from alpaca_course.contract.verdict import RuleResult, Verdict
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.execution.runner import Ending, EvidenceRun, Followed
from alpaca_course.judging import causes
from alpaca_course.judging.loading import lab_modules, load_grader_module
from alpaca_course.lab import Lab

_WHY_NOT_RUN: dict[Ending, str] = {
    "complete": "The check of this exercise did not run.",
    "died": (
        "Python ended in an earlier cell or in this one (a crash, or code that ends the process), "
        "so this exercise could not be checked."
    ),
    "unresponsive": (
        "A cell ran longer than the time limit and could not be interrupted, so this exercise "
        "could not be checked."
    ),
    "total_timeout": (
        "The notebook ran longer than all cells together may take, so this exercise could not be "
        "checked. Look for a loop that does not end, or for training in a cell of your own."
    ),
    "output": "The notebook printed far too much, so this exercise could not be checked.",
    "memory": "The notebook used more memory than it may, so this exercise could not be checked.",
    "lost": (
        "The process in which the notebook ran was ended from outside, or by what the notebook "
        "sent it, so this exercise could not be checked."
    ),
    "limit": (
        "The notebook went beyond a limit of the grader (processes, files or disk), so this "
        "exercise could not be checked."
    ),
}

# What is asked of evidence: exercise, challenge, how the execution ended, whether it is answered.
_Asked = tuple[str, str, Ending, bool]
_TOO_LARGE = "The evidence of this exercise is larger than may be sent."
_TIMEOUT = "The check of this exercise ran longer than a cell may. Your function seems not to end."
_NO_MESSAGE = (
    "The check of this exercise sent no evidence. Code elsewhere in the notebook keeps it from "
    "running."
)


@dataclass(frozen=True)
class Judge:
    """The hidden tests of a lab.

    Attributes:
        exercises: their rules, by exercise.
        facts: what is known of the lab's inputs.
        digest: of the rules' files, to tell verdicts of different rules apart.
    """

    exercises: Mapping[str, Exercise[Any]]
    facts: Facts
    digest: str
    _judged: dict[int, dict[_Asked, Verdict]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def verdict(
        self,
        exercise: str,
        test: EvidenceRun | None,
        *,
        challenge: str,
        ending: Ending,
        answered: bool = True,
    ) -> Verdict:
        """Judge one exercise of one execution.

        What the locked cells leave is no answer: without one there is nothing to judge. The same
        question about the same evidence is answered from memory: it is asked while a submission is
        executed, to know whether it is to be followed through, and again for its record.
        """
        asked = (exercise, challenge, ending, answered)
        known = self._verdicts_of(test) if test is not None else {}
        if asked not in known:
            known[asked] = self._verdict(exercise, test, challenge, ending, answered)
        return known[asked]

    def _verdicts_of(self, test: EvidenceRun) -> dict[_Asked, Verdict]:
        """Those on the very same evidence; they are forgotten with it."""
        if id(test) not in self._judged:
            weakref.finalize(test, self._judged.pop, id(test), None).atexit = False
        return self._judged.setdefault(id(test), {})

    def _verdict(
        self,
        exercise: str,
        test: EvidenceRun | None,
        challenge: str,
        ending: Ending,
        answered: bool,
    ) -> Verdict:
        if not answered:
            return self.no_evidence(exercise, causes.NOT_ANSWERED, own=causes.NOT_ANSWERED)
        reason = why_no_evidence(test, ending)
        stopped = causes.sentence(test.stop) if test is not None and test.stop else ""
        if reason is None:
            assert test is not None
            try:
                seen = self.exercises[exercise].parse(test.payload, challenge=challenge)
            except EvidenceRefused as refused:
                reason = f"The evidence of this exercise cannot be used: {refused}"
            else:
                verdict = self.exercises[exercise].judge(seen, self.facts)
                return replace(verdict, reason=stopped, own=stopped)
        return self.no_evidence(exercise, f"{stopped} {reason}".lstrip(), own=stopped)

    def followed(self, exercise: str, test: EvidenceRun, run: Followed) -> Verdict:
        """Judge a later exercise by an execution with the lab's own answers in earlier ones.

        What was seen there is not told: students' code ran beside those answers, and may have
        taken any of their text for its own.
        """
        silent = replace(test, stop=test.stop and replace(test.stop, error="", text=""), error="")
        found = self.verdict(exercise, silent, challenge=run.challenge, ending=run.ending)
        names = " and ".join(f"'{self.exercises[name].title}'" for name in run.replaced)
        return replace(
            found,
            reason=f"{causes.FOLLOWED.format(names)} {found.reason}".rstrip(),
            results=tuple(map(_without_what_was_seen, found.results)),
            advisories=(),
        )

    def no_evidence(self, exercise: str, reason: str, *, own: str = "") -> Verdict:
        """Nothing to judge: 0 points, and why; ``own`` is what of it is about the own cell."""
        return replace(self.exercises[exercise].no_evidence(reason), own=own)


def why_no_evidence(test: EvidenceRun | None, ending: Ending) -> str | None:
    """Why there is nothing to judge, in words for a student; None where there is something."""
    if test is None or test.status in ("not_run", "skipped"):
        return _WHY_NOT_RUN[ending]
    if test.messages == 0:
        return _why_no_message(test, ending)
    if test.messages > 1:
        return (
            f"The check of this exercise sent evidence {test.messages} times instead of once. Code "
            "in the notebook interferes with it; only exactly one counts."
        )
    if test.refused:
        return f"The evidence of this exercise cannot be used: {test.refused}"
    return None if test.payload is not None else _TOO_LARGE


def _why_no_message(test: EvidenceRun, ending: Ending) -> str:
    if test.status == "timeout":
        return _TIMEOUT
    if ending != "complete":
        return _WHY_NOT_RUN[ending]
    return f"{_NO_MESSAGE} {safe(test.error)}".rstrip()


def _without_what_was_seen(result: RuleResult) -> RuleResult:
    if result.message is None:
        return result
    seen = causes.NOT_TOLD.format(result.title)
    return replace(result, message=replace(result.message, seen=seen, hint=""))


def load_judge(course: Course, lab: Lab) -> Judge:
    """Load the hidden tests of ``lab``.

    Raises:
        CourseError: they cannot be loaded or do not belong to the lab's exercises, or an input
            that they judge by is missing.
    """
    return Judge(
        exercises=load_exercises(lab),
        facts=facts_about(course, lab.kernel.inputs),
        digest=_digest(lab),
    )


def load_exercises(lab: Lab) -> dict[str, Exercise[Any]]:
    """The rules of each exercise that ``lab.toml`` names, in its order.

    Raises:
        CourseError: they cannot be loaded, or there are rules of other exercises.
    """
    with lab_modules(lab):
        module = load_grader_module(lab, "rules")
        listed = getattr(module, "EXERCISES", None)
    if not isinstance(listed, tuple) or not all(isinstance(each, Exercise) for each in listed):
        raise CourseError(
            f"{lab.grader_tests / 'rules' / '__init__.py'} has no EXERCISES, a tuple of the "
            "exercises' rules."
        )
    found: dict[str, Exercise[Any]] = {each.id: each for each in listed}
    if len(found) != len(listed):
        named = ", ".join(each.id for each in listed)
        raise CourseError(f"EXERCISES in {lab.grader_tests / 'rules'} names one twice: {named}.")
    declared = {each.cell: each.title for each in lab.exercises}
    if set(found) != set(declared):
        raise CourseError(
            f"{lab.grader_tests / 'rules'} has rules for "
            f"{', '.join(sorted(found)) or 'no exercise'}, and lab.toml names the exercises "
            f"{', '.join(sorted(declared))}: they must be the same."
        )
    for one, other in shared_codes(
        name for each in found.values() for name in (each.id, *each.ids)
    ):
        raise CourseError(f"{one} and {other} have the same short code: give one another name.")
    for name, title in declared.items():
        found[name].title = title
    return {name: found[name] for name in declared}


def _digest(lab: Lab) -> str:
    total = hashlib.sha256()
    for path in sorted(lab.grader_tests.glob("rules/**/*.py")):
        total.update(path.relative_to(lab.grader_tests).as_posix().encode() + b"\0")
        total.update(path.read_bytes())
    return total.hexdigest()
