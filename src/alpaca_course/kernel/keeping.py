"""Whether a function may keep what it makes: then a call for a look could spoil later calls."""

from __future__ import annotations

import dis
import types
from collections.abc import Iterator
from typing import Any

_PLAIN = (type(None), bool, int, float, complex, str, bytes, types.ModuleType)
_REACHES = ("LOAD_GLOBAL", "LOAD_NAME")
_WRITES = ("STORE_GLOBAL", "DELETE_GLOBAL", "STORE_NAME")
# By which names are reached that the code does not say.
_ANY_NAME = {"eval", "exec", "globals", "locals", "vars", "setattr", "__import__", "compile"}
_MAX_DEPTH = 20


def keeps_nothing(function: Any, given: int) -> bool:
    """Whether all that a call makes is gone with what it returns, as far as its code says.

    So it is of a plain function that reaches nothing outside it but modules, numbers, texts, what
    libraries define, and such functions. Where this is not clear, the answer is no.

    Args:
        function: whatever has its name.
        given: how many of its parameters are given at each call; the defaults of the others stay.
    """
    return type(function) is types.FunctionType and _harmless(function, given, set(), 0)


def _harmless(value: Any, given: int, known: set[int], depth: int) -> bool:
    if type(value) in _PLAIN or id(value) in known:
        return True
    if depth > _MAX_DEPTH:
        return False
    if type(value) is tuple:
        return all(_harmless(each, 0, known, depth + 1) for each in value)
    if type(value) is types.FunctionType and _is_of_notebook(value):
        known.add(id(value))
        if value.__closure__ or vars(value) or _reaches_any_name(value.__code__):
            return False
        outside = [*_standing_defaults(value, given), *_reached(value)]
        return all(_harmless(each, 0, known, depth + 1) for each in outside)
    kinds = (type, types.FunctionType, types.BuiltinFunctionType)
    return isinstance(value, kinds) and not _is_of_notebook(value)


def _standing_defaults(function: types.FunctionType, given: int) -> list[Any]:
    code, defaults = function.__code__, function.__defaults__ or ()
    first = code.co_argcount - len(defaults)
    return [*defaults[max(given - first, 0) :], *(function.__kwdefaults__ or {}).values()]


def _is_of_notebook(value: Any) -> bool:
    return getattr(value, "__module__", None) in (None, "__main__")


def _instructions(code: types.CodeType) -> Iterator[dis.Instruction]:
    """Those of the code and of all code in it."""
    yield from dis.get_instructions(code)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _instructions(constant)


def _reaches_any_name(code: types.CodeType) -> bool:
    found = list(_instructions(code))
    return any(each.opname in _WRITES for each in found) or any(
        each.argval in _ANY_NAME for each in found if each.opname in _REACHES
    )


def _reached(function: types.FunctionType) -> list[Any]:
    """What the names outside the function stand for; one that stands for nothing ends the call."""
    names = {e.argval for e in _instructions(function.__code__) if e.opname in _REACHES}
    return [function.__globals__[name] for name in sorted(names & function.__globals__.keys())]
