"""A notebook without what kept it from running by no fault of its answers. Pure.

A module or a file that this machine lacks, a keyboard at which nobody sits, a cell of the student's
own that ended everything: the statement or the cell is left out, and so is what needs it. Lines
and cells keep their numbers.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from nbformat import NotebookNode

from alpaca_course import code
from alpaca_course.execution.cuts import STAYS, Cut, own_cut, place_of
from alpaca_course.execution.needed import executed_cells, own_cells, solution_cells
from alpaca_course.execution.runner import Execution
from alpaca_course.execution.stops import stop_of
from alpaca_course.execution.unwrapping import Edit, own_parts, unwrapped, wrapped_names

Kind = Literal["module", "file", "network", "keyboard"]
_MODULE = re.compile(r"No module named '([\w.]{1,80})'")
_INSTALL = re.compile(r"\binstall (?:the )?`?([\w-]{2,40})")
_FILE = re.compile(r"name = '([^']{1,120})'|filepath=(\S{1,120}?)\.?(?:\s|$)|: '([^']{1,120})'")
_NETWORK = re.compile(r"urlopen error|URL fetch failure|Name or service not known|Max retries")
_HEADS = ast.With | ast.AsyncWith
_MOST = 40  # statements that may be left out of one notebook


@dataclass(frozen=True)
class _Lack:
    """What this machine lacks by an error, and where: a cell's line, or what stands in it."""

    kind: Kind
    what: str
    cell: int | None = None
    line: int | None = None
    source: str = ""


def without_what_is_lacking(
    notebook: NotebookNode, execution: Execution
) -> tuple[NotebookNode, tuple[Cut, ...]] | None:
    """``notebook`` without the statements that need what an error of ``execution`` says is missing.

    None where there is none, or where leaving it out would change nothing. Where a function goes on
    with what the network should have given, nothing is left out: the same notebook comes back, with
    what it lacks.
    """
    run = executed_cells(notebook)
    own = own_cells(notebook)
    students = {i: run[i] for i in sorted({*own, *solution_cells(notebook)} & run.keys())}
    trees = {i: tree for i, source in students.items() if (tree := code.parsed(source))}
    given = {name for i in run.keys() - students.keys() for name in code.names(run[i])[0]}
    out: dict[int, list[ast.stmt]] = {index: [] for index in trees}
    cuts: list[Cut] = []
    stay: list[Cut] = []
    for lack in dict.fromkeys(_lacks(students, execution)):
        for index, statement in _places(trees, lack):
            cut = Cut(lack.kind, lack.what, place_of(notebook, index), statement.lineno)
            if lack.kind == "network" and _goes_on_with(trees[index], statement):
                stay.append(replace(cut, why=STAYS))
            elif statement not in out[index]:
                out[index].append(statement)
                cuts.append(cut)
    if not cuts or not _matters(students, out, own, execution):
        return (notebook, tuple(stay)) if stay else None
    edits = _with_what_needs_it(trees, students, out, given)
    changed = copy.deepcopy(notebook)
    for index, statements in out.items():
        changed.cells[index].source = _blanked(
            notebook.cells[index].source, statements, edits[index]
        )
    return changed, tuple(cuts)


def _goes_on_with(tree: ast.Module, statement: ast.stmt) -> bool:
    """Whether a function binds a name by this statement alone, and reads it."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = [each for each in ast.walk(function) if isinstance(each, ast.stmt)]
            others = [each for each in inside[1:] if each is not statement]
            if statement in inside and _bound_by(statement) & code.read_in(
                part for each in others for part in ast.walk(each)
            ) - {name for each in others for name in _bound_by(each)}:
                return True
    return False


def without_what_ended(
    notebook: NotebookNode, execution: Execution
) -> tuple[NotebookNode, tuple[Cut, ...]] | None:
    """``notebook`` without the own cell in which ``execution`` ended, or without all own cells.

    Where a graded cell met the end of the total time, without those own cells that took too long:
    own cells share a part of it, but what one has printed is read on after it was interrupted.
    """
    if execution.ending == "complete":
        return None
    executed = list(executed_cells(notebook))
    # Where nothing came home of an execution, nobody knows how far it got.
    ran = [i for i in executed if execution.cells[i].status != "not_run"] or executed
    own = [i for i in ran if i in own_cells(notebook)]
    if own and ran[-1] == own[-1]:
        left_out = own[-1:]
    elif execution.ending == "total_timeout":
        left_out = [i for i in own if execution.cells[i].status == "timeout"]
    else:
        left_out = own
    if not left_out:
        return None
    changed = copy.deepcopy(notebook)
    for index in left_out:
        changed.cells[index].source = ""
    return changed, tuple(own_cut(notebook, index, execution.ending) for index in left_out)


def _lacks(students: Mapping[int, str], execution: Execution) -> Iterator[_Lack]:
    for index, source in students.items():
        run = execution.cells[index]
        stop = stop_of(source, run.outputs, run.status)
        if stop is not None and not stop.timeout:
            yield from _lack(stop.error, stop.text, cell=index, line=stop.line)
    for test in execution.tests:
        for error in _errors_in(test.payload):
            yield from _lack(error["type"], error["text"], source=str(error.get("code", "")))


def _lack(error: str, text: str, **where: Any) -> Iterator[_Lack]:
    module, install = _MODULE.search(text), _INSTALL.search(text)
    if error in ("ModuleNotFoundError", "ImportError") and (module or install):
        yield _Lack("module", (module or install)[1], **where)  # type: ignore[index]
    elif error == "StdinNotImplementedError":
        yield _Lack("keyboard", "input", **where)
    elif _NETWORK.search(text):
        yield _Lack("network", error, **where)
    elif error == "FileNotFoundError" or text.startswith("File not found"):
        found = _FILE.search(text)
        what = next(filter(None, found.groups())) if found else "a file"
        yield _Lack("file", what, **where)


def _errors_in(payload: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Errors that evidence tells of: whatever has a type and a text."""
    if isinstance(payload, dict):
        if isinstance(payload.get("type"), str) and isinstance(payload.get("text"), str):
            yield payload
        payload = list(payload.values())
    if isinstance(payload, list) and depth < 12:
        for each in payload:
            yield from _errors_in(each, depth + 1)


def _places(trees: Mapping[int, ast.Module], lack: _Lack) -> Iterator[tuple[int, ast.stmt]]:
    """The statements that need what is lacking."""
    found = False
    for index, tree in trees.items():
        for statement in _statements(tree):
            if _needs(statement, lack):
                found = True
                yield index, statement
    for index, tree in trees.items():
        for statement in () if found else _statements(tree):
            first = ast.unparse(statement).partition("\n")[0]
            here = index == lack.cell and lack.line in _own_lines(statement)
            if here or (lack.source and first == _unparsed(lack.source)):
                yield index, statement


def _unparsed(text: str) -> str:
    tree = code.parsed(text.strip())
    return ast.unparse(tree) if tree is not None else ""


def _needs(statement: ast.stmt, lack: _Lack) -> bool:
    if lack.kind == "module" and isinstance(statement, ast.Import | ast.ImportFrom):
        modules = [alias.name for alias in statement.names]
        if isinstance(statement, ast.ImportFrom):
            source = statement.module or ""
            modules = [source, *(f"{source}.{name}" for name in modules)]
        return any(f"{module}.".startswith(f"{lack.what}.") for module in modules)
    parts = list(own_parts(statement))
    if lack.kind == "keyboard":
        return any(
            isinstance(part, ast.Call) and getattr(part.func, "id", "") == "input" for part in parts
        )
    if lack.kind == "file":
        return any(
            isinstance(part, ast.Constant)
            and isinstance(part.value, str)
            and part.value
            and lack.what.endswith(part.value.removeprefix("./"))
            for part in parts
        )
    return False


def _statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """All statements that can be left out; a function or class is none, its parts are."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Try
        ):
            yield node


def _own_lines(statement: ast.stmt) -> range:
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if body else statement.end_lineno or statement.lineno
    return range(statement.lineno, max(last, statement.lineno) + 1)


def _matters(
    students: Mapping[int, str],
    out: Mapping[int, list[ast.stmt]],
    own: set[int],
    execution: Execution,
) -> bool:
    """Whether more runs without it: not where an own cell's last statement failed."""
    for index, statements in out.items():
        if not statements or (execution.cells[index].status == "ok" and index in own):
            continue
        rest = code.parsed(_blanked(students[index], statements))
        last = max(each.lineno for each in statements)
        if index not in own or rest is None:
            return True
        if any(node.lineno > last for node in rest.body if not isinstance(node, ast.Pass)):
            return True
    return False


def _with_what_needs_it(
    trees: Mapping[int, ast.Module],
    sources: Mapping[int, str],
    out: dict[int, list[ast.stmt]],
    given: set[str],
) -> dict[int, list[Edit]]:
    """Leave out as well what reads a name that nothing makes any more.

    What only wraps something in it stays, unwrapped: the result says how, by cell.
    """
    stays: dict[int, dict[ast.stmt, tuple[Edit, ...]]] = {index: {} for index in trees}
    for _ in range(_MOST):
        gone = {id(inner) for each in out.values() for s in each for inner in ast.walk(s)}
        heads = {s for each in stays.values() for s in each if isinstance(s, _HEADS)}
        lost = _lost(trees, out, heads, gone) - given
        aliases = {
            name: text
            for index in trees
            for statement in (*out[index], *(heads & stays[index].keys()))
            for name, text in wrapped_names(statement, sources[index], lost)
        }
        before = sum(map(len, out.values())), [dict(found) for found in stays.values()]
        for index, tree in trees.items():
            for statement in _statements(tree):
                if id(statement) in gone or not code.read_in(own_parts(statement)) & lost:
                    continue
                edits = unwrapped(statement, sources[index], lost, aliases)
                stays[index].pop(statement, None)
                if edits:
                    stays[index][statement] = edits
                else:
                    out[index].append(statement)
        now = sum(map(len, out.values())), [dict(found) for found in stays.values()]
        if now == before or now[0] > _MOST:
            break
    return {
        index: [
            edit for s, edits in found.items() if id(s) not in _inside(out[index]) for edit in edits
        ]
        for index, found in stays.items()
    }


def _lost(
    trees: Mapping[int, ast.Module],
    out: Mapping[int, list[ast.stmt]],
    heads: set[ast.With | ast.AsyncWith],
    gone: set[int],
) -> set[str]:
    """Names that only statements bind that are left out, or of which the head is."""
    lost = {name for each in out.values() for s in each for name in _bound_in(s)}
    lost |= {name for head in heads for name in _bound_by(head)}
    gone = gone | {id(head) for head in heads}
    kept = {
        name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and id(node) not in gone
        for name in _bound_by(node)
    }
    return lost - kept


def _inside(statements: list[ast.stmt]) -> set[int]:
    return {id(inner) for statement in statements for inner in ast.walk(statement)}


def _bound_in(statement: ast.stmt) -> set[str]:
    return {n for s in ast.walk(statement) if isinstance(s, ast.stmt) for n in _bound_by(s)}


def _bound_by(statement: ast.stmt) -> set[str]:
    """Names that the statement itself binds, without the statements in it."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return set(code.imported_names(statement))
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        arguments = getattr(statement, "args", None)
        parts = ast.walk(arguments) if arguments else ()
        inner = {each.arg for each in parts if isinstance(each, ast.arg)}
        return {statement.name, *inner}
    return {
        part.id
        for part in own_parts(statement)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }


def _blanked(source: str, statements: list[ast.stmt], edits: Iterable[Edit] = ()) -> str:
    """``source`` with ``pass`` in place of the statements and with the edits, and as many lines."""
    lines = source.split("\n")
    places = [*(Edit.of(each, "pass") for each in statements), *edits]
    # From the end, so that places stay right; what lies in another one goes with it.
    for each in sorted(places, key=lambda place: (place.lineno, place.col_offset), reverse=True):
        first, last = each.lineno - 1, each.end_lineno - 1
        if last >= len(lines):
            continue
        head = lines[first].encode()[: each.col_offset].decode(errors="replace")
        tail = lines[last].encode()[each.end_col_offset :].decode(errors="replace")
        new = f"{head}{each.text}{tail}".split("\n")
        lines[first : last + 1] = [*new, *([""] * (last - first + 1 - len(new)))]
    return "\n".join(lines)
