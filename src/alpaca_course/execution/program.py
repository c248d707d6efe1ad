"""What the executed cells do, whoever wrote them how, and where their text counts. Pure.

Students whose cells are the same program share one execution. So nothing that is decided or shown
may differ between them: wherever code may see how it is written, or something that it prints may
tell of it, the text counts as well as the program. Only plain code is asked here: what the gate
finds (``inspect``, ``In``, frames, tracebacks) looks at more than can be listed.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from IPython.core.displayhook import DisplayHook
from nbformat import NotebookNode

from alpaca_course import code
from alpaca_course.execution.needed import (
    evidence_cells,
    executed_cells,
    own_cells,
    solution_cells,
)
from alpaca_course.execution.runner import EvidenceRun, Execution
from alpaca_course.gate import ipython
from alpaca_course.gate.names import words
from alpaca_course.kernel.programs import program_of

# Modules and names by which Python code sees the text of code, or where something stands in it.
_SEES_TEXT = words(
    "inspect linecache traceback tokenize symtable dis doctest pydoc __doc__ __code__ _ih _i _ii "
    "_iii In get_ipython getsource getsourcelines getdoc lineno co_firstlineno co_filename "
    "f_lineno tb_lineno history_manager input_hist_raw input_hist_parsed raw_cell last_execution"
)
# Magics that change how things are shown, whatever the cell's text is.
_SETTINGS = frozenset(("matplotlib", "precision"))
# A filter of warnings may ask for lines; that nothing is shown asks for none.
_FILTERS = frozenset(("filterwarnings", "simplefilter"))
_PLACE = re.compile(
    r"ipykernel_\d|<ipython-input|<cell line|Cell In\[|<string>|<unknown>|\bline \d|\d{5,}\.py"
)


def program_in(notebook: NotebookNode, files: Iterable[str]) -> list[Any] | None:
    """What ``notebook``'s executed cells do, as plain data; None where their text counts.

    Args:
        notebook: as intake made it and the slice marked it; all of the student's in it is plain.
        files: names of the helper files beside it.
    """
    try:
        return _program_in(notebook, frozenset(PurePosixPath(name).stem for name in files))
    # Too deep to be followed, a number too long to be written, or no Python at all.
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def is_of_the_program(execution: Execution) -> bool:
    """Whether all that came of an execution is the same for all who have its cells' program.

    An error names lines and shows them; so does a warning, whose place is in what was printed.
    """
    return (
        execution.ending == "complete"
        and not execution.output_cut
        and not execution.cuts
        and all(cell.status in ("ok", "skipped") for cell in execution.cells)
        and all(map(_tells_no_place, execution.tests))
        and all(
            run.ending == "complete" and all(map(_tells_no_place, run.tests))
            for run in execution.followed
        )
        and not any(_PLACE.search(json.dumps(cell.outputs)) for cell in execution.cells)
    )


def sees_text(source: str) -> bool:
    """Whether Python code may see the text of other code, by any of the usual ways."""
    tree = code.parsed(source)
    if tree is None:
        return True
    return any(not _SEES_TEXT.isdisjoint(_words_at(node)) for node in ast.walk(tree))


def _program_in(notebook: NotebookNode, helpers: frozenset[str]) -> list[Any] | None:
    run = executed_cells(notebook)
    students = run.keys() & (own_cells(notebook) | solution_cells(notebook).keys())
    trees = {index: _tree(run[index]) for index in students}
    given = [
        _given(run[index], helpers)
        for index in run.keys() - students - evidence_cells(notebook).keys()
    ]
    if any(tree is None for tree in trees.values()):
        return None
    theirs = [tree for tree in trees.values() if tree is not None]
    defined = {each.name for each in _nodes(theirs) if isinstance(each, ast.FunctionDef)}
    if any(map(_may_see_text, _nodes(theirs))):
        return None
    if not defined.isdisjoint(_handed_on(_nodes(theirs)).union(*(each.hands_on for each in given))):
        return None
    seeing = (helpers | _SEES_TEXT).union(*(each.imports for each in given))
    if any(not seeing.isdisjoint(_words_at(node)) for node in _nodes(theirs)):
        return None
    return [
        [ast.dump(program_of(tree)), _is_silenced(run[index])]
        if (tree := trees.get(index)) is not None
        else run[index]
        for index in run
    ]


def _is_silenced(source: str) -> bool:
    """Whether the value of the last expression is not shown, since a semicolon ends it."""
    return ";" in source and bool(DisplayHook.semicolon_at_end_of_expression(source))


def _tree(source: str) -> ast.Module | None:
    """What of a cell runs, its harmless settings apart; None where its text may matter."""
    if ipython.may_be_a_command(source):
        return None
    text = ipython.runs_as(source)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        tree = code.python_tree(text)
        compile(text, "<cell>", "exec")
    # A warning of the compiler is shown to who wrote it so.
    if warned:
        return None
    tree.body = [node for node in tree.body if not _is_setting(node)]
    return tree


def _is_setting(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    magic = ipython.magic_of(node.value)
    return magic is not None and magic[0] == "run_line_magic" and magic[1] in _SETTINGS


def _nodes(trees: Iterable[ast.AST]) -> Iterator[ast.AST]:
    return (node for tree in trees for node in ast.walk(tree))


def _may_see_text(node: ast.AST) -> bool:
    """Whether libraries may read the code at ``node`` as text, or tell the code where it stands.

    TensorFlow's AutoGraph reads functions that it is given; an error's message may name its line.
    """
    if isinstance(node, ast.Lambda | ast.ClassDef | ast.AsyncFunctionDef):
        return True
    if isinstance(node, ast.FunctionDef):
        return bool(node.decorator_list)
    if isinstance(node, ast.ExceptHandler):
        return node.name is not None
    return _filters_by_more(node)


def _filters_by_more(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or _FILTERS.isdisjoint(_words_at(node.func)):
        return False
    first = node.args[0] if node.args else None
    silent = isinstance(first, ast.Constant) and first.value == "ignore"
    return not silent or len(node.args) > 1 or bool(node.keywords)


def _handed_on(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Names that are read other than to call what they name."""
    read: list[ast.Name] = []
    called: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Call):
            called.add(id(node.func))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            read.append(node)
    return frozenset(each.id for each in read if id(each) not in called)


@dataclass(frozen=True)
class _Given:
    """What a given cell hands on, and the names that its imports of helper files bind."""

    hands_on: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()


@lru_cache(maxsize=256)
def _given(source: str, helpers: frozenset[str]) -> _Given:
    tree = code.parsed(source)
    if tree is None:
        return _Given()
    nodes = list(ast.walk(tree))
    return _Given(_handed_on(nodes), frozenset(_names_of(nodes, helpers)))


def _names_of(nodes: Iterable[ast.AST], helpers: frozenset[str]) -> Iterator[str]:
    return (
        name
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom) and not helpers.isdisjoint(_modules(node))
        for name in code.imported_names(node)
    )


def _modules(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom):
        yield (node.module or "").partition(".")[0]
    else:
        yield from (alias.name.partition(".")[0] for alias in node.names)


def _words_at(node: ast.AST) -> Iterator[str]:
    """Names that stand at ``node`` itself, also in texts: of attributes and in templates."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from _modules(node)
        yield from (part for alias in node.names for part in alias.name.split("."))
    elif isinstance(node, ast.keyword | ast.arg):
        yield node.arg or ""
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from re.findall(r"\w+", node.value) if "_" in node.value else ()


def _tells_no_place(test: EvidenceRun) -> bool:
    return (
        test.status == "ok"
        and test.messages == 1
        and test.payload is not None
        and not test.error
        and test.stop is None
        and not _has_an_error(test.payload)
    )


def _has_an_error(payload: Any) -> bool:
    """Whether evidence tells of an error of the student's code: those have a line."""
    waiting = [payload]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if each.get("error") or {"type", "text"} <= each.keys():
                return True
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return False
