"""Whether code is plain: the gate itself. Pure, trusted, and before anything runs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from alpaca_course.code import empty_lines_above
from alpaca_course.gate import ipython
from alpaca_course.gate.phrases import COMMAND
from alpaca_course.gate.policy import Policy
from alpaca_course.gate.rules import Rules
from alpaca_course.gate.scopes import Names, TooIntertwinedError

# Far more than any answer has; what is longer is not looked at, and so not plain.
MAX_CHARACTERS = 100_000
MAX_NODES = 60_000
MAX_FINDINGS = 20
_SHOWN = 80


@dataclass(frozen=True)
class Code:
    """The code of one cell, and what the cell is called for people."""

    place: str
    source: str


@dataclass(frozen=True)
class Finding:
    """Something that is not plain in a student's code.

    Attributes:
        place: the cell.
        line: in the cell, from 1; 0 where it is about all of it.
        reason: what it does, in words that go on from "line 3 …".
        source: the line as it stands there.
    """

    place: str
    line: int
    reason: str
    source: str


def findings(given: Iterable[str], students: Sequence[Code], policy: Policy) -> tuple[Finding, ...]:
    """What is not plain in ``students``; at most ``MAX_FINDINGS``.

    Args:
        given: code that is not the student's, whose names the student's code uses.
        students: all of the student's code that would run.
        policy: what it may use.
    """
    if sum(len(each.source) for each in students) > MAX_CHARACTERS:
        return (Finding(students[0].place, 0, "is too long to be looked at", ""),)
    looked = _Look(policy)
    place = ""
    try:
        for source in given:
            looked.know(source)
        for each in students:
            place = each.place
            looked.take(each)
        looked.names.settle()
        for each in students:
            place = each.place
            looked.judge(each)
        looked.join()
    except (RecursionError, MemoryError, TooIntertwinedError, _TooLargeError):
        found = Finding(place, 0, "is nested too deeply to be looked at", "")
        return (*looked.found[: MAX_FINDINGS - 1], found)
    return tuple(dict.fromkeys(looked.found))[:MAX_FINDINGS]


class _TooLargeError(Exception):
    """More than ``MAX_NODES``, or more than ``MAX_CHARACTERS`` in magics inside each other."""


class _Look:
    """One look at a notebook's code."""

    def __init__(self, policy: Policy) -> None:
        self.names = Names(policy)
        self.found: list[Finding] = []
        self._trees: dict[Code, list[tuple[ast.Module, int]]] = {}
        self._nodes = self._inside = 0
        self._sets_settings = False
        self._classes: list[Finding] = []

    def know(self, source: str) -> None:
        tree = ipython.tree_of(source)
        if tree is not None:
            self.names.add(tree)
            self.names.read_by_given |= {
                each.attr for each in ast.walk(tree) if isinstance(each, ast.Attribute)
            }

    def take(self, code: Code) -> None:
        """Take in a cell, and the code that its magics run as its own; lines stay."""
        trees = self._trees[code] = []
        waiting = [(code.source, 0)]
        while waiting:
            source, before = waiting.pop()
            tree = ipython.tree_of(source)
            if tree is None:
                continue
            nodes = list(ast.walk(tree))
            self._nodes += len(nodes)
            if self._nodes > MAX_NODES:
                raise _TooLargeError
            before += empty_lines_above(source)
            trees.append((tree, before))
            self.names.add(tree)
            for node in nodes:
                magic = ipython.magic_of(node) if isinstance(node, ast.Call) else None
                for inner, skipped in (ipython.code_in(*magic) if magic else None) or ():
                    first = before + node.lineno - 1 + skipped  # type: ignore[attr-defined]
                    waiting.append((inner, first))
                    self._inside += len(inner)
                    if self._inside > MAX_CHARACTERS:
                        raise _TooLargeError

    def judge(self, code: Code) -> None:
        lines = code.source.splitlines()
        command = ipython.command_without_mark(code.source)
        if command is not None:
            self.found.append(Finding(code.place, 1, COMMAND, code.source.strip()[:_SHOWN]))
        for tree, before in self._trees[code]:

            def finding(node: ast.AST, reason: str, before: int = before) -> Finding:
                line = getattr(node, "lineno", 0) + before
                text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
                return Finding(code.place, line, reason, text[:_SHOWN])

            def tell(node: ast.AST, reason: str, of: Callable[..., Finding] = finding) -> None:
                if len(self.found) < 10 * MAX_FINDINGS:
                    self.found.append(of(node, reason))

            rules = Rules(self.names, tell)
            rules.look(tree)
            self._sets_settings |= rules.sets_settings
            self._classes += [
                finding(node, f"hands on the class '{path}', whose settings would be set for all")
                for node, path in rules.classes[:MAX_FINDINGS]
            ]

    def join(self) -> None:
        """What is plain in each cell, and is not in all of them together."""
        if self._sets_settings:
            self.found += self._classes
