"""Mutants of the hidden tests themselves: their modules, changed at one place each.

Cosmic Ray's operators make them (a number, a comparison, an arithmetic or logical operator, a
loop). Changes that are no Python, or that only touch annotations or what a
rule is worth, are no mutants.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from alpaca_course.errors import CourseError
from alpaca_course.lab import Lab
from alpaca_course.qualification.seeds import read_file, reasons

# A rule without its decorator is no rule at all; the others need arguments of their own.
LEFT_OUT = ("RemoveDecorator", "VariableReplacer", "VariableInserter")
FILE = "rule_survivors.toml"


@dataclass(frozen=True)
class RuleMutant:
    """A module of the hidden tests with one place changed.

    Attributes:
        module: its dotted name.
        source: the whole changed module.
        function: around the change.
        change: the lines that differ, old and new; empty for the module as it is.
    """

    module: str
    source: str
    function: str = ""
    change: str = ""

    @property
    def name(self) -> str:
        """The same on every machine, and as long as these lines are not edited."""
        return f"{self.module.rpartition('.')[2]}.{self.function}: {self.change}"


@dataclass(frozen=True)
class Survivors:
    """What ``rule_survivors.toml`` of a lab's corpus says.

    Attributes:
        also: modules that are changed besides the rules, by dotted name.
        tests: files of tests that may notice what no case does, from the course's folder.
        reasons: names of mutants that may stay unnoticed, and why.
    """

    also: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)


def load_survivors(lab: Lab) -> Survivors:
    """What the lab says of its rules' mutants; nothing where it has no such file.

    Raises:
        CourseError: it cannot be read.
    """
    path = lab.grader_tests / "corpus" / FILE
    data = read_file(path)
    also, tests = (tuple(data.get(key, ())) for key in ("also", "tests"))
    return Survivors(also, tests, reasons(data, path.name, "also", "tests"))


def modules(lab: Lab, also: Sequence[str] = ()) -> list[RuleMutant]:
    """Modules that are changed, as they are: the rules, and those named in ``also``.

    Raises:
        CourseError: there is no such module.
    """
    paths = {
        ".".join(path.relative_to(lab.course_root).with_suffix("").parts): path
        for path in sorted(lab.grader_tests.glob("rules/**/*.py"))
        if path.name != "__init__.py"
    }
    for name in also:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise CourseError(f"{FILE}: there is no module {name}")
        paths[name] = Path(spec.origin)
    return [RuleMutant(name, path.read_text(encoding="utf-8")) for name, path in paths.items()]


def changed(module: RuleMutant) -> Iterator[RuleMutant]:
    """Every change of a module that Cosmic Ray's operators make, each outcome once.

    Raises:
        CourseError: Cosmic Ray is not installed.
    """
    try:
        from cosmic_ray.mutating import mutate_code
        from cosmic_ray.plugins import get_operator, operator_names
    except ImportError as error:
        raise CourseError(
            "Changing rules needs Cosmic Ray: pip install -c constraints.txt cosmic-ray"
        ) from error
    seen = {_meaning(module.source)}
    for name in operator_names():
        if name.partition("/")[2] in LEFT_OUT:
            continue
        operator = get_operator(name)()
        for occurrence in range(sys.maxsize):
            source = mutate_code(module.source, operator, occurrence)
            if source is None:
                break
            meaning = _meaning(source)
            if meaning is not None and meaning not in seen:
                seen.add(meaning)
                yield RuleMutant(module.module, source, *_change(module.source, source))


def _meaning(code: str) -> str | None:
    """What of the source has an effect; None where it is no Python."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            for call in node.decorator_list:
                if isinstance(call, ast.Call):  # a rule's declaration
                    call.keywords = [each for each in call.keywords if each.arg != "points"]
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    return ast.dump(tree)


def _change(code: str, changed: str) -> tuple[str, str]:
    """The function around a change, and its lines, old and new."""
    old, new = code.splitlines(), changed.splitlines()
    differ = [
        edit
        for edit in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if edit[0] != "equal"
    ]
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
