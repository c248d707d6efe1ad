"""Mutation score of the hidden tests themselves: is any of their lines without a witness?

    python -m benchmarks.rule_mutants [--workers 2] [--check] [--json]

Cosmic Ray's operators change the rules, and what applies them, one place at a time (a number, a
comparison, an arithmetic or logical operator, a loop). Each changed judge gets the evidence of the
whole corpus and of its automatic mutants, then the rules' own tests. It is killed when a case comes
out otherwise than its header says, or a test fails. Who survives must stand in
``rule_survivors.toml``, with the reason; ``--check`` fails where one does not. Changes that are no
Python, or only touch annotations, are no mutants.

Evidence that ``alpaca qualify`` has kept is used again; what is missing is executed first. The
changed module is never written to disk: each is loaded from memory in a process of its own.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import functools
import importlib.abc
import importlib.machinery
import importlib.util
import io
import json
import multiprocessing
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest
from alpaca_course.qualification.jobs import Job, JobResult
from alpaca_course.qualification.store import ResultStore
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from alpaca_course.assets.weights import ensure_weights
from alpaca_course.contract.evidence import EvidenceRefused
from alpaca_course.course import Course
from alpaca_course.execution.pool import default_workers
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.judging.judge import Judge, load_judge
from alpaca_course.qualification import plan
from alpaca_course.qualification.case import load_cases
from alpaca_course.qualification.compare import compare_case, compare_mutant, verdicts
from alpaca_course.qualification.mutants import load_equivalent, load_replacements, read_reasons
from alpaca_course.qualification.mutants import mutants as mutants_of
from alpaca_course.qualification.run import qualify
from benchmarks import course as bench
from benchmarks.timing import note

ROOT = Path(__file__).resolve().parent.parent
SURVIVORS = Path(__file__).with_name("rule_survivors.toml")
TESTS = tuple(
    f"grader_tests/{bench.LAB}/tests/{name}" for name in ("test_rules.py", "test_messages.py")
)
# What applies the rules of every lab.
RULE = Path("src/alpaca_course/contract/rule.py")
SECONDS_EACH = 60
# A rule without its decorator is no rule at all; the others need arguments of their own.
LEFT_OUT = ("RemoveDecorator", "VariableReplacer", "VariableInserter")


@dataclass(frozen=True)
class Check:
    """One case or mutant of the corpus: does a judge do with its evidence as it should?"""

    holds: Callable[[Judge], bool]
    exercises: frozenset[str]


@dataclass(frozen=True)
class RuleMutant:
    """A hidden test with one place changed.

    Attributes:
        path: of its module, from the repository's root.
        source: of the whole changed module.
        function: around the change.
        change: the lines that differ, old and new.
    """

    path: str
    source: str
    function: str
    change: str

    @property
    def module(self) -> str:
        return self.path.removeprefix("src/").removesuffix(".py").replace("/", ".")

    @property
    def name(self) -> str:
        """The same on every machine, and as long as these lines are not edited."""
        return f"{Path(self.path).stem}.{self.function}: {self.change}"


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
            code = compile(self.mutant.source, self.mutant.path, "exec")
        exec(code, module.__dict__)


def modules() -> list[Path]:
    """What applies rules, and the rules."""
    rules = sorted((bench.lab_of(Course.load(ROOT)).grader_tests / "rules").glob("*.py"))
    return [ROOT / RULE, *(path for path in rules if path.name != "__init__.py")]


def mutants(paths: Iterable[Path]) -> Iterator[RuleMutant]:
    """Every change that Cosmic Ray's operators make, each outcome once."""
    names = [name for name in operator_names() if name.partition("/")[2] not in LEFT_OUT]
    for path in paths:
        note(f"Changing {path.relative_to(ROOT)} ...")
        code = path.read_text(encoding="utf-8")
        seen = {_meaning(code)}
        for name in names:
            operator = get_operator(name)()
            for occurrence in range(sys.maxsize):
                changed = mutate_code(code, operator, occurrence)
                if changed is None:
                    break
                meaning = _meaning(changed)
                if meaning is not None and meaning not in seen:
                    seen.add(meaning)
                    relative = path.relative_to(ROOT).as_posix()
                    yield RuleMutant(relative, changed, *_change(code, changed))


def _meaning(code: str) -> str | None:
    """What of the source has an effect; None where it is no Python."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    return ast.dump(tree)


def _change(code: str, changed: str) -> tuple[str, str]:
    """The function around a change, and its lines, old and new."""
    old, new = code.splitlines(), changed.splitlines()
    differ = [
        edit for edit in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if edit[0] != "equal"
    ]  # fmt: skip
    first, last = differ[0], differ[-1]
    around = "module"
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
            start = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if start <= first[1] + 1 <= node.end_lineno:
                around = node.name
    parts = (
        " ".join(" ".join(line.split()) for line in lines)
        for lines in (old[first[1] : last[2]], new[first[3] : last[4]])
    )
    return around, " -> ".join(parts)


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


def checks(course: Course, parsed: Parsed) -> list[Check]:
    """One check for each case and mutant of the corpus: does it come out as it should?"""
    spec = bench.lab_of(course)
    lab = ReleasedLab.load(spec)
    cases = plan.select(load_cases(spec), (), ("wrong", "alternative", "hostile"))
    note("Evidence of the corpus: kept from an earlier run, or executed now ...")
    workers = default_workers(spec.kernel.memory_mib)
    found = qualify(course, spec, cases, stored=True, workers=workers, tick=_every_fiftieth)
    if not found.holds:
        sys.exit("The corpus does not hold:\n" + "\n".join(found.surprises))
    store = ResultStore(course, lab)
    reference = lab.reference
    made = mutants_of(reference, load_replacements(spec))
    equivalent = load_equivalent(spec)
    unchanged = parsed.used_by(load_judge(course, spec))

    def holds(result: JobResult, compare: Callable[..., Any], judge: Judge) -> bool:
        return bool(compare(verdicts(result, lab, judge)).as_expected)

    def of_mutant(mutant: Any, found: Any) -> Any:
        return compare_mutant(mutant, found[mutant.exercise], equivalent)

    prepared: list[tuple[Job, Callable[..., Any], frozenset[str]]] = [
        (plan.case_job(case, lab), functools.partial(compare_case, case), case.changed)
        for case in cases
        if case.header.through == "light"
    ]
    prepared += [
        (
            plan.mutant_job(mutant, lab, reference),
            functools.partial(of_mutant, mutant),
            frozenset({mutant.exercise}),
        )
        for mutant in made
    ]
    kept = [(store.find(job), compare, changed) for job, compare, changed in prepared]
    made_checks = [
        Check(functools.partial(holds, result, compare), changed)
        for result, compare, changed in kept
        if result
    ]
    # Once in this process, so that its forks find all evidence parsed.
    if not all(check.holds(unchanged) for check in made_checks):
        sys.exit("The corpus does not hold: run `alpaca qualify`.")
    return made_checks


def fate(mutant: RuleMutant, course: Course, corpus_checks: Sequence[Check], parsed: Parsed) -> str:
    """What became of a mutant: "corpus", "tests" (who killed it) or "survived"."""
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(SECONDS_EACH)
    sys.meta_path.insert(0, _FromMemory(mutant))
    sys.modules.pop(mutant.module, None)
    try:
        judge = load_judge(course, bench.lab_of(course))
        if Path(mutant.path) != RULE:  # which parses evidence, too
            judge = parsed.used_by(judge)
        # Those that are about the changed module first: most mutants end at one of them.
        exercise = Path(mutant.path).stem
        ordered = sorted(corpus_checks, key=lambda check: exercise not in check.exercises)
        if not all(check.holds(judge) for check in ordered):
            return "corpus"
    except Exception:
        return "corpus"
    for name in [name for name in sys.modules if name.partition(".")[0] == "grader_tests"]:
        del sys.modules[name]
    with contextlib.redirect_stdout(io.StringIO()):
        ended = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *TESTS])
    return "survived" if ended == pytest.ExitCode.OK else "tests"


def run(course: Course, workers: int) -> list[tuple[RuleMutant, str]]:
    """Every mutant and its fate."""
    made = list(mutants(modules()))
    parsed = Parsed()
    corpus_checks = checks(course, parsed)
    _DO.append(functools.partial(fate, course=course, corpus_checks=corpus_checks, parsed=parsed))
    note(f"{len(made)} changed judges, each with {len(corpus_checks)} pieces of evidence ...")
    fates = []
    # A process each: what a changed module did to others ends with it.
    with multiprocessing.get_context("fork").Pool(workers, maxtasksperchild=1) as pool:
        for number, became in enumerate(pool.imap(_one, made), 1):
            fates.append(became)
            if number % 100 == 0:
                note(f"  {number} of {len(made)}, {fates.count('survived')} survived")
    return list(zip(made, fates, strict=True))


# What each process of the pool does: it holds functions, which only a fork carries over.
_DO: list[Callable[[RuleMutant], str]] = []


def _one(mutant: RuleMutant) -> str:
    return _DO[-1](mutant)


def _give_up(number: int, frame: FrameType | None) -> None:
    raise TimeoutError("a changed loop does not end")


def _every_fiftieth(done: int, total: int) -> None:
    if done and done % 50 == 0:
        note(f"  {done} of {total}")


def report(fates: Sequence[tuple[RuleMutant, str]], seconds: float) -> dict[str, Any]:
    """Counts by module, the score, and who survived with or without a reason."""
    known = read_reasons(SURVIVORS)
    survived = [mutant.name for mutant, became in fates if became == "survived"]
    explained = [name for name in survived if name in known]
    by_module: dict[str, dict[str, int]] = {}
    for mutant, became in fates:
        counts = by_module.setdefault(mutant.path, {"corpus": 0, "tests": 0, "survived": 0})
        counts[became] += 1
    return {
        "mutants": len(fates),
        "killed": len(fates) - len(survived),
        "score": round((len(fates) - len(survived)) / len(fates), 4),
        "survived_explained": len(explained),
        "survived_unexplained": [name for name in survived if name not in known],
        "explained_but_killed": [name for name in known if name not in survived],
        "by_module": by_module,
        "seconds": round(seconds),
    }


def text(found: dict[str, Any]) -> str:
    lines = [
        f"{path}: {counts['corpus']} killed by the corpus, {counts['tests']} by the rules' tests, "
        f"{counts['survived']} survived"
        for path, counts in found["by_module"].items()
    ]
    lines.append(
        f"{found['killed']} of {found['mutants']} killed ({100 * found['score']:.1f} %), "
        f"{found['survived_explained']} survivors with a reason, "
        f"{len(found['survived_unexplained'])} without; {found['seconds']} s"
    )
    lines += [f"  without a reason: {name}" for name in found["survived_unexplained"]]
    lines += [f"  listed, but killed or gone: {name}" for name in found["explained_but_killed"]]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, help="default: as grading")
    parser.add_argument("--check", action="store_true", help="fail where one is not explained")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    course = Course.load(ROOT)
    workers = options.workers or default_workers(bench.lab_of(course).kernel.memory_mib)
    ensure_weights(course, say=note)
    started = time.perf_counter()
    found = report(run(course, workers), time.perf_counter() - started)
    print(json.dumps(found, indent=2) if options.json else text(found))
    if options.check and (found["survived_unexplained"] or found["explained_but_killed"]):
        sys.exit(1)


if __name__ == "__main__":
    main()
