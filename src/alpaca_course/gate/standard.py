"""The part of the standard library that plain code may use, by module and name.

Chosen by hand, since a module's public names lead further than they seem (``warnings.sys``,
``typing.get_type_hints`` evaluates text, ``string.Formatter`` walks attributes).
"""

from __future__ import annotations

import cmath
import importlib
import itertools
import math
import time
from collections.abc import Mapping
from functools import lru_cache


def _public(module: object) -> frozenset[str]:
    """Of modules that are written in C and hold functions and numbers alone."""
    return frozenset(name for name in dir(module) if not name.startswith("_"))


_LISTED = {
    "__future__": "annotations division print_function absolute_import",
    "collections": "Counter OrderedDict defaultdict deque namedtuple ChainMap",
    "collections.abc": "Callable Iterable Iterator Mapping Sequence Collection Generator",
    "copy": "copy deepcopy",
    "dataclasses": "dataclass field",
    "datetime": "date datetime time timedelta timezone",
    "gc": "collect",
    "functools": "partial reduce lru_cache cache",
    "json": "load loads dumps JSONDecodeError",
    "os": "getcwd listdir sep linesep",
    "os.path": "basename dirname exists expanduser getsize isdir isfile join normpath sep split "
    "splitext",
    "pprint": "pprint pformat",
    "random": "choice choices gauss normalvariate randint random randrange sample seed shuffle "
    "uniform",
    "re": "compile escape findall finditer fullmatch match search split sub IGNORECASE MULTILINE",
    "statistics": "fmean mean median mode pstdev stdev variance",
    "string": "ascii_letters ascii_lowercase ascii_uppercase digits punctuation whitespace",
    "typing": "Any Callable Dict Final Iterable Iterator List Literal Optional Sequence Set Tuple "
    "Type Union",
    "warnings": "warn filterwarnings simplefilter",
    "IPython.display": "display Image HTML Markdown clear_output",
}
WHOLE = {"math": math, "cmath": cmath, "itertools": itertools, "time": time}
# Modules that lead to another listed one.
_PARTS = {
    "collections": frozenset({"abc"}),
    "os": frozenset({"path"}),
    "IPython": frozenset({"display"}),
}

STANDARD: Mapping[str, frozenset[str]] = {
    **{name: frozenset(names.split()) for name, names in _LISTED.items()},
    **{name: _public(module) for name, module in WHOLE.items()},
    "IPython": frozenset(),
}


def parts_of(module: str) -> frozenset[str]:
    """Listed modules that hang on ``module``."""
    return _PARTS.get(module, frozenset())


@lru_cache(maxsize=64)
def has(module: str, name: str) -> bool:
    """Whether the standard ``module`` has ``name`` at all: a name that it lacks only fails."""
    return hasattr(importlib.import_module(module), name)
