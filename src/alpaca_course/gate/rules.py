"""The rules that plain code keeps to. Pure: from a syntax tree to what is not plain in it."""

from __future__ import annotations

import ast
import string
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from alpaca_course.gate import ipython
from alpaca_course.gate import names as n
from alpaca_course.gate.policy import Kind
from alpaca_course.gate.scopes import (
    ComprehensionNode,
    FunctionNode,
    Names,
    arguments_of,
    imported,
    outside_of,
    paired,
)

Tell = Callable[[ast.AST, str], None]
"""Says what is not plain at a node, in words that go on from "line 3 …"."""

COMMAND = "runs a command of the notebook or of the system"
_INTERPRETER = "reaches into the interpreter"
_READING = ("r", "rb", "rt")


class Rules(ast.NodeVisitor):
    """Looks at one cell's tree, and tells what is not plain in it.

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
            self.tell(node, _INTERPRETER)
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
            or (kind.what == "own" and not self._is_purely_own(kind.path))
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
            self.tell(node, _INTERPRETER)  # what AutoGraph puts beside the code that it rewrites
        if name.startswith("_") and name.strip("_"):
            dunder = name.startswith("__") and name not in n.PLAIN_GLOBAL_DUNDERS
            if dunder or (owner is None and name not in n.PLAIN_GLOBAL_DUNDERS):
                self.tell(node, _INTERPRETER)
        if not isinstance(node.ctx, ast.Load):
            return
        # Another local name could be left out, and the builtin would stand in its place.
        if name in (n.REACHING | n.JUDGED_CALLS) and not (owner and name in owner.fixed):
            self.tell(node, _INTERPRETER)
        for kind in sorted(self.names.kinds_of(node, self.scope)):
            if kind.what == "hidden":
                self.tell(node, _outside(kind))
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
        paths = {path for path in self._library_paths(node) if _names_a_class(path)}
        if paths and (self.scope.is_class or _goes_on(node, self._parents)):
            self.classes.append((node, min(paths)))

    def _handed_on(self, node: ast.expr, attribute: str = "", *, by_name: bool = False) -> None:
        """Functions that are judged by how they are called are called where they are named."""
        if node in self._called and not by_name:
            return
        judged = {*n.JUDGED_FUNCTIONS, n.SHOWING}
        found = {kind.path for kind in self.names.kinds_of(node, self.scope)} & judged
        if attribute in ("format", "format_map", *n.WRITING):
            found.add(attribute)
        if found:
            self.tell(node, f"hands on '{min(found)}' as a value")

    _called: frozenset[ast.AST] = frozenset()

    def _read(self, node: ast.AST, base: ast.expr, name: str) -> None:
        kinds = self.names.kinds_of(base, self.scope)
        if name == "__class__" and self._only_named(node):
            return
        if name.startswith("_") and n.is_reaching_attribute(name):
            self.tell(node, _INTERPRETER)
        if name in ("__init__", "__call__") and not _is_super(base):
            self.tell(node, _INTERPRETER)
        for kind in sorted(kinds):
            if kind.what == "module":
                found = self.names.policy.member(kind.path, name)
                if found.what == "hidden" and name not in n.PLAIN_DUNDERS:
                    self.tell(node, _outside(found))
            elif (
                kind.what != "missing"
                and not name.startswith("_")
                and n.is_reaching_attribute(name)
            ):
                self.tell(node, f"{_INTERPRETER} by '{name}'")

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
        self._looked_at = frozenset(_looked_at(nodes))
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
            for each in _parts(node)
        ):
            self.tell(node, "hands on a class that it did not name")

    _class_decorators: frozenset[ast.AST] = frozenset()
    _looked_at: frozenset[ast.AST] = frozenset()

    # Statements

    def visit_Expr(self, node: ast.Expr) -> None:
        self.visit(node.value)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._named_as(node, alias.asname)
            if self.scope.is_class:
                self.tell(node, "hands on a whole module as a value")
            found = self.names.policy.module(alias.name)
            if found.what == "hidden":
                self.tell(node, _imports(found))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = self.names.policy.module(node.module or "")
        if module.what == "hidden" and not node.level:
            self.tell(node, _imports(module))
            return
        for alias in node.names:
            self._named_as(node, alias.asname)
            found = imported(node, alias, self.names.policy).values()
            if self.scope.is_class and any(kind.what == "module" for kind in found):
                self.tell(node, "hands on a whole module as a value")
            if alias.name == "*" and not self.names.policy.is_known_whole(module):
                self.tell(node, f"imports all of '{module.path}'")
            elif alias.name != "*":
                for kind in found:
                    if kind.what == "hidden":
                        self.tell(node, _outside(kind))

    def _named_as(self, node: ast.AST, name: str | None) -> None:
        """A name that is bound in any way. In a class, libraries ask for names with underscores."""
        if name is None or not name.strip("_"):
            return
        if self.scope.is_class and name.startswith("_") and name not in n.PLAIN_METHODS:
            self.tell(node, f"defines '{name}', which others call by themselves")
        elif name.startswith("__") and not self.scope.is_class:
            self.tell(node, _INTERPRETER)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._named(node.value, node.targets)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._named(node.value, [node.target])
        else:
            self._target(node.target)
        self._value(node.annotation)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._named(node.value, [node.target])

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)  # a module has no parts by number
        self._value(node.slice)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._target(node.target)
        self._value(node.value)

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Attribute):
                self.tell(node, "deletes a part of an object")
            self._target(target)

    def visit_For(self, node: ast.For) -> None:
        self._target(node.target)
        self.visit(node.iter)  # a module cannot be gone through
        for statement in (*node.body, *node.orelse):
            self.visit(statement)

    visit_AsyncFor = visit_For  # type: ignore[assignment]  # noqa: N815

    def visit_withitem(self, node: ast.withitem) -> None:
        self._value(node.context_expr)
        if node.optional_vars is not None:
            self._target(node.optional_vars)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._named_as(node, node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self._named_as(node, node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        self._named_as(node, node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self._named_as(node, node.rest)
        self.generic_visit(node)

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        for name in node.kwd_attrs:
            if n.is_reaching_attribute(name):
                self.tell(node, _INTERPRETER)
        self.generic_visit(node)

    # Scopes

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._named_as(node, node.name)
        self._function(node)

    visit_AsyncFunctionDef = visit_FunctionDef  # type: ignore[assignment]  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function(node)

    def _function(self, node: FunctionNode) -> None:
        for outside in outside_of(node):
            self._value(outside)
        for argument in arguments_of(node):
            self._named_as(node, argument.arg)
        for each in getattr(node, "type_params", []):
            self._value(each)
        self._within(node, [node.body] if isinstance(node, ast.Lambda) else node.body)

    def _within(self, node: ast.AST, parts: list[ast.expr] | list[ast.stmt]) -> None:
        before, self.scope = self.scope, self.names.scope_of[node]
        for part in parts:
            self._value(part)
        self.scope = before

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._named_as(node, node.name)
        if node.keywords:
            self.tell(node, "defines a class by a metaclass or with arguments")
        for base in node.bases:
            if not self._is_plain_base(base, node):
                self.tell(node, f"defines a class of its own from '{ast.unparse(base)}'")
        type_params = getattr(node, "type_params", [])
        for each in (*node.decorator_list, *node.bases, *node.keywords, *type_params):
            self._value(each)
        self._within(node, node.body)

    def _is_plain_base(self, base: ast.expr, node: ast.ClassDef) -> bool:
        """Own classes, and networks that are no more than a new name for what they are."""
        kinds = self.names.kinds_of(base, self.scope)
        if isinstance(base, ast.Name):
            if self.scope.owner(base.id) is None:
                return base.id in n.PLAIN_BASES
            if {kind.what for kind in kinds} == {"own"}:
                return all(self._is_purely_own(kind.path) for kind in kinds)
        says_nothing = all(
            isinstance(each, ast.Pass)
            or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
            for each in node.body
        )
        networks = {kind.path.rpartition(".")[2] for kind in kinds} <= {"Model", "Sequential"}
        # Beside another base, that one's methods would stand before the network's.
        return says_nothing and networks and len(node.bases) == 1

    def _is_purely_own(self, name: str, seen: frozenset[str] = frozenset()) -> bool:
        """Whether the student's classes of this name are built on none of a library."""
        return name not in seen and all(
            isinstance(base, ast.Name)
            and (
                (scope.owner(base.id) is None and base.id in n.PLAIN_BASES)
                or (base.id in self.names.classes and self._is_purely_own(base.id, seen | {name}))
            )
            for node, scope in self.names.classes.get(name, [])
            for base in node.bases
        )

    def _comprehension(self, node: ComprehensionNode) -> None:
        self.visit(node.generators[0].iter)
        before, self.scope = self.scope, self.names.scope_of[node]
        for number, generator in enumerate(node.generators):
            self._target(generator.target)
            for each in (*([generator.iter] if number else []), *generator.ifs):
                self._value(each)
        for each in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self._value(each)
        self.scope = before

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension  # noqa: N815

    # Calls

    def visit_Call(self, node: ast.Call) -> None:
        magic = ipython.magic_of(node)
        if magic is not None:
            self._magic(node, *magic)
            return
        for keyword in node.keywords:
            name = keyword.arg or ""
            if name.startswith("__") or name in n.REACHING_KEYWORDS:
                self.tell(node, _INTERPRETER)
        self._judged_function(node)
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        own = called and self.scope.owner(called) is not None
        if called in n.JUDGED_CALLS:
            self._judged(node, called)
        elif isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "format_map"):
            self._format(node, node.func)
            self.visit(node.func)
        else:
            self.visit(node.func)
        look = self.visit if called in n.HARMLESS_WITH_MODULES and not own else self._value
        for argument in (*node.args, *(each.value for each in node.keywords)):
            look(argument)

    def _magic(self, node: ast.Call, method: str, name: str, texts: tuple[str, ...]) -> None:
        if ipython.code_in(method, name, texts) is None:
            self.tell(node, COMMAND)

    def _judged(self, node: ast.Call, called: str) -> None:
        plain = not any(isinstance(each, ast.Starred) for each in node.args)
        plain = plain and all(each.arg is not None for each in node.keywords)
        if called in ("getattr", "setattr", "hasattr"):
            name = node.args[1] if plain and len(node.args) > 1 else None
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                if called == "setattr":
                    self._set(node, node.args[0], name.value)
                else:
                    self._read(node, node.args[0], name.value)
                    self._handed_on(node, name.value, by_name=True)
                self.visit(node.args[0])
                return
            plain = False
        elif called == "type":
            plain = plain and len(node.args) == 1 and not node.keywords
            if plain and node not in self._looked_at:
                self.tell(node, "hands on a class that it did not name")
        elif called == "super":
            plain = not node.args and not node.keywords
        elif called == "display":
            plain = plain and not node.keywords
        elif called == "open":
            plain = plain and _only_reads(node)
        if not plain:
            self.tell(node, _INTERPRETER if called != "open" else "opens a file")

    def _judged_function(self, node: ast.Call) -> None:
        """Calls of what sets attributes, asks for representations or writes files."""
        paths = {kind.path for kind in self.names.kinds_of(node.func, self.scope)}
        starred = any(isinstance(each, ast.Starred) for each in node.args)
        alone = {"copy.copy", "copy.deepcopy"}
        unnamed = paths & {*alone, n.SHOWING, "collections.namedtuple"}
        if (unnamed and (starred or node.keywords)) or (paths & alone and len(node.args) != 1):
            self.tell(node, _INTERPRETER)
        elif "dataclasses.dataclass" in paths and node not in self._class_decorators:
            self.tell(node, "changes a class that it did not define")
        if isinstance(node.func, ast.Attribute) and node.func.attr in n.WRITING:
            first = node.args[0] if node.args else None
            named = isinstance(first, ast.Constant) and isinstance(first.value, str)
            plain = {each.arg for each in node.keywords}.isdisjoint((None, "format", "backend"))
            if not (named and plain and str(first.value).lower().endswith(n.PICTURES)):  # type: ignore[union-attr]
                self.tell(node, "writes a file")

    def _format(self, node: ast.Call, function: ast.Attribute) -> None:
        """A template may walk through the attributes of what it is given."""
        template = function.value
        if not (isinstance(template, ast.Constant) and isinstance(template.value, str)):
            if not self._kinds_have(template, "module"):
                self.tell(node, "formats by a template that is not written there")
            return
        try:
            if any(n.is_reaching_attribute(part) for part in _walked(template.value)):
                self.tell(node, _INTERPRETER)
        except ValueError:
            return  # Python refuses it too


def _looked_at(nodes: list[ast.AST]) -> Iterator[ast.AST]:
    """Calls whose value is compared or shown, and goes no further."""
    waiting: list[ast.AST] = []
    for node in nodes:
        match node:
            case ast.Compare():
                waiting += [node.left, *node.comparators]
            case ast.Attribute(value=value, attr="__name__" | "__doc__"):
                waiting.append(value)
            case ast.FormattedValue(value=value) | ast.Expr(value=value):
                waiting.append(value)
            case ast.Call(func=ast.Name(id=name)) if name in n.HARMLESS_WITH_MODULES:
                waiting += node.args
            case ast.Call(func=ast.Name(id="issubclass" | "set")):
                waiting += node.args
    for node in waiting:
        yield from _parts(node)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """An expression, and those that it only puts together."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        match node:
            case ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts):
                waiting += elts
            case ast.ListComp(elt=elt) | ast.SetComp(elt=elt) | ast.GeneratorExp(elt=elt):
                waiting.append(elt)
            case ast.IfExp(body=body, orelse=orelse):
                waiting += [body, orelse]


def _names_a_class(path: str) -> bool:
    last = path.rpartition(".")[2]
    constant = len(last) > 1 and last.isupper()
    return last[:1].isupper() and not constant


def _goes_on(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether an expression's value goes on to where its name is lost."""
    around, inside = parents.get(node), False
    while isinstance(around, ast.Tuple | ast.List | ast.Set | ast.IfExp | ast.BoolOp | ast.Starred):
        node, around, inside = around, parents.get(around), True
    match around:
        case ast.Call(func=function):
            named = function.id if isinstance(function, ast.Name) else ""
            stays = function is node or named in ("isinstance", "issubclass", "print")
        case ast.AnnAssign(target=target, annotation=annotation):
            stays = annotation is node or (isinstance(target, ast.Name) and not inside)
        case ast.Assign(targets=targets):
            stays = all(isinstance(each, ast.Name) for each in targets) and not inside
        case ast.FunctionDef(returns=returns, decorator_list=decorators):
            stays = returns is node or node in decorators
        case ast.Subscript(slice=part) | ast.Attribute(attr=part):
            stays = part is node or isinstance(around, ast.Attribute)
        case _:
            stays = isinstance(
                around,
                ast.Compare
                | ast.arg
                | ast.Expr
                | ast.ExceptHandler
                | ast.ClassDef
                | ast.MatchClass,
            )
    return not stays


def _walked(template: str, depth: int = 0) -> Iterator[str]:
    """Names of the attributes that a template reads."""
    for _, path, spec, _ in string.Formatter().parse(template):
        for part in (path or "").replace("[", ".").split(".")[1:]:
            yield part.rstrip("]")
        if spec and depth < 3:
            yield from _walked(spec, depth + 1)


def _only_reads(node: ast.Call) -> bool:
    """Whether a call of ``open`` reads a file beside the notebook, by a name that is written."""
    texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
    if len(texts) != len(node.args) or not texts or not isinstance(texts[0], str):
        return False
    path = PurePosixPath(texts[0])
    modes = [*texts[1:2], *(_text(each.value) for each in node.keywords if each.arg == "mode")]
    return (
        not path.is_absolute()
        and ".." not in path.parts
        and len(texts) <= 2
        and all(mode in _READING for mode in modes)
        and {each.arg for each in node.keywords} <= {"mode", "encoding", "newline"}
    )


def _text(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _is_super(base: ast.expr) -> bool:
    return (
        isinstance(base, ast.Call)
        and isinstance(base.func, ast.Name)
        and base.func.id == "super"
        and not base.args
    )


def _imports(kind: Kind) -> str:
    first = kind.path.partition(".")[0]
    if first in n.REACHING_ATTRIBUTES:
        return _INTERPRETER
    return f"imports '{kind.path}', which is not on the lab's list"


def _outside(kind: Kind) -> str:
    if kind.path.rpartition(".")[2].startswith("_"):
        return _INTERPRETER
    return f"uses '{kind.path}', which is not on the lab's list"
