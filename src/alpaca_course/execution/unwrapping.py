"""A loop around what this machine lacks: the progress bar goes, what it goes round stays. Pure.

``for layer in bar(layers)`` is ``for layer in (layers)``, and ``with bar(…) as shown:`` is
``if True:``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alpaca_course import code


@dataclass(frozen=True)
class Edit:
    """A place in a cell's text, as ``ast`` has it, and what stands there instead."""

    lineno: int
    col_offset: int
    end_lineno: int
    end_col_offset: int
    text: str

    @classmethod
    def of(cls, node: ast.expr | ast.stmt, text: str) -> Edit:
        last = node.end_lineno or node.lineno
        return cls(node.lineno, node.col_offset, last, node.end_col_offset or 0, text)


def unwrapped(
    statement: ast.stmt, source: str, lost: set[str], aliases: Mapping[str, str]
) -> tuple[Edit, ...]:
    """What changes where ``statement`` only wraps something in what is lost.

    Args:
        statement: a statement without those in it.
        source: text of its cell.
        lost: names that nothing makes any more.
        aliases: of those, names of something wrapped, and the text of what was wrapped.

    Returns:
        Nothing where it needs what is lost for more than that.
    """
    if isinstance(statement, ast.With | ast.AsyncWith):
        return _without_head(statement, source, lost)
    edits: list[Edit] = []
    inside: set[int] = set()
    for node in (each for place in _iterated(statement) for each in ast.walk(place)):
        text = "" if id(node) in inside else what_is_wrapped(node, source, lost, aliases)
        if text and isinstance(node, ast.expr):
            edits.append(Edit.of(node, f"({text})"))
            inside |= {id(each) for each in ast.walk(node)}
    left = [each for each in own_parts(statement) if id(each) not in inside]
    return () if code.read_in(left) & lost else tuple(edits)


def what_is_wrapped(
    node: ast.AST, source: str, lost: set[str], aliases: Mapping[str, str] | None = None
) -> str:
    """Text of what a call of something lost goes round; empty where it is no such call."""
    if isinstance(node, ast.Name):
        return (aliases or {}).get(node.id, "") if node.id in lost else ""
    if not isinstance(node, ast.Call) or _root(node) not in lost:
        return ""
    given = [each for each in node.args if not isinstance(each, ast.Starred)]
    given += [each.value for each in node.keywords if each.arg == "iterable"]
    if not given or len(given) < len(node.args) or code.read_in(ast.walk(given[0])) & lost:
        return ""
    texts = [ast.get_source_segment(source, each) or "" for each in given]
    if _last_name(node) == "trange":  # of tqdm: short for a bar around a range
        return f"range({', '.join(texts)})"
    return "" if isinstance(given[0], ast.Constant) else texts[0]


def wrapped_names(statement: ast.stmt, source: str, lost: set[str]) -> Iterator[tuple[str, str]]:
    """Names that a statement gives to something wrapped, each with the text of what was."""
    pairs: list[tuple[ast.expr | None, ast.expr]] = []
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        pairs = [(statement.targets[0], statement.value)]
    if isinstance(statement, ast.With | ast.AsyncWith):
        pairs = [(each.optional_vars, each.context_expr) for each in statement.items]
    for target, value in pairs:
        text = what_is_wrapped(value, source, lost)
        if isinstance(target, ast.Name) and text:
            yield target.id, text


def own_parts(statement: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement without the statements in it."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [each for each in ast.iter_child_nodes(node) if not isinstance(each, ast.stmt)]


def _without_head(
    statement: ast.With | ast.AsyncWith, source: str, lost: set[str]
) -> tuple[Edit, ...]:
    """Where all that it opens is lost; what it does inside may need none of it."""
    opened = [each.context_expr for each in statement.items]
    start = Edit.of(statement, "")
    end = statement.items[-1].optional_vars or opened[-1]
    same_line = opened[0].lineno == statement.lineno
    before = source.split("\n")[start.lineno - 1].encode()[start.col_offset : opened[0].col_offset]
    if not same_line or b"(" in before or not all(_root(each) in lost for each in opened):
        return ()
    last = Edit.of(end, "")
    head = Edit(start.lineno, start.col_offset, last.end_lineno, last.end_col_offset, "if True")
    return (head,)


def _iterated(statement: ast.stmt) -> Iterator[ast.expr]:
    for part in own_parts(statement):
        if isinstance(part, ast.For | ast.AsyncFor | ast.comprehension):
            yield part.iter


def _root(node: ast.AST) -> str:
    """The name that a chain of calls and attributes begins with."""
    while isinstance(node, ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _last_name(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else _root(function)
