"""Questions to syntax trees that need no names. Pure."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from alpaca_course.gate import names as n

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
ComprehensionNode = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_READING = ("r", "rb", "rt")


def calls_looked_at(nodes: list[ast.AST]) -> Iterator[ast.AST]:
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
        yield from parts_of(node)


def parts_of(node: ast.AST) -> Iterator[ast.AST]:
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


def has_settings(path: str) -> bool:
    """Whether a library's name may be that of a class; what ``typing`` has only says of others."""
    module, _, last = path.rpartition(".")
    constant = len(last) > 1 and last.isupper()
    return last[:1].isupper() and not constant and module != "typing"


def annotates(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether an expression is a part of an annotation that does nothing but put types together.

    Nothing that plain code may read has it: ``__annotations__`` and ``__args__`` are no names of
    plain code. What is called, compared or bound inside an annotation is not meant.
    """
    around = parents.get(node)
    while isinstance(around, ast.Subscript | ast.Tuple | ast.List) or (
        isinstance(around, ast.BinOp) and isinstance(around.op, ast.BitOr)
    ):
        node, around = around, parents.get(around)
    match around:
        case ast.arg(annotation=annotation) | ast.AnnAssign(annotation=annotation):
            return annotation is node
        case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns):
            return returns is node
    return False


def goes_on(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> bool:
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


def walked(template: str, depth: int = 0) -> Iterator[str]:
    """Names of the attributes that a template reads."""
    for _, path, spec, _ in string.Formatter().parse(template):
        for part in (path or "").replace("[", ".").split(".")[1:]:
            yield part.rstrip("]")
        if spec and depth < 3:
            yield from walked(spec, depth + 1)


def only_reads(node: ast.Call) -> bool:
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


def is_super(base: ast.expr) -> bool:
    return (
        isinstance(base, ast.Call)
        and isinstance(base.func, ast.Name)
        and base.func.id == "super"
        and not base.args
    )


def arguments_of(node: FunctionNode) -> list[ast.arg]:
    given = node.args
    starred = [each for each in (given.vararg, given.kwarg) if each is not None]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *starred]


def outside_of(node: FunctionNode) -> Iterator[ast.AST]:
    """The parts of a function that are evaluated where it is defined."""
    yield from node.args.defaults
    yield from (each for each in node.args.kw_defaults if each is not None)
    yield from (each.annotation for each in arguments_of(node) if each.annotation is not None)
    if not isinstance(node, ast.Lambda):
        yield from node.decorator_list
        if node.returns is not None:
            yield node.returns


def in_this_scope(statements: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """All nodes but those of functions and classes further inside."""
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, FunctionNode | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)


def bound_in(statements: Iterable[ast.stmt]) -> Iterator[str]:
    """Names that the statements of a function bind in it."""
    waiting: list[ast.AST] = list(statements)
    targets: set[ast.AST] = set()  # of comprehensions, which have them for themselves
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                if node not in targets:
                    yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (each.asname or each.name.partition(".")[0] for each in names)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                yield name
            case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                yield name
            case ast.comprehension(target=target):
                targets.update(ast.walk(target))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
            waiting += node.decorator_list
        elif not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def paired(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]] | None:
    """The parts of ``a, b = x, y`` that belong together; None where that cannot be said."""
    if not (isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List)):
        return None
    both = (*target.elts, *value.elts)
    if len(target.elts) != len(value.elts) or any(isinstance(e, ast.Starred) for e in both):
        return None
    return list(zip(target.elts, value.elts, strict=True))
