"""What plain code may use of a lab's helper files: what the handed-out notebook itself uses. Pure.

Helper files import much that students have no need of, under public names.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import PurePath

from alpaca_course import code
from alpaca_course.gate.ipython import tree_of
from alpaca_course.gate.policy import ModuleNames


def helper_modules(
    files: Mapping[str, bytes], notebook: Iterable[str], deny: Collection[str] = ()
) -> dict[str, ModuleNames]:
    """The names of each helper module.

    Args:
        files: the helper files, by name.
        notebook: code of the released notebook's cells.
        deny: patterns of dotted names that plain code may not use all the same.
    """
    trees = [tree for source in notebook if (tree := tree_of(source)) is not None]
    found = {}
    for name, data in files.items():
        path = PurePath(name)
        if path.suffix == ".py" and len(path.parts) == 1:
            names = frozenset(
                used
                for used in _used(path.stem, trees)
                if not any(fnmatchcase(f"{path.stem}.{used}", pattern) for pattern in deny)
            )
            bound = frozenset(_bound(data))
            found[path.stem] = ModuleNames(names=names & bound, hidden=bound - names)
    return found


def _used(module: str, trees: Iterable[ast.Module]) -> Iterator[str]:
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.Attribute(value=ast.Name(id=name)) if name == module:
                yield node.attr
            case ast.ImportFrom(module=name) if name == module:
                yield from (alias.name for alias in node.names)


def _bound(data: bytes) -> Iterator[str]:
    """Names that a module binds anywhere, which is more than it has."""
    try:
        tree = code.python_tree(data)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Import() | ast.ImportFrom():
                yield from code.imported_names(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Name(ctx=ast.Store()):
                yield node.id
