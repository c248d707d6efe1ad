"""A cell as IPython would run it, and which of its magics are harmless. Pure."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import warnings
from functools import lru_cache
from itertools import islice

from ipykernel.zmqshell import KernelMagics
from IPython.core import magics as magic_modules
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.magic import Magics
from IPython.core.splitinput import split_user_input
from IPython.extensions import storemagic

from alpaca_course.code import python_tree, remembered
from alpaca_course.gate.names import words

# Magics that show, count or configure, and take no code, file or command.
_HARMLESS = words("matplotlib precision pwd who whos who_ls lsmagic xmode")
_WITH_CODE = frozenset(("time", "timeit"))
_CELLS_WITH_CODE = frozenset(("time", "timeit", "capture"))
_LOOKS = frozenset(("pinfo", "pinfo2"))
_WORDS = re.compile(r"[\w .,=-]*")
_FLAGS = re.compile(r"\s*(?:-[noqr]+\s*\d*\s*|-[a-z]\d+\s*)*")
_DOTTED = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*")
# A name behind %%capture would be an object by which the notebook shows whatever stands in it.
_NOTHING_KEPT = re.compile(r"(?:\s*--no-(?:stderr|stdout|display))*\s*")
# Names of shell commands that IPython takes without a mark, where a cell is one line of them.
_ALIASES = words("cat clear cp ldir less lf lk ll ls lx man mkdir more mv rm rmdir")

# Lines that IPython rewrites: for each it goes through the whole cell again, and gives up after
# 500 of them.
_REWRITTEN = re.compile(r"^[ \t]*[%!?,;/]|\?[ \t]*$|=[ \t]*[%!]", re.MULTILINE)
_MOST_REWRITTEN = 100


class TooManyMagicsError(RecursionError):
    """So many lines of a cell would be rewritten that it is not looked at."""


@remembered
def runs_as(source: str) -> str:
    """``source`` in the words of Python, as IPython's kernel compiles it.

    Raises:
        SyntaxError: IPython refuses the cell, so that nothing of it runs.
        TooManyMagicsError: how it runs would take long to say.
    """
    if sum(1 for _ in islice(_REWRITTEN.finditer(source), _MOST_REWRITTEN + 1)) > _MOST_REWRITTEN:
        raise TooManyMagicsError
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return str(TransformerManager().transform_cell(source))


@remembered
def tree_of(source: str) -> ast.Module | None:
    """What of a cell runs, shared by all who ask; None where nothing does.

    Raises:
        RecursionError, MemoryError: it is nested too deeply to be looked at.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return python_tree(runs_as(source))
    except (SyntaxError, ValueError):
        return None


def command_without_mark(source: str) -> str | None:
    """The magic or shell command that IPython makes of a cell of one line without any mark.

    It does so for names that nothing else has, and it is not known here what else has them. A
    harmless magic is none, but what stands behind it counts: IPython evaluates what is in braces.
    """
    word, rest = _line_without_mark(source)
    if word not in _all_magics():
        return None
    harmless = word not in _ALIASES and code_in("run_line_magic", word, (rest,)) == ()
    return None if harmless else word


def may_be_a_command(source: str) -> bool:
    """Whether IPython may make a magic, a harmless one too, of a cell of one line without a mark.

    With a comment above it the same line is Python.
    """
    return _line_without_mark(source)[0] in _all_magics()


def _line_without_mark(source: str) -> tuple[str, str]:
    """The first word and the rest of a cell that may be a command; empty where it is none.

    The question is IPython's own, of the line that its transformers leave: a prompt before it, a
    second prompt below it and odd spaces are gone by then. It leaves assignments alone to Python.
    """
    try:
        line = runs_as(source)
    except SyntaxError:
        return "", ""
    if len(line.splitlines()) != 1:
        return "", ""
    _, _, word, rest = split_user_input(line.rstrip("\n"))
    rest = rest.lstrip()
    return ("", "") if rest.startswith(("=", ",")) else (word.lstrip("%"), rest)


@lru_cache(maxsize=1)
def _all_magics() -> frozenset[str]:
    return _magics("line") | _magics("cell") | _ALIASES


def _magics(kind: str) -> frozenset[str]:
    modules = [
        importlib.import_module(f"{magic_modules.__name__}.{each.name}")
        for each in pkgutil.iter_modules(magic_modules.__path__)
    ]
    classes = [value for module in (*modules, storemagic) for value in vars(module).values()]
    return frozenset(
        name
        for each in (*classes, KernelMagics)
        if isinstance(each, type) and issubclass(each, Magics)
        for name in getattr(each, "magics", {}).get(kind, {})
    )


def magic_of(call: ast.Call) -> tuple[str, str, tuple[str, ...]] | None:
    """Method, magic's name and further texts, where ``call`` is what a magic was turned into."""
    function = call.func
    if not (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Call)
        and isinstance(function.value.func, ast.Name)
        and function.value.func.id == "get_ipython"
        and not call.keywords
        and call.args
        and not function.value.args
        and not function.value.keywords
    ):
        return None
    texts = [each.value for each in call.args if isinstance(each, ast.Constant)]
    if len(texts) != len(call.args) or not all(isinstance(text, str) for text in texts):
        return None
    return function.attr, str(texts[0]), tuple(map(str, texts[1:]))


def code_in(method: str, name: str, texts: tuple[str, ...]) -> tuple[tuple[str, int], ...] | None:
    """The pieces of Python code that a harmless magic runs, each with the lines before it.

    None where it is another magic, or what it would run cannot be told.
    """
    if method == "run_line_magic" and name not in _all_magics():
        return ()  # there is none of that name, so the line only fails
    if method == "run_line_magic" and len(texts) == 1:
        if name in _HARMLESS and _WORDS.fullmatch(texts[0]):
            return ()
        if name in _LOOKS and _DOTTED.fullmatch(texts[0]):
            return ()
        if name in _WITH_CODE:
            return _statement(texts[0])
    if method == "run_cell_magic" and len(texts) == 2 and name in _CELLS_WITH_CODE:
        # Of %%capture these are options; its lines IPython takes as a cell, and does to it what it
        # does to cells.
        first = _statement(texts[0]) if name != "capture" else ()
        if name == "capture" and not _NOTHING_KEPT.fullmatch(texts[0]):
            first = None
        if first is not None and command_without_mark(texts[1]) is None:
            return (*first, (texts[1], 1))
    return None


def _statement(text: str) -> tuple[tuple[str, int], ...] | None:
    """The statement behind a magic's options; None where an option may have hidden it."""
    code = _FLAGS.sub("", text, count=1)
    if not code.strip():
        return ()
    # `%time` does to it what it does to a cell of one line.
    plain = tree_of(code) is not None and command_without_mark(code) is None
    return ((code, 0),) if plain else None
