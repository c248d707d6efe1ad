"""Automatic mutants of the reference solution: every small change, and nobody picks which.

Each mutant differs from the reference at one place. Its name says the exercise, the operator and
the change, so that it stays the same when lines move. Mutants that behave like the reference are
listed with the reason in ``grader_tests/<lab>/corpus/equivalent_mutants.toml``, and what names and
texts could be taken for in ``mutations.toml`` beside it.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from alpaca_course.errors import CourseError
from alpaca_course.lab import Lab

OPERATORS: Mapping[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
}
Step = tuple[str, int | None]


@dataclass(frozen=True)
class Mutant:
    """One changed graded cell.

    Attributes:
        name: ``<exercise>: <operator>: <before>[ -> <after>]``, numbered where that repeats.
        exercise: whose cell it is.
        source: the changed cell.
    """

    name: str
    exercise: str
    source: str


@dataclass(frozen=True)
class Replacements:
    """What could stand in the place of a lab's names and texts.

    Attributes:
        siblings: names, by the last part of the dotted name that they replace.
        strings: values, by the text that they replace.
        prefix: before a sibling of a name that stands alone.
    """

    siblings: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)
    strings: Mapping[str, Sequence[str | int | float | None]] = dataclasses.field(
        default_factory=dict
    )
    prefix: str = ""


def load_replacements(lab: Lab) -> Replacements:
    """``mutations.toml`` of the lab's corpus; none where it has no such file.

    Raises:
        CourseError: it cannot be read.
    """
    path = lab.grader_tests / "corpus" / "mutations.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Replacements(
            siblings=data.get("siblings", {}),
            strings={
                text: [ast.literal_eval(value) for value in values]
                for text, values in data.get("strings", {}).items()
            },
            prefix=data.get("prefix", ""),
        )
    except FileNotFoundError:
        return Replacements()
    except (OSError, ValueError, SyntaxError) as error:
        raise CourseError(f"{path} cannot be read: {error}") from error


def load_equivalent(lab: Lab) -> dict[str, str]:
    """Names of the mutants that behave like the reference, and why.

    Raises:
        CourseError: an entry has no name or no reason.
    """
    path = lab.grader_tests / "corpus" / "equivalent_mutants.toml"
    return read_reasons(path) if path.is_file() else {}


def read_reasons(path: Path) -> dict[str, str]:
    """Names of mutants that need not be noticed, and why.

    Raises:
        CourseError: an entry has no name or no reason.
    """
    found: dict[str, str] = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("equivalent", []):
        if not entry.get("mutant") or not entry.get("reason"):
            raise CourseError(f"{path.name}: an entry needs `mutant` and `reason`: {entry}")
        found[entry["mutant"]] = entry["reason"]
    return found


def mutants(reference: Mapping[str, str], replacements: Replacements) -> list[Mutant]:
    """All mutants of the reference's graded cells, by exercise and place in the cell."""
    return [
        mutant
        for exercise, source in reference.items()
        for mutant in _of_cell(exercise, source, replacements)
    ]


def _of_cell(exercise: str, source: str, replacements: Replacements) -> Iterator[Mutant]:
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    names: dict[str, int] = {}
    for path, operator, before, new in _changes(tree, replacements):
        changed = copy.deepcopy(tree)
        _put(changed, path, new)
        text = ast.unparse(ast.fix_missing_locations(changed))
        if text in seen:
            continue
        seen.add(text)
        name = f"{exercise}: {operator}: {before}"
        if isinstance(new, ast.AST):
            name += f" -> {_text(new)}"
        names[name] = names.get(name, 0) + 1
        if names[name] > 1:
            name += f" ({names[name]})"
        yield Mutant(name, exercise, text + "\n")


# A change: where, the operator, the text before, and the new node (or statements) there.
Change = tuple[list[Step], str, str, "ast.AST | list[ast.stmt]"]


def _changes(tree: ast.Module, replacements: Replacements) -> Iterator[Change]:
    local = sorted(_local_names(tree))
    for path, node in _walk(tree, []):
        for field in ("body", "orelse"):
            body = getattr(node, field, None)
            if isinstance(body, list) and body:
                for operator, before, statements in _bodies(body):
                    yield [*path, (field, None)], operator, before, statements
        if isinstance(node, ast.expr):
            for operator, new in _expressions(node, local, replacements):
                yield path, operator, _text(node), new


def _walk(node: ast.AST, path: list[Step]) -> Iterator[tuple[list[Step], ast.AST]]:
    yield path, node
    for field, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            yield from _walk(value, [*path, (field, None)])
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, ast.AST):
                    yield from _walk(item, [*path, (field, index)])


def _put(tree: ast.AST, path: list[Step], new: ast.AST | list[ast.stmt]) -> None:
    at = tree
    for field, index in path[:-1]:
        value = getattr(at, field)
        at = value if index is None else value[index]
    field, index = path[-1]
    if index is None:
        setattr(at, field, new)
    else:
        getattr(at, field)[index] = new


def _bodies(body: list[ast.stmt]) -> Iterator[tuple[str, str, list[ast.stmt]]]:
    """Drop, double and swap statements of one block."""
    for index, statement in enumerate(body):
        if _is_docstring(statement):
            continue
        rest = body[:index] + body[index + 1 :]
        yield "drop statement", _text(statement), rest or [ast.Pass()]
        if _adds_up(statement):
            yield "double statement", _text(statement), [*body[: index + 1], *body[index:]]
        if index + 1 < len(body):
            swapped = [*body[:index], body[index + 1], statement, *body[index + 2 :]]
            yield "swap statements", f"{_text(statement)} | {_text(body[index + 1])}", swapped


def _expressions(
    node: ast.expr, local: list[str], replacements: Replacements
) -> Iterator[tuple[str, ast.expr]]:
    """What could stand in the place of one expression."""
    match node:
        case ast.Constant():
            yield from _constants(node.value, replacements)
        case ast.Call():
            yield from _calls(node)
        case ast.List() | ast.Tuple() if isinstance(node.ctx, ast.Load):
            yield from _sequences(node)
        case ast.BinOp():
            for kind in OPERATORS.get(type(node.op), ()):
                yield "operator", ast.BinOp(node.left, kind(), node.right)
            yield "drop operand", node.left
            yield "drop operand", node.right
        case ast.Subscript(slice=ast.Slice() as part):
            yield "slice", ast.Subscript(node.value, ast.Slice(part.upper, part.lower), node.ctx)
            yield "slice", node.value
        case ast.Attribute():
            for sibling in replacements.siblings.get(node.attr, ()):
                yield "sibling", ast.Attribute(node.value, sibling, node.ctx)
        case ast.Name(ctx=ast.Load()):
            yield from _names(node.id, local, replacements)


def _constants(value: object, replacements: Replacements) -> Iterator[tuple[str, ast.expr]]:
    match value:
        case bool():
            yield "flip", ast.Constant(not value)
        case int() | float():
            for number in _numbers(value):
                yield "number", ast.Constant(number)
        case str() if value.strip() and "\n" not in value:
            for text in (*replacements.strings.get(value, ()), value + "_x"):
                yield "string", ast.Constant(text)


def _names(
    name: str, local: list[str], replacements: Replacements
) -> Iterator[tuple[str, ast.expr]]:
    for sibling in replacements.siblings.get(name, ()):
        yield "sibling", ast.parse(f"{replacements.prefix}{sibling}", mode="eval").body
    if name in local:
        for other in local:
            if other != name:
                yield "variable", ast.Name(other, ast.Load())


def _numbers(number: int | float) -> list[int | float]:
    if isinstance(number, int):
        return sorted({0, 1, number + 1, number - 1, number * 2} - {number})
    return [number * 2, number / 2, number / 10, -number, 0.0]


def _calls(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    for index in range(len(node.args)):
        args = node.args[:index] + node.args[index + 1 :]
        yield "drop argument", ast.Call(node.func, args, node.keywords)
    for index in range(len(node.keywords)):
        keywords = node.keywords[:index] + node.keywords[index + 1 :]
        yield "drop argument", ast.Call(node.func, node.args, keywords)
    if len(node.args) > 1:
        yield "swap arguments", ast.Call(node.func, [*reversed(node.args)], node.keywords)
    # layer(...)(x) -> x: the layer is left out
    if len(node.args) == 1:
        yield "skip call", node.args[0]


def _sequences(node: ast.List | ast.Tuple) -> Iterator[tuple[str, ast.expr]]:
    kind = type(node)
    for index in range(len(node.elts)):
        yield "drop element", kind(node.elts[:index] + node.elts[index + 1 :], ast.Load())
    for index in range(len(node.elts) - 1):
        first, second = node.elts[index : index + 2]
        swapped = [*node.elts[:index], second, first, *node.elts[index + 2 :]]
        yield "swap elements", kind(swapped, ast.Load())


def _local_names(tree: ast.Module) -> set[str]:
    """Variables and arguments of the cell itself."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
    return found


def _adds_up(statement: ast.stmt) -> bool:
    """Whether a second time can matter: a call, or an assignment that reads its own target."""
    if isinstance(statement, ast.Expr):
        return True
    if not isinstance(statement, ast.Assign):
        return False
    targets = {node.id for node in statement.targets if isinstance(node, ast.Name)}
    read = {node.id for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
    return bool(targets & read)


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _text(node: ast.AST) -> str:
    """One line that shows a node."""
    first = ast.unparse(node).splitlines()[0]
    return first if len(first) <= 90 else first[:87] + "..."
