"""Which names of a notebook's code may be modules, found without running it. Pure.

Order does not count: a name may be whatever is bound to it anywhere in its scope. That is more
than can happen, and never less, since modules travel by name alone: handing one on in another way
is a finding (``gate.rules``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from alpaca_course.gate.names import PLAIN_BASES, is_there_anyway
from alpaca_course.gate.policy import VALUE, Kind, Kinds, Policy
from alpaca_course.gate.scope import Scope
from alpaca_course.gate.trees import (
    ComprehensionNode,
    FunctionNode,
    arguments_of,
    bound_in,
    in_this_scope,
    outside_of,
    paired,
)

_MOST_ROUNDS = 40
_ONLY_VALUE: Kinds = frozenset((VALUE,))
# A class that `collections.namedtuple` made.
_OF_TUPLES = "collections.namedtuple()"


class TooIntertwinedError(Exception):
    """So many names hang on each other that they are not followed."""


class Names:
    """All scopes of some cells, and what their names may be."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.top = Scope()
        self.scope_of: dict[ast.AST, Scope] = {}
        # The student's own classes by name, each with the scope that it is defined in.
        self.classes: dict[str, list[tuple[ast.ClassDef, Scope]]] = {}
        # Attributes that the notebook's own code reads, which students' may read as well.
        self.read_by_given: set[str] = set()
        self._aliases: list[tuple[Scope, str, ast.expr, Scope]] = []
        # Answers that do not change any more: without them chains of attributes and of classes
        # would be gone through again at each of their parts.
        self._settled: dict[tuple[ast.expr, Scope], Kinds] | None = None
        self._purely_own: dict[str, bool] = {}

    def add(self, tree: ast.Module) -> None:
        """Take the names of one cell in."""
        _Binder(self, self.top).block(tree.body)

    def settle(self) -> None:
        """Follow aliases to the end.

        Raises:
            TooIntertwinedError: there is no end in sight.
        """
        for _ in range(_MOST_ROUNDS):
            changed = False
            for scope, name, value, at in self._aliases:
                known = scope.kinds.setdefault(name, set())
                before = len(known)
                known |= self.kinds_of(value, at)
                changed |= len(known) > before
            if not changed:
                self._settled = {}
                return
        raise TooIntertwinedError

    def kinds_of(self, node: ast.expr, scope: Scope) -> Kinds:
        """What an expression may be."""
        if self._settled is None:
            return self._kinds_of(node, scope)
        if (node, scope) not in self._settled:
            self._settled[node, scope] = self._kinds_of(node, scope)
        return self._settled[node, scope]

    def _kinds_of(self, node: ast.expr, scope: Scope) -> Kinds:
        parts: list[ast.expr] = []
        match node:
            case ast.Name():
                return self._kinds_of_name(node.id, scope)
            case ast.Attribute():
                return self._members(self.kinds_of(node.value, scope), node.attr)
            case ast.IfExp():
                parts = [node.body, node.orelse]
            case ast.BoolOp():
                parts = node.values
            case ast.NamedExpr():
                parts = [node.value]
            case ast.Call(
                func=ast.Name(id="getattr"), args=[base, ast.Constant(value=str(name)), *_]
            ):
                return self._members(self.kinds_of(base, scope), name) | _ONLY_VALUE
            case ast.Call(func=used) | ast.Subscript(value=used):
                kinds = self.kinds_of(used, scope)
                if {kind.what for kind in kinds} == {"missing"}:
                    return kinds
                if isinstance(used, ast.Name) and isinstance(node, ast.Call):
                    return self._made_by(kinds)
        return frozenset().union(*(self.kinds_of(each, scope) for each in parts)) or _ONLY_VALUE

    def _kinds_of_name(self, name: str, scope: Scope) -> Kinds:
        """What a name may be, also where the statement that binds it nearby is left out."""
        found: set[Kind] = set()
        owner = scope.owner(name)
        if owner is not None and owner.is_class:
            # What a class has not bound yet is global, whatever the functions around it call so.
            found |= self.top.kinds.get(name, set())
        while owner is not None:
            found |= owner.kinds.get(name, set())
            if name in owner.fixed:
                return frozenset(found)
            owner = owner.parent and owner.parent.owner(name)
        if is_there_anyway(name):
            found.add(VALUE)
        return frozenset(found) or _ONLY_VALUE

    def _members(self, bases: Iterable[Kind], name: str) -> Kinds:
        return frozenset(
            self.policy.member(base.path, name)
            if base.what == "module"
            else base
            if base.what == "missing"
            else VALUE
            for base in bases
        )

    def _made_by(self, called: Kinds) -> Kinds:
        """What a call gives: an object of the student's own class, where it can be nothing else."""
        if all(
            (kind.what == "own" and self._is_as_written(kind.path)) or kind.path == _OF_TUPLES
            for kind in called
        ):
            return frozenset(Kind("made", f"{kind.path}()") for kind in called)
        if called == {Kind("value", "collections.namedtuple")}:
            return frozenset((Kind("value", _OF_TUPLES),))
        return _ONLY_VALUE

    def _is_as_written(self, name: str) -> bool:
        """Whether calling the student's classes of this name gives objects of these classes."""
        return self.is_purely_own(name) and all(
            kind.path == "dataclasses.dataclass"
            for node, scope in self.classes.get(name, [])
            for decorator in node.decorator_list
            for kind in self.kinds_of(
                decorator.func if isinstance(decorator, ast.Call) else decorator, scope
            )
        )

    def is_purely_own(self, name: str) -> bool:
        """Whether the student's classes of this name are built on none of a library."""
        if name not in self._purely_own:
            self._purely_own[name] = False  # for a class that is built on itself
            self._purely_own[name] = all(
                isinstance(base, ast.Name)
                and (
                    (scope.owner(base.id) is None and base.id in PLAIN_BASES)
                    or (base.id in self.classes and self.is_purely_own(base.id))
                )
                for node, scope in self.classes.get(name, [])
                for base in node.bases
            )
        return self._purely_own[name]

    def bind(self, scope: Scope, name: str, kind: Kind = VALUE) -> None:
        scope.kinds.setdefault(name, set()).add(kind)
        scope.rebound.add(name)

    def argument(self, scope: Scope, name: str) -> None:
        """A function's argument, which whoever calls it binds."""
        scope.kinds.setdefault(name, set()).add(VALUE)
        scope.fixed.add(name)

    def alias(self, scope: Scope, name: str, value: ast.expr, at: Scope) -> None:
        scope.kinds.setdefault(name, set())
        scope.rebound.add(name)
        self._aliases.append((scope, name, value, at))


class _Binder(ast.NodeVisitor):
    """Takes in what the statements of one scope bind."""

    def __init__(self, names: Names, scope: Scope) -> None:
        self.names, self.scope = names, scope

    def block(self, statements: Iterable[ast.stmt]) -> None:
        body = list(statements)
        for node in in_this_scope(body):
            if isinstance(node, ast.Global | ast.Nonlocal):
                self._elsewhere(node)
        if isinstance(self.scope.node, FunctionNode):  # for what is `nonlocal` further inside
            for name in bound_in(body):
                if name not in self.scope.elsewhere:
                    self.scope.kinds.setdefault(name, set())
        for statement in body:
            self.visit(statement)

    def _elsewhere(self, node: ast.Global | ast.Nonlocal) -> None:
        for name in node.names:
            if isinstance(node, ast.Global):
                target = self.scope.outermost()
            else:
                target = _enclosing(self.scope, name)
            if target is not self.scope:
                self.scope.elsewhere[name] = target
                target.kinds.setdefault(name, set())

    def _bind(self, name: str, kind: Kind = VALUE) -> None:
        self.names.bind(self.scope.binder(name), name, kind)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            found = self.names.policy.module(alias.name)
            if alias.asname:
                self._bind(alias.asname, found)
            else:
                first = alias.name.partition(".")[0]
                whole = self.names.policy.module(first) if found.what != "missing" else found
                self._bind(first, whole)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            for name, kind in imported(node, alias, self.names.policy).items():
                self._bind(name, kind)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._assign(target, node.value)
        self.visit(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._assign(node.target, node.value)
            self.visit(node.value)
        else:
            self.visit(node.target)
        self.visit(node.annotation)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        target = self.scope.binder(node.target.id, through=True)
        self.names.alias(target, node.target.id, node.value, self.scope)
        self.visit(node.value)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.names.alias(self.scope.binder(target.id), target.id, value, self.scope)
        elif (pairs := paired(target, value)) is not None:
            for each, part in pairs:
                self._assign(each, part)
        else:
            self.visit(target)

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._bind(node.name)
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._bind(node.name)
        self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function(node)

    def _function(self, node: FunctionNode) -> None:
        for outside in outside_of(node):
            self.visit(outside)
        inner = self._inner(node)
        for argument in arguments_of(node):
            self.names.argument(inner.scope, argument.arg)
        inner.block([ast.Expr(node.body)] if isinstance(node, ast.Lambda) else node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name, Kind("own", node.name))
        self.names.classes.setdefault(node.name, []).append((node, self.scope))
        for outside in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(outside)
        self._inner(node).block(node.body)

    def _comprehension(self, node: ComprehensionNode) -> None:
        self.visit(node.generators[0].iter)
        inner = self._inner(node)
        for number, generator in enumerate(node.generators):
            inner.visit(generator.target)
            inner.scope.fixed |= inner.scope.kinds.keys()
            for each in (*([generator.iter] if number else []), *generator.ifs):
                inner.visit(each)
        for each in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            inner.visit(each)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension  # noqa: N815

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._bind(node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self._bind(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self._bind(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self._bind(node.rest)
        self.generic_visit(node)

    def _inner(self, node: ast.AST) -> _Binder:
        scope = Scope(self.scope, node)
        self.names.scope_of[node] = scope
        return _Binder(self.names, scope)


def imported(node: ast.ImportFrom, alias: ast.alias, policy: Policy) -> dict[str, Kind]:
    """What one name of ``from … import …`` binds."""
    if node.level:  # a notebook is in no package
        return {} if alias.name == "*" else {alias.asname or alias.name: Kind("missing")}
    module = policy.module(node.module or "")
    if alias.name == "*":
        return policy.everything(module.path) if module.what == "module" else {}
    found = policy.member(module.path, alias.name) if module.what == "module" else module
    if found.what == "missing" and module.what == "module":
        found = policy.module(f"{module.path}.{alias.name}")
    return {alias.asname or alias.name: found}


def _enclosing(scope: Scope, name: str) -> Scope:
    """Where a ``nonlocal`` name lies: the nearest function around that binds it."""
    found = scope.parent
    while found is not None and found.parent is not None:
        if not found.is_class and name in found.kinds:
            return found
        found = found.parent
    # Bound nowhere, which Python refuses.
    return scope.parent if scope.parent is not None else scope
