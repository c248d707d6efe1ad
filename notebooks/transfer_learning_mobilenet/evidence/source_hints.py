"""What the text of a student's cells suggests, where the objects cannot tell.

Keras turns ``layer.trainable = None`` into False at once, and a loop that freezes nothing leaves
the same model as no loop. So the cells are read, never run, and what is found is used for the
wording of messages and for advisories only: no point depends on it. Standard library only.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from notebooks.transfer_learning_mobilenet.evidence.seen import HintsSeen

_MAX_CELLS = 200
_MAX_SOURCE = 20_000


def hints(namespace: Mapping[str, Any]) -> HintsSeen:
    """Hints from the last cell that sets ``trainable`` inside a loop or a compile beside it.

    Args:
        namespace: the kernel's names; IPython keeps the executed cells in ``_ih``.
    """
    trees = [tree for tree in map(_parse, _cells(namespace)) if tree is not None]
    tree = next((tree for tree in reversed(trees) if _is_fine_tuning(tree)), None)
    if tree is None:
        return HintsSeen()
    assignments = list(_trainable_assignments(tree))
    values = [node.value.value for node in assignments if isinstance(node.value, ast.Constant)]
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]
    in_loops = [node for loop in loops for node in _trainable_assignments(loop)]
    return HintsSeen(
        sets_trainable_true=any(_constant(node) is True for node in in_loops),
        falsy_trainable=any(value is not False and not value for value in values),
        compiled_before_freezing=_compiled_before(tree, assignments),
    )


def _cells(namespace: Mapping[str, Any]) -> list[str]:
    history = namespace.get("_ih")
    if not isinstance(history, list):
        return []
    return [cell for cell in history[-_MAX_CELLS:] if type(cell) is str]


def _parse(source: str) -> ast.Module | None:
    if len(source) > _MAX_SOURCE:
        return None
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _is_fine_tuning(tree: ast.Module) -> bool:
    """A cell that mentions ``trainable`` and does more than the locked ``= True`` line."""
    assignments = list(_trainable_assignments(tree))
    loops = any(isinstance(node, ast.For | ast.While) for node in ast.walk(tree))
    return bool(assignments) and (loops or bool(_compile_lines(tree)))


def _trainable_assignments(tree: ast.AST) -> Iterator[ast.Assign]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Attribute) and target.attr == "trainable"
            for target in node.targets
        ):
            yield node


def _constant(node: ast.Assign) -> Any:
    return node.value.value if isinstance(node.value, ast.Constant) else ...


def _compile_lines(tree: ast.AST) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "compile"
    ]


def _compiled_before(tree: ast.AST, assignments: list[ast.Assign]) -> bool:
    compiles = _compile_lines(tree)
    if not compiles or not assignments:
        return False
    return max(compiles) < max(node.lineno for node in assignments)
