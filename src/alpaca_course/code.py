"""What the code of a cell says, without running it. Pure.

Lines keep their numbers: IPython's own syntax is blanked, never cut out.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, wraps
from typing import TypeVar

_T = TypeVar("_T")
_PARSING = threading.Lock()
# What a class's notebooks have in common is looked at once; of the rest what was looked at last is
# kept, since whoever writes it also chooses how much there is of it: a tree of the longest that is
# kept may take 40 MiB. Most questions about a cell are asked one after the other.
_GIVEN: set[str] = set()
_LAST, _SHORT = 32, 2000
_LAST_LONG, _LONG = 2, 100_000
# Names that every notebook has.
GIVEN_NAMES = frozenset(dir(builtins)) | {"In", "Out", "_", "__", "display", "get_ipython"}
# Blanks are those of one line, and taken once: 80 kB of blank lines took minutes otherwise.
_MAGIC = re.compile(r"^([^\S\n]*+)(?:[%!?].*|[\w.]+\?{1,2})$", re.MULTILINE)
# Installing: there is no network while grading, and what is missing is told by its import.
_INSTALL = re.compile(
    r"^([ \t]*)[!%](?:python3? -m )?(?:pip3?|conda|apt|apt-get)[ \t].*$", re.MULTILINE
)
# What it times it also does: `%time x = 1` binds x.
_TIMED = re.compile(r"^([ \t]*)%time[ \t]+(?=[A-Za-z_(\[])", re.MULTILINE)
_ASSIGNED_MAGIC = re.compile(r"^([^\S\n]*+[\w.,][\w., ]*+=)[^\S\n]*+[%!].*$", re.MULTILINE)


def know(sources: Iterable[str]) -> None:
    """Tell which cells will come again and again, since everybody was given them."""
    _GIVEN.update(sources)


def remembered(look: Callable[[str], _T]) -> Callable[[str], _T]:
    """``look`` at a cell's text, once for each that is given.

    What it gives is shared, so it is to be looked at and not changed.
    """
    given: dict[str, _T] = {}
    short = lru_cache(maxsize=_LAST)(look)
    long = lru_cache(maxsize=_LAST_LONG)(look)

    @wraps(look)
    def looked(source: str) -> _T:
        if source not in _GIVEN:
            last = short if len(source) <= _SHORT else long if len(source) <= _LONG else look
            return last(source)
        if source not in given:
            given[source] = look(source)
        return given[source]

    return looked


def without_magics(source: str) -> str:
    """``source`` as Python reads it, with as many lines."""
    plain = _TIMED.sub(r"\1", source)
    return _ASSIGNED_MAGIC.sub(r"\1 None", _MAGIC.sub(r"\1pass", plain))


def without_installs(source: str) -> str:
    """``source`` without the lines that install packages, and with as many lines."""
    return _INSTALL.sub(r"\1pass", source)


def empty_lines_above(source: str) -> int:
    """How many empty lines a cell begins with: IPython leaves them out, and counts without them."""
    lines = source.splitlines()
    return next((at for at, line in enumerate(lines) if line and not line.isspace()), len(lines))


def python_tree(text: str | bytes) -> ast.Module:
    """``ast.parse(text)``, which one thread at a time may do.

    Until Python 3.12 all threads share the count of how deep a tree is. Where garbage collection
    lets another thread parse in the middle, both counts are wrong, and a SystemError is raised
    ("AST constructor recursion depth mismatch", python/cpython#106905).
    """
    with _PARSING:
        return ast.parse(text)


@remembered
def parsed(source: str) -> ast.Module | None:
    """The tree of a cell's code, shared by all who ask; None where Python cannot read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return python_tree(without_magics(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@remembered
def names(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """Global names that a cell binds, and those that it reads, in its functions too.

    Both are empty where Python cannot read the cell.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            table = symtable.symtable(without_magics(source), "cell", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset(), frozenset()
    binds: set[str] = set()
    reads: set[str] = set()
    for scope in _scopes(table):
        for symbol in _symbols(scope):
            if scope is table or symbol.is_global():
                if symbol.is_assigned() or symbol.is_imported():
                    binds.add(symbol.get_name())
                if symbol.is_referenced():
                    reads.add(symbol.get_name())
    return frozenset(binds), frozenset(reads)


def _symbols(scope: symtable.SymbolTable) -> Iterator[symtable.Symbol]:
    """The names of a scope. ``get_symbols`` goes through all scopes inside for each of them."""
    top = scope.get_type() == "module"
    for name, flags in scope._table.symbols.items():  # type: ignore[attr-defined]
        yield symtable.Symbol(name, flags, module_scope=top)


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _scopes(child)


def imported_names(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Names that an import binds."""
    return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]


def read_in(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that are read at ``nodes`` themselves."""
    return {
        each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
    }


def says_more(source: str, given: str) -> bool:
    """Whether ``source`` holds a statement that ``given`` does not.

    Comments, docstrings, ``pass`` and ``...`` say nothing, and the order does not count. What
    Python cannot read says more where the text differs.
    """
    if source == given:
        return False
    said, known = _said(source), _said(given)
    if said is None or known is None:
        return source.strip() != given.strip()
    return not said <= known


@remembered
def _said(source: str) -> frozenset[str] | None:
    """The statements of a cell as text; None where Python cannot read it."""
    tree = parsed(source)
    return None if tree is None else frozenset(_statements(tree))


def _statements(tree: ast.Module) -> Iterator[str]:
    """Each statement of a cell as text; of functions and classes the head, then the inside."""
    waiting: list[tuple[str, ast.stmt]] = [("", node) for node in tree.body]
    while waiting:
        where, node = waiting.pop()
        if isinstance(node, ast.Pass) or _is_constant(node):
            continue
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            # An empty function is worth no more than none.
            waiting += [(f"{where}{node.name}.", inner) for inner in node.body]
        else:
            yield where + ast.dump(node)


def _is_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
