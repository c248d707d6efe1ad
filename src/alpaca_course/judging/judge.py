"""From what test cells sent to verdicts; the hidden rules live on this side only."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from alpaca_course.contract.states import safe
from alpaca_course.contract.verdict import Verdict
from alpaca_course.course import Course
from alpaca_course.execution.runner import Ending, EvidenceRun
from alpaca_course.intake.released import Exercise

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
    "limit": (
        "The notebook went beyond a limit of the grader (processes, files or disk), so this "
        "exercise could not be checked."
    ),
}

_TOO_LARGE = "The evidence of this exercise is larger than may be sent."
_TIMEOUT = "The check of this exercise ran longer than a cell may. Your function seems not to end."
_NO_MESSAGE = (
    "The check of this exercise sent no evidence. Code elsewhere in the notebook keeps it from "
    "running."
)


class JudgeError(Exception):
    """The hidden tests cannot be used, so nothing can be graded; the text says why."""


@dataclass(frozen=True)
class Judge:
    """The hidden tests of a course.

    Attributes:
        judge: evidence to verdict.
        no_evidence: exercise and reason to a verdict of 0 points.
        parse: evidence as it was sent to evidence that is validated, or an exception.
        refusals: exceptions by which ``parse`` refuses.
        digest: of the rules' files, to tell verdicts of different rules apart.
    """

    judge: Callable[[Any], Verdict]
    no_evidence: Callable[[str, str], Verdict]
    parse: Callable[..., Any]
    refusals: tuple[type[Exception], ...]
    digest: str

    def verdict(
        self, exercise: Exercise, test: EvidenceRun | None, *, challenge: str, ending: Ending
    ) -> Verdict:
        """Judge one exercise of one execution."""
        reason = why_no_evidence(test, ending)
        if reason is None:
            assert test is not None
            try:
                evidence = self.parse(test.payload, exercise=exercise.id, challenge=challenge)
            except self.refusals as refused:
                reason = f"The evidence of this exercise cannot be used: {refused}"
            else:
                return self.judge(evidence)
        return self.no_evidence(exercise.id, reason)


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
    return None if test.payload is not None else _TOO_LARGE


def _why_no_message(test: EvidenceRun, ending: Ending) -> str:
    if test.status == "timeout":
        return _TIMEOUT
    if ending != "complete":
        return _WHY_NOT_RUN[ending]
    return f"{_NO_MESSAGE} {safe(test.error)}".rstrip()


def load_judge(course: Course) -> Judge:
    """Load ``grader_tests/judge.py`` by its path; it stays out of ``sys.path``.

    Raises:
        JudgeError: it cannot be loaded, or the weights that it judges by are missing.
    """
    try:
        module = _load(course.rules)
        judge, no_evidence = module.judge, module.no_evidence
        parse, refusals = _parser(module)
    except Exception as error:
        raise JudgeError(
            f"The hidden tests in {course.rules} cannot be loaded: {error!r}"
        ) from error
    if "fingerprints" in inspect.signature(judge).parameters:
        judge = _with_fingerprints(judge, _fingerprints(course))
    return Judge(
        judge=judge,
        no_evidence=no_evidence,
        parse=parse,
        refusals=refusals,
        digest=_digest(course.rules),
    )


def _parser(module: ModuleType) -> tuple[Callable[..., Any], tuple[type[Exception], ...]]:
    """The rules' own ``parse``, where they judge other evidence than the lab's."""
    if hasattr(module, "parse"):
        return module.parse, (ValueError,)
    from alpaca_course.contract import evidence as schema

    return schema.parse, (schema.EvidenceRefused,)


def _with_fingerprints(
    judge: Callable[..., Verdict], fingerprints: Mapping[str, str]
) -> Callable[[Any], Verdict]:
    def with_fingerprints(evidence: Any) -> Verdict:
        return judge(evidence, fingerprints=fingerprints)

    return with_fingerprints


def _fingerprints(course: Course) -> Mapping[str, str]:
    from alpaca_course.assets.weights import weights_in_use

    found = weights_in_use(course)
    if found is None:
        raise JudgeError(
            "The pretrained weights are not ready, so nobody's network could be built: run "
            "`alpaca weights`."
        )
    return found.fingerprints


def _load(folder: Path) -> ModuleType:
    """The judge's module, from ``folder`` alone.

    Its modules know each other by the name of the folder, so this is the name they have while they
    load. It is given back afterwards: another course's rules may have it in the same process, and
    nothing shall find the rules by accident.
    """
    name = folder.name
    before = {key: sys.modules.pop(key) for key in list(sys.modules) if _within(key, name)}
    try:
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
        return importlib.import_module(f"{name}.judge")
    finally:
        for key in [key for key in sys.modules if _within(key, name)]:
            del sys.modules[key]
        sys.modules.update(before)


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in [folder / "judge.py", *sorted(folder.glob("rules/**/*.py"))]:
        total.update(path.relative_to(folder).as_posix().encode() + b"\0")
        total.update(path.read_bytes() if path.is_file() else b"")
    return total.hexdigest()
