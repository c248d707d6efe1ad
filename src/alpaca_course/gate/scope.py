"""One scope of a notebook's code: which names it has, and what each may be."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from alpaca_course.gate.policy import Kind
from alpaca_course.gate.trees import ComprehensionNode


@dataclass(eq=False)
class Scope:
    """A notebook's global names, or those of a function, class or comprehension.

    Attributes:
        parent: the scope around it; None for the global one.
        node: what it belongs to; None for the global one.
        kinds: what each name bound in it may be.
        elsewhere: names that it declares ``global`` or ``nonlocal``.
        fixed: names that it has whatever of its statements is left out: a function's arguments and
            what a comprehension goes through.
        rebound: names that its statements bind, which may then be anything.
    """

    parent: Scope | None = None
    node: ast.AST | None = None
    kinds: dict[str, set[Kind]] = field(default_factory=dict)
    elsewhere: dict[str, Scope] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)
    rebound: set[str] = field(default_factory=set)

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_comprehension(self) -> bool:
        return isinstance(self.node, ComprehensionNode)

    def owner(self, name: str) -> Scope | None:
        """The scope that ``name`` is read from; None where nothing binds it."""
        scope: Scope | None = self
        while scope is not None:
            if scope is self or not scope.is_class:  # functions in a class do not see its names
                if name in scope.elsewhere:
                    return scope.elsewhere[name]
                if name in scope.kinds:
                    return scope
            scope = scope.parent
        return None

    def binder(self, name: str, *, through: bool = False) -> Scope:
        """The scope that an assignment to ``name`` binds; ``through`` comprehensions for ``:=``."""
        scope = self
        while through and scope.is_comprehension and scope.parent is not None:
            scope = scope.parent
        return scope.elsewhere.get(name, scope)

    def outermost(self) -> Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope
