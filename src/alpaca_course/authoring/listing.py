"""Make the list of what plain code may use of a lab's libraries, from the versions installed here.

A name is listed where the library itself made it and says so by having it in a module that the
lab's ``[gate]`` names. What else those modules have is kept beside it: that a name is there, and
not listed, is what makes its use a finding; a name that is not there only raises.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import pkgutil
from collections.abc import Iterable
from fnmatch import fnmatchcase
from types import ModuleType
from typing import Any

from alpaca_course.authoring import attributes
from alpaca_course.errors import CourseError
from alpaca_course.files import write_atomically
from alpaca_course.gate.attributes import packed
from alpaca_course.gate.standard import STANDARD
from alpaca_course.lab import Lab

_DATA = (bool, int, float, str, tuple, type(None))


def write_list(lab: Lab) -> dict[str, Any]:
    """Make the list of ``lab`` and write both of its files; returns the one of public names.

    Raises:
        CourseError: a module cannot be imported here.
    """
    made = make_list(lab)
    others, made["sources"] = attributes.in_sources(lab.kernel.libraries)
    write_atomically(lab.known_attributes, packed(others).encode())
    write_atomically(lab.public_names, text_of(made).encode())
    return made


def text_of(made: dict[str, Any]) -> str:
    return json.dumps(made, indent=0, sort_keys=True) + "\n"


def make_list(lab: Lab) -> dict[str, Any]:
    """The list of ``lab``: each module's names, listed parts, and what else it has; attributes.

    Raises:
        CourseError: a module cannot be imported here.
    """
    roots = tuple(name for name in lab.gate.imports if name not in STANDARD)
    own = {name.partition(".")[0] for name in roots}
    wanted = sorted({*roots, *_parents(roots), *lab.gate.modules})
    modules: dict[str, dict[str, Any]] = {}
    for name in wanted:
        module = _module(name, own)
        names, hidden = _sorted_out(name, module, own, lab.gate.deny)
        if name not in roots and name not in lab.gate.modules:
            names, hidden = set(), hidden | names
        parts = {each.removeprefix(f"{name}.") for each in wanted if _is_part(each, name)}
        modules[name] = {
            "names": sorted(names - parts),
            "modules": sorted(parts),
            "hidden": sorted(hidden - parts),
        }
    classes = [
        value
        for name, each in modules.items()
        for value in (getattr(_module(name, own), part, None) for part in each["names"])
        if isinstance(value, type)
    ]
    classes += [_class(name) for name in lab.gate.objects]
    return {
        "modules": _shortened(modules),
        "attributes": sorted(attributes.of_plain_objects(classes, own)),
        "versions": _versions(lab),
    }


def _class(name: str) -> type:
    module, _, last = name.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), last)
    except (ImportError, AttributeError, ValueError) as error:
        raise CourseError(f"The list names '{name}', which is not here: {error}.") from error
    if not isinstance(found, type):
        raise CourseError(f"The list names '{name}' among its objects, which is no class.")
    return found


def _parents(names: Iterable[str]) -> set[str]:
    parts = [name.split(".") for name in names]
    return {".".join(each[:length]) for each in parts for length in range(1, len(each))}


def _is_part(name: str, of: str) -> bool:
    return name.startswith(f"{of}.") and "." not in name.removeprefix(f"{of}.")


def _module(name: str, own: set[str]) -> Any:
    """The module by the way that students write, which is not always where it lies."""
    first, *rest = name.split(".")
    try:
        found: Any = importlib.import_module(first)
        for number, part in enumerate(rest):
            if not hasattr(found, part):
                importlib.import_module(".".join([first, *rest[: number + 1]]))
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise CourseError(f"The list names '{name}', which is not here: {error}.") from error
    return found


def _sorted_out(
    name: str, module: Any, own: set[str], deny: Iterable[str]
) -> tuple[set[str], set[str]]:
    """Public names of a module that may be used, and those that may not."""
    names: set[str] = set()
    hidden = {each.name for each in pkgutil.iter_modules(getattr(module, "__path__", ()))}
    for each in dir(module):
        if each.startswith("_"):
            continue
        allowed = _is_its_own(getattr(module, each, None), own) and not any(
            fnmatchcase(f"{name}.{each}", pattern) for pattern in deny
        )
        (names if allowed else hidden).add(each)
    return names, {each for each in hidden - names if not each.startswith("_")}


def _is_its_own(value: Any, own: set[str]) -> bool:
    """Whether a library made ``value``, and it is no module."""
    if isinstance(value, ModuleType) or isinstance(type(value), ModuleType):
        return False
    if isinstance(value, _DATA):
        return True
    made_in = getattr(value, "__module__", None) or type(value).__module__
    if not isinstance(made_in, str):
        made_in = type(value).__module__
    return made_in.partition(".")[0] in own or (made_in == "builtins" and isinstance(value, type))


def _shortened(modules: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """A module that has the same as an earlier one only says so."""
    seen: dict[str, str] = {}
    short = {}
    for name, each in modules.items():
        same = seen.setdefault(json.dumps(each, sort_keys=True), name)
        short[name] = each if same == name else {"as": same}
    return short


def _versions(lab: Lab) -> dict[str, str]:
    found = {}
    for name in lab.kernel.libraries:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
