"""Whether the lab itself is right: the reference gets full points, the untouched release none.

This executes the course's own code, so it needs no sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from alpaca_course.assets import inputs
from alpaca_course.contract.cells import TEST_PREFIX
from alpaca_course.contract.inputs import EvidenceCode
from alpaca_course.contract.verdict import Verdict
from alpaca_course.course import Course
from alpaca_course.execution.cache import version_of
from alpaca_course.execution.kernels import RunSpec
from alpaca_course.execution.limits import RunLimits
from alpaca_course.execution.local import LocalKernelSource
from alpaca_course.execution.pool import environment
from alpaca_course.execution.runner import Execution, execute
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.intake.taking_in import untouched
from alpaca_course.judging.judge import Judge, load_judge
from alpaca_course.judging.loading import faults_of_rules
from alpaca_course.lab import Lab
from alpaca_course.units import MIB

# Lines of a traceback that fit on a screen without scrolling.
SCREEN_LINES = 40
_IMPROVES = "reference.improves"
_HISTORY_MIME = "application/vnd.alpaca.validation+json"
# Training on a slow machine takes minutes, and the code is the course's own.
_LIMITS = RunLimits(
    cell_seconds=3600,
    total_seconds=4 * 3600,
    output_bytes=64 * MIB,
    evidence_bytes=MIB,
    startup_seconds=120,
)
_READ_LOSSES = """
from IPython.display import display as _display
_display({{"{mime}": {{
    name: float(globals()[name].history["val_loss"][-1])
    for name in {names!r} if name in globals()
}}}}, raw=True)
"""
_ANSI = re.compile(r"\x1b\[[0-9;]*m")

OnCell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Check:
    """One thing that must hold.

    Attributes:
        name: stable, for programs.
        ok: whether it holds.
        detail: what was found.
    """

    name: str
    ok: bool
    detail: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def validate(course: Course, spec: Lab, *, quick: bool, on_cell: OnCell) -> Iterator[Check]:
    """Execute reference and release, and say what holds, as soon as it is known.

    Args:
        course: the course.
        spec: the lab.
        quick: tell the notebook to train on a part of the pictures.
        on_cell: told the run, the cell and the number of cells before each cell.

    Raises:
        NoKernelError: nothing can be validated.
    """
    lab, judge = ReleasedLab.load(spec), load_judge(course, spec)
    reference = nbformat.read(spec.instructor_notebook, as_version=4)
    extra = spec.kernel.quick if quick else {}
    yield _kernel(spec)
    yield from _reference(course, lab, judge, reference, extra, on_cell)
    yield from _untouched(course, lab, judge, extra, on_cell)


def _kernel(spec: Lab) -> Check:
    """What ``lab.toml`` asks of a kernel, beside what is installed here.

    A library may be missing, since one may have another name on another machine, and is named.
    """
    missing = [each for each in spec.kernel.preload if find_spec(each.partition(".")[0]) is None]
    versions = {each: version_of(each) for each in spec.kernel.libraries}
    found = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    absent = ", ".join(name for name, version in versions.items() if not version)
    detail = f"libraries: {found or 'none'}" + (f"; not installed here: {absent}" if absent else "")
    if missing:
        detail = f"`preload` of lab.toml names what is not installed here: {', '.join(missing)}"
    return Check("lab.kernel", not missing, detail)


def _reference(
    course: Course,
    lab: ReleasedLab,
    judge: Judge,
    reference: NotebookNode,
    extra: dict[str, str],
    on_cell: OnCell,
) -> Iterator[Check]:
    improves = lab.lab.improves
    if improves:
        code = _READ_LOSSES.format(mime=_HISTORY_MIME, names=improves)
        reference.cells.append(new_code_cell(code))
    run = _run(course, lab, reference, extra, grading=False, on_cell=_named("reference", on_cell))
    yield _no_errors(reference, run)
    for exercise, verdict in _verdicts(lab, judge, run).items():
        ended = _ended_early(run, lab.lab, exercise)
        yield Check(
            f"reference.{exercise}",
            verdict.points == verdict.max_points and not ended,
            f"{verdict.points:g} of {verdict.max_points:g} points{_what_failed(verdict)}"
            f"{_first_message(verdict)}{ended}",
        )
    if improves:
        yield _improves(run, *improves)


def _untouched(
    course: Course, lab: ReleasedLab, judge: Judge, extra: dict[str, str], on_cell: OnCell
) -> Iterator[Check]:
    graded = untouched(lab)
    run = _run(
        course,
        lab,
        graded,
        {**extra, **environment()},
        grading=True,
        on_cell=_named("release, graded", on_cell),
    )
    for exercise, verdict in _verdicts(lab, judge, run).items():
        yield Check(
            f"release.{exercise}",
            verdict.points == 0,
            f"{verdict.points:g} of {verdict.max_points:g} points",
        )
        yield Check(
            f"release.{exercise}.message",
            _says_something(verdict),
            _what_failed(verdict).lstrip(": ") or verdict.reason or "no message",
        )
    opened = lab.notebook
    run = _run(course, lab, opened, extra, grading=False, on_cell=_named("release", on_cell))
    yield _short_tracebacks(opened, run)


def _run(
    course: Course,
    lab: ReleasedLab,
    notebook: NotebookNode,
    extra: dict[str, str],
    *,
    grading: bool,
    on_cell: Callable[[int, int], None],
) -> Execution:
    spec = RunSpec(
        # Fixed, as the lab's own seeds are: a validation that fails must fail again.
        challenge="0123456789abcdef" * 2,
        files=lab.files,
        inputs=inputs.mounts(course, lab.lab.kernel.inputs),
        evidence=EvidenceCode(lab.lab.name, lab.lab.evidence),
        environment={**lab.lab.kernel.environment, **extra},
    )
    return execute(
        notebook,
        source=LocalKernelSource(),
        spec=spec,
        limits=_LIMITS,
        grading=grading,
        on_cell=on_cell,
    )


def _named(name: str, on_cell: OnCell) -> Callable[[int, int], None]:
    return lambda index, count: on_cell(name, index, count)


def _verdicts(lab: ReleasedLab, judge: Judge, run: Execution) -> dict[str, Verdict]:
    tests = {test.grade_id: test for test in run.tests}
    with faults_of_rules(lab.lab):
        return {
            exercise.id: judge.verdict(
                exercise.id, tests.get(exercise.test_id), challenge=run.challenge, ending=run.ending
            )
            for exercise in lab.exercises
        }


def _ended_early(run: Execution, spec: Lab, exercise: str) -> str:
    """What kept a collector from its end; beside the reference that is the collector's fault."""
    test = f"{TEST_PREFIX}{exercise}"
    for each in run.tests:
        if each.grade_id == test and each.status == "ok" and not each.messages:
            module = f"notebooks.{spec.name}.evidence.{exercise}"
            return f"; its collector could not be loaded: `python -c 'import {module}'` says why"
        error = (each.payload or {}).get("error") if each.grade_id == test else None
        if error is not None:
            return f"; its collector ended with {error['type']}: {error['text']}"
    return ""


def _no_errors(notebook: NotebookNode, run: Execution) -> Check:
    bad = [
        f"{_name(cell, index)} ({_error_of(result.outputs) or result.status})"
        for index, (cell, result) in enumerate(zip(notebook.cells, run.cells, strict=True))
        if result.status not in ("ok", "skipped")
    ]
    if run.ending != "complete":
        bad.insert(0, f"the run ended early: {run.ending}")
    executed = sum(result.status == "ok" for result in run.cells)
    return Check(
        "reference.runs",
        not bad,
        f"failing: {'; '.join(bad)}" if bad else f"{executed} cells in {run.seconds:.0f} s",
    )


def _improves(run: Execution, before: str, after: str) -> Check:
    """Whether the training that left ``after`` went below the one that left ``before``."""
    outputs = [output for output in run.cells[-1].outputs if "data" in output]
    found = outputs[0]["data"].get(_HISTORY_MIME, {}) if outputs else {}
    if not (before in found and after in found):
        return Check(_IMPROVES, False, f"the notebook left no `{before}` and `{after}`")
    return Check(
        _IMPROVES,
        found[after] < found[before],
        f"validation loss {found[before]:.4f} at the end of {before}, "
        f"{found[after]:.4f} at the end of {after}",
    )


def _short_tracebacks(notebook: NotebookNode, run: Execution) -> Check:
    long, longest = [], 0
    for index, (cell, result) in enumerate(zip(notebook.cells, run.cells, strict=True)):
        lines = sum(
            len("\n".join(output["traceback"]).splitlines())
            for output in result.outputs
            if output["output_type"] == "error"
        )
        longest = max(longest, lines)
        if lines > SCREEN_LINES:
            long.append(f"{_name(cell, index)} ({lines} lines: {_error_of(result.outputs)})")
    detail = (
        f"longer than {SCREEN_LINES} lines: {'; '.join(long)}"
        if long
        else (f"the longest has {longest} lines")
    )
    if run.ending != "complete":
        return Check("release.tracebacks", False, f"the run ended early: {run.ending}")
    return Check("release.tracebacks", not long, detail)


def _says_something(verdict: Verdict) -> bool:
    """Whether an empty answer is told what is expected, or why nothing can be said."""
    return bool(verdict.reason) or any(
        result.message is not None and result.message.seen and result.message.expected
        for result in verdict.failed
    )


def _what_failed(verdict: Verdict) -> str:
    missed = [result.id for result in verdict.results if result.points < result.max_points]
    reasons = [verdict.reason] if verdict.reason else []
    return f": {', '.join(missed + reasons)}" if missed or reasons else ""


def _first_message(verdict: Verdict) -> str:
    """What the first failed rule has seen: beside the reference, its author is to know why."""
    seen = [result.message.seen for result in verdict.failed if result.message is not None]
    return f" ({seen[0]})" if seen else ""


def _name(cell: NotebookNode, index: int) -> str:
    return f"cell {index + 1} '{cell.get('id', '?')}'"


def _error_of(outputs: list[dict[str, Any]]) -> str:
    for output in outputs:
        if output["output_type"] == "error":
            return _ANSI.sub("", f"{output['ename']}: {output['evalue']}")[:200]
    return ""
