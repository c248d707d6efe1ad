"""What plain code may import and reach, of one lab: the standard library's part and the lab's own.

A name that a module does not have is no finding: it raises where it is used, as it does for the
student. What the module has and the list does not is one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Literal, NamedTuple

from alpaca_course.gate import attributes, standard
from alpaca_course.gate.names import PLAIN_DUNDERS, words

What = Literal["value", "module", "missing", "hidden", "own", "made"]


class Kind(NamedTuple):
    """What a name or an expression may be.

    ``what`` is "module", a "missing" thing (using it raises), something "hidden" that the list
    does not have, a class of the student's "own", an object that is "made" by calling such a class,
    or any other "value"; ``path`` says which.
    """

    what: What
    path: str = ""


VALUE = Kind("value")
Kinds = frozenset[Kind]


# Packages that are beside students' code whether or not they are found from here: the course's,
# what the sandbox mounts, and what a kernel's debugger and compiled libraries have loaded by ways
# of their own. The notebook itself and the rest of these begin with an underscore.
_BESIDE = words(
    "alpaca_course notebooks grader_tests process_one inputs "
    "pydevd pydevconsole pydev_ipython cython_runtime pybind11_abseil"
)
_BESIDE_PREFIXES = ("_", "pydevd_")


@dataclass(frozen=True)
class ModuleNames:
    """What is known of one module.

    Attributes:
        names: that plain code may use.
        modules: parts of it that are listed too.
        hidden: what else it has.
    """

    names: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


def installed(name: str) -> bool:
    """Whether this environment has the module ``name``; nothing is imported."""
    path: list[str] | None = None
    parts = name.split(".")
    if parts[0] in _BESIDE or parts[0].startswith(_BESIDE_PREFIXES):
        return True
    if parts[0] in sys.builtin_module_names or parts[0] in sys.stdlib_module_names:
        return True
    for number in range(len(parts)):
        spec = _found(".".join(parts[: number + 1]), None if path is None else tuple(path))
        if spec is None:
            return False
        if spec.submodule_search_locations is None:
            return True
        path = list(spec.submodule_search_locations)
        # A package that is more than a folder may make its parts itself: it counts as a whole.
        if spec.origin is not None:
            return True
    return True


@lru_cache(maxsize=256)
def _found(name: str, path: tuple[str, ...] | None):  # type: ignore[no-untyped-def]
    return PathFinder.find_spec(name, None if path is None else list(path))


@dataclass(frozen=True)
class Policy:
    """What plain code of one lab may use.

    Attributes:
        modules: the lab's libraries and helper files, by dotted name.
        attributes: what of values' attributes is plain.
        is_installed: whether a module that is not listed is there at all.
    """

    modules: Mapping[str, ModuleNames] = field(default_factory=dict)
    attributes: attributes.Attributes = attributes.NONE
    is_installed: Callable[[str], bool] = installed

    def module(self, name: str) -> Kind:
        """What ``import name`` gives."""
        if name in self.modules or name in standard.STANDARD:
            return Kind("module", name)
        parent, _, last = name.rpartition(".")
        if parent:
            found = self.module(parent)
            if found.what == "module":
                return self.member(found.path, last)
            if found.what == "missing":
                return found
        return Kind("hidden" if self.is_installed(name) else "missing", name)

    def member(self, module: str, name: str) -> Kind:
        """What ``module.name`` gives, of a listed module."""
        path = f"{module}.{name}"
        if name in PLAIN_DUNDERS:
            return Kind("value", path)
        known = self.modules.get(module)
        if known is None:
            return self._standard(module, name, path)
        if name in known.modules:
            return Kind("module", path)
        if name in known.names:
            return Kind("value", path)
        outside = name.startswith("_") or name in sys.stdlib_module_names or name in known.hidden
        return Kind("hidden" if outside else "missing", path)

    def _standard(self, module: str, name: str, path: str) -> Kind:
        if name in standard.parts_of(module):
            return Kind("module", path)
        if name in standard.STANDARD[module]:
            return Kind("value", path)
        return Kind("hidden" if standard.has(module, name) else "missing", path)

    def is_known_whole(self, module: Kind) -> bool:
        """Whether all that ``from module import *`` binds is known, if it binds anything."""
        known = module.path in self.modules or module.path in standard.WHOLE
        return module.what == "missing" or known

    def everything(self, module: str) -> dict[str, Kind]:
        """What ``from module import *`` may bind."""
        known = self.modules.get(module) or ModuleNames(names=standard.STANDARD[module])
        names = {*known.names, *known.modules, *known.hidden}
        return {name: self.member(module, name) for name in names if not name.startswith("_")}


@lru_cache(maxsize=8)
def read_list(
    path: Path, digests: Path, modified: tuple[int, int]
) -> tuple[Mapping[str, ModuleNames], attributes.Attributes]:
    """The lists of a lab's libraries, as ``alpaca gate --write-list`` made them.

    ``modified`` are their times of change, so that lists that were made anew are read anew.

    Raises:
        OSError, ValueError, KeyError: they cannot be read.
    """
    data = json.loads(path.read_text(encoding="utf-8"))
    kept = data["modules"]
    found: dict[str, ModuleNames] = {}
    for name, each in kept.items():
        same = kept[each["as"]] if "as" in each else each
        found[name] = ModuleNames(*(frozenset(same[key]) for key in ("names", "modules", "hidden")))
    others = attributes.unpacked(digests.read_text(encoding="ascii"))
    return found, attributes.Attributes(frozenset(data["attributes"]), others)
