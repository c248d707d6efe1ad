"""The rules that plain code keeps to. Pure: from a syntax tree to what is not plain in it."""

from __future__ import annotations

import ast

from alpaca_course.gate import ipython
from alpaca_course.gate import names as n
from alpaca_course.gate.phrases import COMMAND, INTERPRETER, attribute, imports, outside
from alpaca_course.gate.scopes import imported
from alpaca_course.gate.trees import (
    ComprehensionNode,
    FunctionNode,
    arguments_of,
    only_reads,
    outside_of,
    walked,
)
from alpaca_course.gate.values import Values


class Rules(Values, ast.NodeVisitor):
    """Looks at one cell's tree, and tells what is not plain in it; statements and calls here."""

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
                self.tell(node, imports(found))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = self.names.policy.module(node.module or "")
        if module.what == "hidden" and not node.level:
            self.tell(node, imports(module))
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
                        self.tell(node, outside(kind))

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
            if n.is_reaching_attribute(name) or name in n.PLAIN_METHODS:
                self.tell(node, INTERPRETER)
            elif self._leads_elsewhere(name):
                self.tell(node, attribute(name))
            self._handed_on(node.cls, name, by_name=True)
        self.generic_visit(node)

    # Scopes

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._named_as(node, node.name)
        self._function(node)

    visit_AsyncFunctionDef = visit_FunctionDef  # type: ignore[assignment]  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function(node)

    def _function(self, node: FunctionNode) -> None:
        for each in outside_of(node):
            self._value(each)
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
                return all(self.names.is_purely_own(kind.path) for kind in kinds)
        says_nothing = all(
            isinstance(each, ast.Pass)
            or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
            for each in node.body
        )
        networks = {kind.path.rpartition(".")[2] for kind in kinds} <= {"Model", "Sequential"}
        # Beside another base, that one's methods would stand before the network's.
        return says_nothing and networks and len(node.bases) == 1

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
            unseen = not name and self._resizes(node.func)
            if unseen or name.startswith("__") or name in n.REACHING_KEYWORDS:
                self.tell(node, INTERPRETER)
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
            plain = plain and only_reads(node)
        if not plain:
            self.tell(node, INTERPRETER if called != "open" else "opens a file")

    def _judged_function(self, node: ast.Call) -> None:
        """Calls of what sets attributes, asks for representations or writes files."""
        paths = {kind.path for kind in self.names.kinds_of(node.func, self.scope)}
        starred = any(isinstance(each, ast.Starred) for each in node.args)
        alone = {"copy.copy", "copy.deepcopy"}
        unnamed = paths & {*alone, n.SHOWING, "collections.namedtuple"}
        if (unnamed and (starred or node.keywords)) or (paths & alone and len(node.args) != 1):
            self.tell(node, INTERPRETER)
        elif "dataclasses.dataclass" in paths and node not in self._class_decorators:
            self.tell(node, "changes a class that it did not define")
        if isinstance(node.func, ast.Attribute) and not self._writes_by_name(node, node.func.attr):
            self.tell(node, "writes a file")

    def _writes_by_name(self, node: ast.Call, method: str) -> bool:
        """Whether a method writes no file, or one of the format that its name says."""
        if method not in n.WRITING | n.SAVING:
            return True
        plain = {each.arg for each in node.keywords}.isdisjoint((None, "format", "backend"))
        if method in n.SAVING:
            # A network's second argument says whether to overwrite, an image's names a format.
            further = (isinstance(x, ast.Constant) and type(x.value) is bool for x in node.args[1:])
            return plain and all(further) and not any(isinstance(x, ast.Starred) for x in node.args)
        first = node.args[0] if node.args else None
        name = first.value if isinstance(first, ast.Constant) else None
        return plain and isinstance(name, str) and name.lower().endswith(n.PICTURES)

    def _format(self, node: ast.Call, function: ast.Attribute) -> None:
        """A template may walk through the attributes of what it is given."""
        template = function.value
        if not (isinstance(template, ast.Constant) and isinstance(template.value, str)):
            if not self._kinds_have(template, "module"):
                self.tell(node, "formats by a template that is not written there")
            return
        try:
            for part in walked(template.value):
                if n.is_reaching_attribute(part):
                    self.tell(node, INTERPRETER)
                elif self._leads_elsewhere(part):
                    self.tell(node, attribute(part))
        except ValueError:
            return  # Python refuses it too
