"""What plain code does with values, names and attributes. Pure."""

from __future__ import annotations

import ast
from collections.abc import Callable

from alpaca_course.gate import names as n
from alpaca_course.gate.phrases import INTERPRETER, attribute, outside
from alpaca_course.gate.scopes import Names
from alpaca_course.gate.trees import (
    annotates,
    calls_looked_at,
    goes_on,
    has_settings,
    is_super,
    paired,
    parts_of,
)

Tell = Callable[[ast.AST, str], None]
"""Says what is not plain at a node, in words that go on from "line 3 …"."""


class Values(ast.NodeVisitor):
    """What becomes of values in one cell's tree.

    Args:
        names: of the whole notebook, settled.
        tell: is told each finding.
    """

    def __init__(self, names: Names, tell: Tell) -> None:
        self.names, self.tell = names, tell
        self.scope = names.top
        # Of the whole cell, once looked at: whether it sets settings of objects, and the
        # library's classes that it hands on.
        self.sets_settings = False
        self.classes: list[tuple[ast.expr, str]] = []
        self._parents: dict[ast.AST, ast.AST] = {}

    # Values and modules

    def _value(self, node: ast.AST | None) -> None:
        """Look at an expression whose value goes on to somewhere: no module may."""
        if node is None:
            return
        if isinstance(node, ast.expr) and self._is_module(node):
            self.tell(node, "hands on a whole module as a value")
        self.visit(node)

    def _is_module(self, node: ast.expr) -> bool:
        if not isinstance(node, ast.Name | ast.Attribute | ast.IfExp | ast.BoolOp | ast.NamedExpr):
            return isinstance(node, ast.Call) and self._kinds_have(node, "module")
        return self._kinds_have(node, "module")

    def _kinds_have(self, node: ast.expr, what: str) -> bool:
        return any(kind.what == what for kind in self.names.kinds_of(node, self.scope))

    def generic_visit(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            self._value(child)

    def _named(self, value: ast.expr, targets: list[ast.expr]) -> None:
        """An assignment: a module may get a further name, but not in a class."""
        for target in targets:
            self._target(target)
        pairs = [paired(target, value) for target in targets]
        if len(pairs) == 1 and pairs[0] is not None:
            for target, part in pairs[0]:
                self._aliased(part, [target])
        else:
            self._aliased(value, targets)

    def _aliased(self, value: ast.expr, targets: list[ast.expr]) -> None:
        plain = all(isinstance(each, ast.Name) for each in targets) and not self.scope.is_class
        (self.visit if plain else self._value)(value)

    def _target(self, node: ast.expr) -> None:
        match node:
            case ast.Attribute():
                self._set(node, node.value, node.attr)
                self.visit(node.value)
            case ast.Tuple() | ast.List():
                for each in node.elts:
                    self._target(each)
            case ast.Starred():
                self._target(node.value)
            case ast.Subscript():
                self.visit(node.value)
                self._value(node.slice)
            case _:
                self.visit(node)

    def _set(self, node: ast.AST, base: ast.expr, name: str) -> None:
        """Setting an attribute: settings of layers, and what is the student's own."""
        if n.is_reaching_attribute(name):
            self.tell(node, INTERPRETER)
        elif self._kinds_have(base, "module"):
            self.tell(node, "changes a module")
        elif self._library_paths(base):
            self.tell(node, f"changes '{min(self._library_paths(base))}' for everybody")
        elif n.is_setting(name) and not self._is_self(base):
            self.sets_settings = True
        elif not n.is_setting(name) and not self._is_self(base) and not self._is_missing(base):
            self.tell(node, f"sets '{name}' of an object that the cell did not define")

    def _library_paths(self, node: ast.expr) -> set[str]:
        """The library's own names that an expression may be, and classes that are built on them."""
        kinds = self.names.kinds_of(node, self.scope)
        return {
            kind.path
            for kind in kinds
            if (kind.what == "value" and kind.path)
            or (kind.what == "own" and not self.names.is_purely_own(kind.path))
        }

    def _is_missing(self, node: ast.expr) -> bool:
        return {kind.what for kind in self.names.kinds_of(node, self.scope)} == {"missing"}

    def _is_self(self, base: ast.expr) -> bool:
        """Whether ``base`` is an object of a class defined here, whoever calls the method.

        ``A.method(other)`` gives any method another object. ``__init__`` and ``__call__`` are not
        reached that way: to name them is a finding, and a decorator would get hold of them.
        """
        method = self.scope.node
        if not isinstance(method, ast.FunctionDef) or not isinstance(base, ast.Name):
            return False
        around, given = self.scope.parent, [*method.args.posonlyargs, *method.args.args]
        return bool(
            around
            and around.is_class
            and method.name in n.PLAIN_METHODS
            and not method.decorator_list
            and given
            and given[0].arg == base.id
            and base.id not in self.scope.rebound
        )

    # Names and attributes

    def visit_Name(self, node: ast.Name) -> None:
        name, owner = node.id, self.scope.owner(node.id)
        if not isinstance(node.ctx, ast.Load):
            self._named_as(node, name)
        if name.endswith("__") and name.strip("_") and not name.startswith("__"):
            self.tell(node, INTERPRETER)  # what AutoGraph puts beside the code that it rewrites
        if name.startswith("_") and name.strip("_"):
            dunder = name.startswith("__") and name not in n.PLAIN_GLOBAL_DUNDERS
            if dunder or (owner is None and name not in n.PLAIN_GLOBAL_DUNDERS):
                self.tell(node, INTERPRETER)
        if not isinstance(node.ctx, ast.Load):
            return
        # Another local name could be left out, and the builtin would stand in its place.
        if name in (n.REACHING | n.JUDGED_CALLS) and not (owner and name in owner.fixed):
            self.tell(node, INTERPRETER)
        for kind in sorted(self.names.kinds_of(node, self.scope)):
            if kind.what == "hidden":
                self.tell(node, outside(kind))
        self._handed_on(node)
        self._class_handed_on(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._read(node, node.value, node.attr)
        self._handed_on(node, node.attr)
        self._class_handed_on(node)
        self.visit(node.value)

    def _class_handed_on(self, node: ast.expr) -> None:
        """Keep in mind a library's class that goes on as a value, where settings may be set of it.

        ``layer.trainable = False`` is plain for a layer, and would change all layers for a class.
        """
        paths = {path for path in self._library_paths(node) if has_settings(path)}
        if not paths or annotates(node, self._parents):
            return
        if self.scope.is_class or goes_on(node, self._parents):
            self.classes.append((node, min(paths)))

    def _handed_on(self, node: ast.expr, attribute: str = "", *, by_name: bool = False) -> None:
        """Functions that are judged by how they are called are called where they are named."""
        if node in self._called and not by_name:
            return
        judged = {*n.JUDGED_FUNCTIONS, n.SHOWING}
        found = {kind.path for kind in self.names.kinds_of(node, self.scope)} & judged
        if attribute in ("format", "format_map", *n.WRITING, *n.SAVING):
            found.add(attribute)
        if attribute in n.RESIZING and (by_name or self._resizes(node)):
            found.add(attribute)
        if found:
            self.tell(node, f"hands on '{min(found)}' as a value")

    def _resizes(self, function: ast.expr) -> bool:
        """Whether it is an array's own method, whose keywords have to be seen."""
        return (
            isinstance(function, ast.Attribute)
            and function.attr in n.RESIZING
            and any(
                kind.what != "module" for kind in self.names.kinds_of(function.value, self.scope)
            )
        )

    _called: frozenset[ast.AST] = frozenset()

    def _read(self, node: ast.AST, base: ast.expr, name: str) -> None:
        kinds = self.names.kinds_of(base, self.scope)
        if name == "__class__" and self._only_named(node):
            return
        if name.startswith("_") and n.is_reaching_attribute(name):
            self.tell(node, INTERPRETER)
        if name in ("__init__", "__call__") and not is_super(base):
            self.tell(node, INTERPRETER)
        for kind in sorted(kinds):
            if kind.what == "module":
                found = self.names.policy.member(kind.path, name)
                if found.what == "hidden" and name not in n.PLAIN_DUNDERS:
                    self.tell(node, outside(found))
            elif (
                kind.what != "missing"
                and not name.startswith("_")
                and n.is_reaching_attribute(name)
            ):
                self.tell(node, f"{INTERPRETER} by '{name}'")
            elif kind.what in ("value", "own") and self._leads_elsewhere(name, base):
                self.tell(node, attribute(name))

    def _leads_elsewhere(self, name: str, base: ast.expr | None = None) -> bool:
        """Whether an attribute is known, and not of what plain code holds or has made itself.

        That code defines a name itself says nothing of other objects that have it, so it must be
        said of ``base`` that it is such an object.
        """
        return (
            not name.startswith("_")
            and name not in n.SETTINGS  # what may be set may be read
            and self.names.policy.attributes.are_elsewhere(name)
            and name not in self.names.read_by_given
            and not (base is not None and self._is_its_own(base))
        )

    def _is_its_own(self, base: ast.expr) -> bool:
        kinds = self.names.kinds_of(base, self.scope)
        return self._is_self(base) or all(
            kind.what == "made" or (kind.what == "own" and self.names.is_purely_own(kind.path))
            for kind in kinds
        )

    def _only_named(self, node: ast.AST) -> bool:
        return node in self._names_of_classes

    _names_of_classes: frozenset[ast.AST] = frozenset()

    def look(self, tree: ast.Module) -> None:
        """Look at a whole cell."""
        self._names_of_classes = frozenset(
            each.value
            for each in ast.walk(tree)
            if isinstance(each, ast.Attribute) and each.attr == "__name__"
        )
        nodes = list(ast.walk(tree))
        decorators = [d for c in nodes if isinstance(c, ast.ClassDef) for d in c.decorator_list]
        self._called = frozenset(
            (*(each.func for each in nodes if isinstance(each, ast.Call)), *decorators)
        )
        self._class_decorators = frozenset(decorators)
        self._looked_at = frozenset(calls_looked_at(nodes))
        self._parents = {c: each for each in nodes for c in ast.iter_child_nodes(each)}
        for statement in tree.body:
            self.visit(statement)
        if tree.body and isinstance(last := tree.body[-1], ast.Expr):
            # The notebook shows it, and keeps it under the name `_`.
            self._shown(last.value)

    def _shown(self, node: ast.expr) -> None:
        if self._is_module(node):
            self.tell(node, "hands on a whole module as a value")
        elif any(
            isinstance(each, ast.Call)
            and isinstance(each.func, ast.Name)
            and each.func.id == "type"
            for each in parts_of(node)
        ):
            self.tell(node, "hands on a class that it did not name")

    _class_decorators: frozenset[ast.AST] = frozenset()
    _looked_at: frozenset[ast.AST] = frozenset()

    def _named_as(self, node: ast.AST, name: str | None) -> None:
        """A name that is bound in any way. In a class, libraries ask for names with underscores."""
        if name is None or not name.strip("_"):
            return
        if self.scope.is_class and name.startswith("_") and name not in n.PLAIN_METHODS:
            self.tell(node, f"defines '{name}', which others call by themselves")
        elif name.startswith("__") and not self.scope.is_class:
            self.tell(node, INTERPRETER)
