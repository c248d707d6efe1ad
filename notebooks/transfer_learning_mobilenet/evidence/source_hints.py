"""What the program of a student's cells suggests, where the objects cannot tell.

Keras turns ``layer.trainable = None`` into False at once, and a loop that freezes nothing leaves
the same model as no loop. So the cells are read, never run, and what is found is used for the
wording of messages and for advisories only: no point depends on it. Standard library only.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from alpaca_course.kernel.programs import programs
from notebooks.transfer_learning_mobilenet.evidence.seen import HintsSeen


def hints(namespace: Mapping[str, Any]) -> HintsSeen:
    """Hints from the last cell that sets ``trainable`` inside a loop or a compile beside it.

    Args:
        namespace: the kernel's names.
    """
    trees = reversed(programs(namespace))
    tree = next((tree for tree in trees if _is_fine_tuning(tree)), None)
    if tree is None:
        return HintsSeen()
    assignments = list(_trainable_assignments(tree))
    values = [node.value.value for node in assignments if isinstance(node.value, ast.Constant)]
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]
    in_loops = [node for loop in loops for node in _trainable_assignments(loop)]
    return HintsSeen(
        sets_trainable_true=any(_constant(node) is True for node in in_loops),
        falsy_trainable=any(value is not False and not value for value in values),
        compiled_before_freezing=_compiled_before(tree),
    )


def _is_fine_tuning(tree: ast.Module) -> bool:
    """A cell that mentions ``trainable`` and does more than the locked ``= True`` line."""
    assignments = list(_trainable_assignments(tree))
    loops = any(isinstance(node, ast.For | ast.While) for node in ast.walk(tree))
    return bool(assignments) and (loops or any(map(_is_compile, ast.walk(tree))))


def _trainable_assignments(tree: ast.AST) -> Iterator[ast.Assign]:
    return (node for node in ast.walk(tree) if _sets_trainable(node))


def _sets_trainable(node: ast.AST) -> TypeGuard[ast.Assign]:
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Attribute) and target.attr == "trainable" for target in node.targets
    )


def _constant(node: ast.Assign) -> Any:
    return node.value.value if isinstance(node.value, ast.Constant) else ...


def _is_compile(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "compile"
    )


def _compiled_before(tree: ast.AST) -> bool:
    """Whether the last of its compiles stands before the last of its settings of ``trainable``."""
    order = list(_in_order(tree))
    compiles = [at for at, node in enumerate(order) if _is_compile(node)]
    settings = [at for at, node in enumerate(order) if _sets_trainable(node)]
    return bool(compiles and settings) and compiles[-1] < settings[-1]


def _in_order(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes in the order of the text; ``ast.walk`` goes level by level."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(list(ast.iter_child_nodes(node)))
