"""What a cell does, without how it is written: its syntax tree. Standard library only.

Students whose cells are the same program share one execution, whatever their comments, docstrings
and line breaks are. So a collector that wants to know how something was written asks here, where
it cannot see what they may differ in.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from typing import Any

_MAX_CELLS = 200
# What is longer is not read; no plain notebook has as much.
_MAX_SOURCE = 100_000
_PLACES = ("lineno", "col_offset", "end_lineno", "end_col_offset")
_HAVE_DOCSTRINGS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module


def programs(namespace: Mapping[str, Any]) -> list[ast.Module]:
    """The cells that a kernel executed so far, as :func:`program_of` gives them, in their order.

    Args:
        namespace: the kernel's names; IPython keeps the executed cells in ``_ih``.
    """
    history = namespace.get("_ih")
    if not isinstance(history, list):
        return []
    cells = [cell for cell in history[-_MAX_CELLS:] if type(cell) is str]
    return [tree for tree in map(_parsed, cells) if tree is not None]


def program_of(tree: ast.Module) -> ast.Module:
    """``tree``, changed in place, without docstrings and without the places of its nodes."""
    for node in ast.walk(tree):
        for place in _PLACES:
            node.__dict__.pop(place, None)
        if isinstance(node, _HAVE_DOCSTRINGS) and ast.get_docstring(node, clean=False) is not None:
            _without_docstring(node)
    return tree


def _without_docstring(
    node: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
) -> None:
    # Of a cell the last expression is shown, so that a text which is all of it is no docstring.
    if len(node.body) > 1:
        node.body = node.body[1:]
    elif not isinstance(node, ast.Module):
        node.body = [ast.Pass()]


def _parsed(source: str) -> ast.Module | None:
    if len(source) > _MAX_SOURCE:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return program_of(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
