"""Every small change of one cell. Pure functions on its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

OPERATORS: Mapping[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
}
Step = tuple[str, int | None]


@dataclass(frozen=True)
class Replacements:
    """What could stand in the place of a lab's names and texts.

    Attributes:
        siblings: names, by the last part of the dotted name that they replace.
        strings: values, by the text that they replace.
        prefix: before a sibling of a name that stands alone.
    """

    siblings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    strings: Mapping[str, Sequence[str | int | float | None]] = field(default_factory=dict)
    prefix: str = ""


@dataclass(frozen=True)
class Change:
    """One cell changed at one place.

    Attributes:
        operator: what sort of change it is.
        label: the operator and the change, numbered where that repeats.
        statement: the first line of the innermost statement around the place.
        source: the whole changed cell, normalised.
    """

    operator: str
    label: str
    statement: str
    source: str


def changes(source: str, replacements: Replacements) -> Iterator[Change]:
    """Every change of a cell, each outcome once."""
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    labels: dict[str, int] = {}
    for path, operator, before, new, statement in _places(tree, replacements):
        old = _put(tree, path, new)
        text = ast.unparse(tree)
        _put(tree, path, old)
        if text in seen:
            continue
        seen.add(text)
        label = f"{operator}: {before}"
        if isinstance(new, ast.AST):
            label += f" -> {_text(new)}"
        labels[label] = labels.get(label, 0) + 1
        if labels[label] > 1:
            label += f" ({labels[label]})"
        yield Change(operator, label, _first_line(statement), text + "\n")


def normalised(source: str) -> str:
    """A cell without its comments, as that of a :class:`Change` is written."""
    return ast.unparse(ast.parse(source)) + "\n"


def statements(source: str) -> Iterator[str]:
    """The first line of every statement of a cell."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt):
            yield _first_line(node)


# Where a change is made, its operator, the text before, the new node (or statements) there, and the
# statement around it.
_Place = tuple[list[Step], str, str, "ast.AST | list[ast.stmt]", ast.stmt]


def _places(tree: ast.Module, replacements: Replacements) -> Iterator[_Place]:
    local = sorted(_local_names(tree))
    for path, node, statement in _walk(tree, [], None):
        for part in ("body", "orelse"):
            body = getattr(node, part, None)
            if isinstance(body, list) and body:
                for operator, at, before, new in _bodies(body):
                    yield [*path, (part, None)], operator, before, new, at
        if isinstance(node, ast.expr) and statement is not None and not _is_docstring(statement):
            for operator, other in _expressions(node, local, replacements):
                yield path, operator, _text(node), other, statement


def _walk(
    node: ast.AST, path: list[Step], statement: ast.stmt | None
) -> Iterator[tuple[list[Step], ast.AST, ast.stmt | None]]:
    """Every node, where it is, and the innermost statement around it; no annotations."""
    statement = node if isinstance(node, ast.stmt) else statement
    yield path, node, statement
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        if isinstance(value, ast.AST):
            yield from _walk(value, [*path, (name, None)], statement)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, ast.AST):
                    yield from _walk(item, [*path, (name, index)], statement)


def _put(tree: ast.AST, path: list[Step], new: Any) -> Any:
    """Put ``new`` where ``path`` leads, and return what was there."""
    at: Any = tree
    for name, index in path[:-1]:
        value = getattr(at, name)
        at = value if index is None else value[index]
    name, index = path[-1]
    if index is None:
        old = getattr(at, name)
        setattr(at, name, new)
        return old
    items = getattr(at, name)
    old, items[index] = items[index], new
    return old


def _bodies(body: list[ast.stmt]) -> Iterator[tuple[str, ast.stmt, str, list[ast.stmt]]]:
    """Drop, double and swap statements of one block."""
    for index, statement in enumerate(body):
        if _is_docstring(statement):
            continue
        rest = body[:index] + body[index + 1 :]
        text = _text(statement)
        yield "drop statement", statement, text, rest or [ast.Pass()]
        if _adds_up(statement):
            yield "double statement", statement, text, [*body[: index + 1], *body[index:]]
        if index + 1 < len(body):
            swapped = [*body[:index], body[index + 1], statement, *body[index + 2 :]]
            yield "swap statements", statement, f"{text} | {_text(body[index + 1])}", swapped


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
    first = _first_line(node)
    return first if len(first) <= 90 else first[:87] + "..."


def _first_line(node: ast.AST) -> str:
    return ast.unparse(node).splitlines()[0]
