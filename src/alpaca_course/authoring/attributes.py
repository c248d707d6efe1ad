"""Names of attributes for the gate's list, from the classes and sources of what is installed here.

Those of objects that plain code can hold come from the classes themselves; all others from the
sources of everything that can be loaded with them, whether or not it is loaded now.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.machinery
import importlib.metadata
import io
import pkgutil
import platform
import re
import sys
import sysconfig
import time
import types
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from alpaca_course.gate import names as n
from alpaca_course.gate.standard import STANDARD

# The notebook's own machinery is beside students' code whatever a lab uses.
_MACHINERY = ("ipykernel", "ipython")
_SOURCES = (".py", ".pyi")
# Other programs' sources that a package carries, and what only its developers run.
_LEFT_OUT = frozenset(("third_party", "test", "tests", "idlelib", "lib2to3", "turtledemo"))
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# Calls that make attributes of texts.
_MAKERS = frozenset(("setattr", "namedtuple", "NamedTuple", "make_dataclass", "Enum", "IntEnum"))
_FUNCTIONS = frozenset((ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
# All kinds of nodes that `_named_by` knows, and functions, within which names are variables.
_NAMING = _FUNCTIONS | {ast.Attribute, ast.Call, ast.Assign, ast.ClassDef, ast.Name, ast.alias}
_CONTEXTS = frozenset((ast.Load, ast.Store, ast.Del))
_LEAVES = frozenset((ast.Name, ast.Constant, ast.alias))
# Objects that the language makes without a class being named.
_OF_THE_LANGUAGE: tuple[type, ...] = (
    types.GeneratorType,
    types.CoroutineType,
    types.FunctionType,
    types.MethodType,
    types.BuiltinFunctionType,
    types.MappingProxyType,
    type({}.keys()),
    type({}.values()),
    type({}.items()),
    time.struct_time,
    re.Match,
    re.Pattern,
    io.TextIOWrapper,
)


def of_plain_objects(classes: Iterable[type], own: set[str]) -> frozenset[str]:
    """Public attributes of objects of ``classes``, of the language's and the standard library's.

    Args:
        classes: a lab's.
        own: names of the packages whose sources say what their methods set.
    """
    held = [*classes, *_OF_THE_LANGUAGE, *_of_the_standard_library()]
    held += [
        value
        for name, value in vars(builtins).items()
        if isinstance(value, type) and _is_public(name) and name not in n.REACHING
    ]
    found: set[str] = set()
    for each in held:
        found.update(dir(each))
        for base in each.__mro__:
            if base.__module__.partition(".")[0] in own:
                found |= _set_by_methods(base)
    return frozenset(
        name for name in found if _is_public(name) and not n.is_reaching_attribute(name)
    )


def _of_the_standard_library() -> Iterator[type]:
    for module, names in STANDARD.items():
        loaded = importlib.import_module(module)
        for value in (getattr(loaded, name, None) for name in names):
            yield value if isinstance(value, type) else type(value)


def _set_by_methods(cls: type) -> set[str]:
    file = getattr(sys.modules.get(cls.__module__), "__file__", None)
    return _set_in(file).get(cls.__name__, set()) if file and file.endswith(".py") else set()


@lru_cache(maxsize=4096)
def _set_in(file: str) -> dict[str, set[str]]:
    """What methods of each class in ``file`` set of ``self``."""
    found: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(_tree(Path(file))):
        if isinstance(node, ast.ClassDef):
            found[node.name] |= {
                each.attr
                for each in ast.walk(node)
                if isinstance(each, ast.Attribute)
                and isinstance(each.ctx, ast.Store)
                and isinstance(each.value, ast.Name)
                and each.value.id == "self"
            }
    return found


def in_sources(libraries: Iterable[str]) -> tuple[frozenset[str], dict[str, str]]:
    """Public names that occur in what can be loaded with ``libraries``, and the versions of that.

    Args:
        libraries: distributions; what they require is looked at too, and the notebook's machinery
            and the standard library are.

    A name counts where it is read or set as an attribute, bound in a module or a class, or written
    where attributes are made of texts (``setattr``, ``namedtuple``, ``__slots__``). Extension
    modules of the standard library are asked for their names; those of packages come with stubs,
    or are named where they are used.
    """
    found: set[str] = set()
    versions = {"python": platform.python_version()}
    for distribution in _with_what_they_require((*libraries, *_MACHINERY)):
        versions[_normal(distribution.metadata["Name"])] = distribution.version
        for each in distribution.files or ():
            if each.suffix in _SOURCES and _LEFT_OUT.isdisjoint(each.parts):
                found |= _named_in(Path(str(each.locate())))
    library = Path(sysconfig.get_path("stdlib"))
    for path in sorted(library.rglob("*.py")):
        if {"site-packages", *_LEFT_OUT}.isdisjoint(path.relative_to(library).parts):
            found |= _named_in(path)
    for module in _extensions_of_the_standard_library():
        for name, value in vars(module).items():
            # What else `sys` and its like hold is this process's, and differs from run to run.
            if isinstance(value, type):
                found.update((name, *dir(value)))
            elif isinstance(value, types.BuiltinFunctionType):
                found.add(name)
    return frozenset(filter(_is_public, found)), versions


def _with_what_they_require(names: Iterable[str]) -> Iterator[importlib.metadata.Distribution]:
    waiting, seen = sorted(names, reverse=True), set()
    while waiting:
        name = _normal(waiting.pop())
        if name in seen:
            continue
        seen.add(name)
        try:
            found = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        yield found
        for line in found.requires or ():
            required = re.match(r"[\w.-]+", line)
            if required and "extra ==" not in line:
                waiting.append(required[0])


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _extensions_of_the_standard_library() -> Iterator[types.ModuleType]:
    endings = tuple(importlib.machinery.EXTENSION_SUFFIXES)
    folder = Path(sysconfig.get_path("platstdlib")) / "lib-dynload"
    beside = {
        each.name
        for each in pkgutil.iter_modules([str(folder)])
        if any((folder / f"{each.name}{ending}").is_file() for ending in endings)
    }
    for name in sorted({*beside, *sys.builtin_module_names}):
        # Tests of the interpreter itself, and a window system that need not be there.
        if not re.match(r"_?(x?xx|test|ctypes_test|tkinter)", name):
            try:
                yield importlib.import_module(name)
            except ImportError:
                continue


def _named_in(path: Path) -> set[str]:
    found: set[str] = set()
    waiting: list[tuple[ast.AST, bool]] = [(_tree(path), False)]
    # Millions of nodes: most are of kinds that name nothing, and are told by their type alone.
    while waiting:
        node, local = waiting.pop()
        kind = type(node)
        if kind in _NAMING:
            found.update(_named_by(node, local))
            local = local or kind in _FUNCTIONS
        if kind in _LEAVES:
            continue
        for field in node._fields:
            value = getattr(node, field, None)
            if type(value) is list:
                waiting += [(each, local) for each in value if isinstance(each, ast.AST)]
            elif isinstance(value, ast.AST) and type(value) not in _CONTEXTS:
                waiting.append((value, local))
    return found


def _named_by(node: ast.AST, local: bool) -> Iterable[str]:
    """Names of attributes that one part of a tree tells of; a function's variables are none."""
    match node:
        case ast.Attribute(attr=name):
            return (name,)
        case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if called in _MAKERS:
            return _texts_in(node)
        case ast.Assign(targets=[ast.Name(id="__slots__")]):
            return _texts_in(node)
    return () if local else _bound_by(node)


def _bound_by(node: ast.AST) -> Iterable[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.Name(id=name, ctx=ast.Store()):
            return (name,)
        case ast.alias(name=name, asname=other):
            return (*name.split("."), other or "")
    return ()


def _texts_in(node: ast.AST) -> set[str]:
    return {
        word
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
        for word in each.value.replace(",", " ").split()
    }


def _tree(path: Path) -> ast.Module:
    """The tree of a file; an empty one where this Python cannot read it, and so cannot load it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return ast.Module(body=[], type_ignores=[])


def _is_public(name: str) -> bool:
    return _NAME.fullmatch(name) is not None
