"""What the code of a cell touches, by name: what it binds, reads and may change. Pure."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from alpaca_course import code
from alpaca_course.gate.names import words

# Builtins that look and change nothing; their other namesakes may.
_LOOKING = words(
    "print display len repr str type isinstance dir help sum min max sorted round id hash format "
    "callable abs any all enumerate zip range reversed list tuple set dict int float bool"
)
# Methods that look, or train: how good weights are is no part of any exercise. Nor is on which
# device it runs, or how much is told meanwhile.
_NO_CHANGE = words(
    "list_physical_devices list_logical_devices set_memory_growth get_logger setLevel "
    "set_verbosity "
    "summary fit evaluate predict predict_on_batch test_on_batch train_on_batch get_config "
    "get_weights get_layer count_params save save_weights export to_json items keys values numpy "
    "head take as_numpy_iterator plot show imshow count index copy format join"
)
# Methods that change what they are called on, whatever becomes of what they give.
_CHANGE = words(
    "append extend insert remove pop popitem clear update setdefault add discard sort reverse"
)
# Functions of modules that change what they are given.
_IN_PLACE = words(
    "shuffle put place putmask put_along_axis copyto fill_diagonal insort heappush heappop heapify"
)
_SETTING = words("setattr delattr next map filter")
# Calls that may bind or change whatever they like.
_ANYTHING = frozenset(("exec", "eval"))
_NAMESPACES = frozenset(("globals", "locals", "vars"))


@dataclass(frozen=True)
class Touch:
    """What the code of a cell touches, by name.

    Attributes:
        binds: global names that it binds or deletes.
        reads: global names that it reads, in its functions too.
        changes: names of objects that it may change.
        surely: names that it binds whatever happens in it, short of an error.
        before: names that it reads before it binds them surely.
        later: names of its functions, which read what they read when they are called.
        does: names by which its functions may be called, if one of them may change something.
        anything: it may bind or change whatever it likes.
    """

    binds: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    surely: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    does: frozenset[str] = frozenset()
    anything: bool = False


@lru_cache(maxsize=1024)
def touch(
    source: str,
    helpers: frozenset[str] = frozenset(),
    held: frozenset[tuple[str, str]] = frozenset(),
) -> Touch:
    """What the code of a cell touches; nothing where Python cannot read it.

    Args:
        source: of the cell.
        helpers: functions and other names of the student's own, which may change what they get.
        held: names of other cells, each with one whose object it may hold.
    """
    tree = code.parsed(source)
    if tree is None:
        return Touch()
    try:
        return _touch(tree, *code.names(source), helpers, held)
    except RecursionError:  # too deep to be followed: whoever executes it looks at it first
        return Touch(anything=True)


def _touch(
    tree: ast.Module,
    binds: frozenset[str],
    reads: frozenset[str],
    helpers: frozenset[str],
    held: frozenset[tuple[str, str]],
) -> Touch:
    nodes = list(ast.walk(tree))
    aliases = {name: set(roots) for name, roots in _aliases(nodes).items()}
    for name, root in held:
        aliases.setdefault(name, set()).add(root)
    roots = expand(_changed_roots(nodes, helpers | _defined(nodes)), aliases)
    functions = any(isinstance(each, ast.Lambda) for each in nodes) or _defined(nodes)
    return Touch(
        binds=binds,
        reads=reads,
        changes=_global(nodes)
        | frozenset(roots - _imported(nodes))
        | frozenset(_modules_changed(nodes, roots)),
        surely=frozenset(_surely(tree.body)) & binds,
        before=frozenset(_read_first(tree.body)) & reads,
        later=_defined(nodes),
        does=binds if functions else frozenset(),
        anything=any(map(_touches_anything, nodes)),
    )


def _changed_roots(nodes: list[ast.AST], helpers: frozenset[str]) -> set[str]:
    """Names at the root of what is assigned to, deleted or called for its effect."""
    found: set[str] = set()
    thrown_away = {
        id(inner)
        for node in nodes
        if isinstance(node, ast.Expr)
        for inner in ast.walk(node.value)
        if isinstance(inner, ast.Call)
    }
    for node in nodes:
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            found |= _roots(node)
        elif isinstance(node, ast.AugAssign):
            found |= _roots(node.target)
        elif isinstance(node, ast.Call):
            found |= _changed_by(node, id(node) in thrown_away, helpers)
    return found


def _changed_by(call: ast.Call, thrown_away: bool, helpers: frozenset[str]) -> set[str]:
    """What a call may change: what it is a method of, and what it is given."""
    function = call.func
    given = [*call.args, *(each.value for each in call.keywords)]
    if isinstance(function, ast.Name):
        changes = function.id in _SETTING or (thrown_away and _may_change(function.id))
        if function.id in helpers or changes:
            return {name for each in given for name in _roots(each)}
        return set()
    if not isinstance(function, ast.Attribute):
        return set()
    root = _roots(function.value)
    found = {name for each in given for name in _roots(each)}
    of_own = bool(root & helpers) and isinstance(function.value, ast.Name)
    if function.attr in _IN_PLACE or (of_own and thrown_away and function.attr not in _NO_CHANGE):
        return root | found
    if function.attr in _CHANGE or (thrown_away and function.attr not in _NO_CHANGE):
        return root
    return set()


def _may_change(name: str) -> bool:
    return name in vars(builtins) and name not in _LOOKING


def _roots(node: ast.AST) -> set[str]:
    """Names that an expression gets its objects from, without what looking calls give."""
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        return _roots(node.value)
    if isinstance(node, ast.Call) and _gives_new(node):
        return set()
    if isinstance(node, ast.Constant | ast.Compare | ast.JoinedStr):
        return set()
    return {name for child in ast.iter_child_nodes(node) for name in _roots(child)}


def _gives_new(call: ast.Call) -> bool:
    """Whether what a call gives holds nothing of what it was given."""
    function = call.func
    if isinstance(function, ast.Name):
        return function.id in ("print", "len", "repr", "str", "type", "sum", "int", "float", "bool")
    return isinstance(function, ast.Attribute) and function.attr in _NO_CHANGE - {"get_layer"}


def _aliases(nodes: list[ast.AST]) -> Mapping[str, set[str]]:
    """For each name, those whose objects it may hold."""
    found: dict[str, set[str]] = {}
    for target, value in (pair for node in nodes for pair in _bound(node)):
        for part in ast.walk(target):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                found.setdefault(part.id, set()).update(_roots(value))
    return found


def _bound(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.NamedExpr | ast.AnnAssign) and node.value is not None:
        yield node.target, node.value
    elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        yield node.target, node.iter
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield node.optional_vars, node.context_expr


def expand(names: set[str], aliases: Mapping[str, set[str]]) -> set[str]:
    """``names``, and all that they stand for, as far as it goes."""
    waiting, seen = list(names), set(names)
    while waiting:
        more = aliases.get(waiting.pop(), set()) - seen
        seen |= more
        waiting += more
    return seen


def _imported(nodes: list[ast.AST]) -> set[str]:
    """Modules: a function of theirs is no change of them."""
    imports = (node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))
    return {name for node in imports for name in code.imported_names(node)}


def _modules_changed(nodes: list[ast.AST], roots: set[str]) -> set[str]:
    """Imported names whose attributes are set all the same."""
    stored = (
        node
        for node in nodes
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load)
    )
    return {name for node in stored for name in _roots(node)} & roots


def _global(nodes: list[ast.AST]) -> frozenset[str]:
    return frozenset(x for each in nodes if isinstance(each, ast.Global) for x in each.names)


def _defined(nodes: list[ast.AST]) -> frozenset[str]:
    return frozenset(
        node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def _surely(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from code.imported_names(node)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (each.id for each in node.targets if isinstance(each, ast.Name))
        elif isinstance(node, ast.With):
            yield from _surely(node.body)


def _read_first(body: list[ast.stmt]) -> set[str]:
    """Names that are read in ``body`` where nothing before has surely bound them."""
    bound: set[str] = set()
    found: set[str] = set()
    for node in body:
        if isinstance(node, ast.With):
            heads = [part for item in node.items for part in ast.walk(item)]
            found |= (_read_first(node.body) | _loaded(heads)) - bound
        else:
            found |= _loaded(ast.walk(node)) - bound
        bound |= set(_surely([node]))
    return found


def _loaded(nodes: Iterable[ast.AST]) -> set[str]:
    return {
        node.id
        for node in nodes
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)
    }


def _touches_anything(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return any(alias.name == "*" for alias in node.names)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in _ANYTHING
    base = node.value if isinstance(node, ast.Attribute | ast.Subscript) else None
    is_namespace = (
        isinstance(base, ast.Call)
        and isinstance(base.func, ast.Name)
        and base.func.id in _NAMESPACES
    )
    written = isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)
    called = isinstance(node, ast.Attribute) and node.attr in ("update", "pop", "setdefault")
    return is_namespace and (written or called)


@lru_cache(maxsize=1024)
def held_by(source: str) -> frozenset[tuple[str, str]]:
    """Pairs of a name and one whose object it may hold, in the cells below too."""
    tree = code.parsed(source)
    try:
        held = {} if tree is None else _aliases(list(ast.walk(tree)))
    except RecursionError:
        return frozenset()
    return frozenset((name, each) for name, roots in held.items() for each in roots)
