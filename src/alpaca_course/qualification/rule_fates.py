"""Does anything notice a changed rule? What the corpus gave is judged by it, then the rules' tests.

The changed module is never written to disk: each is loaded from memory, in a process of its own,
and judges the results that ``alpaca qualify`` has kept.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.abc
import importlib.machinery
import importlib.util
import io
import multiprocessing
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FrameType, ModuleType
from typing import Any, Literal

from alpaca_course.contract.evidence import EvidenceRefused
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.execution.cache import environment_facts
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.judging.judge import Judge, load_judge
from alpaca_course.judging.records import Record
from alpaca_course.lab import Lab
from alpaca_course.qualification import plan
from alpaca_course.qualification.case import load_cases
from alpaca_course.qualification.compare import Outcome, compare_case, compare_mutant
from alpaca_course.qualification.execute import record_of, store
from alpaca_course.qualification.mutants import Mutant
from alpaca_course.qualification.rule_mutants import RuleMutant, changed, load_survivors, modules
from alpaca_course.qualification.seeds import load_equivalent, load_mutants

SECONDS_EACH = 60
Fate = Literal["corpus", "tests", "survived"]
"""Who notices a changed rule; "survived": nobody."""
Tick = Callable[[int, int], None]


@dataclass(frozen=True)
class Check:
    """One case or mutant of the corpus: does it come out as it should with some judge?"""

    holds: Callable[[Judge], bool]
    exercises: frozenset[str]


class Parsed:
    """Evidence that is validated once: by code that no change of a lab's rules touches."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], Any] = {}

    def used_by(self, judge: Judge) -> Judge:
        """``judge``, whose exercises take evidence from here."""
        for name, exercise in judge.exercises.items():
            vars(exercise)["parse"] = functools.partial(self._parse, name, exercise.parse)
        return judge

    def _parse(
        self, name: str, parse: Callable[..., Any], payload: object, *, challenge: str
    ) -> Any:
        key = (id(payload), name)
        if key not in self._known:
            try:
                self._known[key] = parse(payload, challenge=challenge)
            except EvidenceRefused as refused:
                self._known[key] = refused
        if isinstance(self._known[key], EvidenceRefused):
            raise self._known[key]
        return self._known[key]


def kept_checks(course: Course, spec: Lab) -> Iterator[Check]:
    """A check for each case and mutant whose execution is kept."""
    lab = ReleasedLab.load(spec)
    facts = environment_facts(course, spec, lab.files, lab.reference)
    kept, equivalent = store(course), load_equivalent(spec)

    def checks(
        task: plan.Task, compare: Callable[[Record], Outcome], about: frozenset[str]
    ) -> Iterator[Check]:
        refused = task.submission.refusal is not None
        execution = None if refused else kept.load(task.submission.key)
        if refused or execution is not None:

            def holds(judge: Judge) -> bool:
                return compare(record_of(task, execution, lab, judge)).as_expected

            yield Check(holds, about)

    def of_mutant(mutant: Mutant, found: Record) -> Outcome:
        return compare_mutant(mutant, found.verdicts[mutant.exercise], equivalent)

    for case in load_cases(spec):
        if case.header.through == "light":
            compare = functools.partial(compare_case, case)
            yield from checks(plan.case_task(case, lab, facts), compare, case.changed)
    for mutant in load_mutants(spec):
        task = plan.mutant_task(mutant, lab, facts)
        about = frozenset({mutant.exercise})
        yield from checks(task, functools.partial(of_mutant, mutant), about)


@dataclass(frozen=True)
class RuleTrial:
    """What a changed rule is tried with."""

    course: Course
    spec: Lab
    checks: Sequence[Check]
    parsed: Parsed
    tests: Sequence[str]

    def fate(self, mutant: RuleMutant) -> Fate:
        """Who notices ``mutant``. It changes this process for good: call it in one of its own."""
        signal.signal(signal.SIGALRM, _give_up)
        signal.alarm(SECONDS_EACH)
        sys.meta_path.insert(0, _FromMemory(mutant))
        try:
            judge = self._judge(mutant)
            # Those that are about the changed module first: most mutants end at one of them.
            exercise = mutant.module.rpartition(".")[2]
            in_order = sorted(self.checks, key=lambda check: exercise not in check.exercises)
            if not all(check.holds(judge) for check in in_order):
                return "corpus"
        except Exception:
            return "corpus"
        return "survived" if not self.tests or self._tests_pass() else "tests"

    def _judge(self, mutant: RuleMutant) -> Judge:
        if mutant.module.startswith("grader_tests."):
            return self.parsed.used_by(load_judge(self.course, self.spec))
        # Everything that knows the changed module has to know the changed one, evidence included.
        _forget("alpaca_course")
        from alpaca_course.judging.judge import load_judge as load_anew

        return load_anew(self.course, self.spec)

    def _tests_pass(self) -> bool:
        import pytest

        _forget("grader_tests", "notebooks")
        # pytest-timeout would take the alarm for its own.
        options = [f"-pno:{name}" for name in ("cacheprovider", "xdist", "timeout")]
        files = [str(self.course.root / name) for name in self.tests]
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            ended = pytest.main(["-x", "-q", "--assert=plain", *options, *files])
        return ended == pytest.ExitCode.OK


class _FromMemory(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Lets one module's source come from memory."""

    def __init__(self, mutant: RuleMutant) -> None:
        self.mutant = mutant

    def find_spec(
        self, fullname: str, path: Any = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.mutant.module:
            return None
        return importlib.util.spec_from_loader(fullname, self)

    def exec_module(self, module: ModuleType) -> None:
        with warnings.catch_warnings(action="ignore", category=SyntaxWarning):  # `is` with a number
            code = compile(self.mutant.source, self.mutant.module, "exec")
        exec(code, module.__dict__)


def try_rules(
    course: Course, spec: Lab, *, workers: int = 2, tick: Tick = lambda done, total: None
) -> list[tuple[RuleMutant, Fate]]:
    """Every mutant of the rules of ``spec``, and who notices it.

    Args:
        course: where results of the corpus are kept; what is missing there is not asked.
        spec: the lab.
        workers: side by side.
        tick: told how many of how many are done.

    Raises:
        CourseError: the rules as they are do not pass.
    """
    said, parsed = load_survivors(spec), Parsed()
    checks = list(kept_checks(course, spec))
    judge = parsed.used_by(load_judge(course, spec))
    # Once in this process, so that its forks find all evidence parsed.
    if not checks or not all(check.holds(judge) for check in checks):
        raise CourseError("The corpus does not hold, or was not executed: run `alpaca qualify`.")
    unchanged = modules(spec, said.also)
    mutants = [mutant for module in unchanged for mutant in changed(module)]
    trial = RuleTrial(course, spec, checks, parsed, said.tests)
    fates: list[Fate] = []
    tick(0, len(mutants))
    # A process each: what a changed module did to others ends with it. Forks, since checks are
    # functions and their evidence has been parsed.
    context = multiprocessing.get_context("fork")
    with context.Pool(workers, _TRIAL.append, (trial,), maxtasksperchild=1) as pool:
        for module, fate in zip(unchanged, pool.imap(_fate, unchanged), strict=True):
            if fate != "survived":
                raise CourseError(f"{module.module} does not pass as it is ({fate}).")
        for fate in pool.imap(_fate, mutants):
            fates.append(fate)
            tick(len(fates), len(mutants))
    return list(zip(mutants, fates, strict=True))


# Of a process of the pool: what it does.
_TRIAL: list[RuleTrial] = []


def _fate(mutant: RuleMutant) -> Fate:
    return _TRIAL[-1].fate(mutant)


def _forget(*packages: str) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in packages]:
        del sys.modules[name]


def _give_up(number: int, frame: FrameType | None) -> None:
    raise TimeoutError("a changed loop does not end")
