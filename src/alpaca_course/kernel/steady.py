"""The lab's settings, put back after students' code. Standard library only.

What a student's own cell sets (working folder, environment, a builtin's name, a library's ways)
would otherwise change the cells that are given and the probes. Nothing here is a defence: it is for
honest code that did not mean to.
"""

from __future__ import annotations

import builtins
import importlib
import os
import sys
from contextlib import suppress
from typing import Any

_start: dict[str, Any] = {}
_hidden: dict[str, Any] = {}


def settle(lab: str = "", *, hide: bool = False) -> None:
    """Put the settings back to those of the first call.

    Args:
        lab: whose ``evidence`` package may have a ``settle`` of its own, for its libraries.
        hide: names of builtins that the notebook has given another meaning mean the builtins until
            :func:`show`.
    """
    if not _start:
        _start.update(folder=os.getcwd(), environment=dict(os.environ))  # noqa: PTH109
    with suppress(OSError):
        os.chdir(_start["folder"])
    # What was added stays: a later cell of the student's may need it.
    for name, value in _start["environment"].items():
        if os.environ.get(name) != value:
            os.environ[name] = value
    with suppress(Exception):  # whatever the libraries do, it costs no cell
        own = getattr(importlib.import_module(f"notebooks.{lab}.evidence"), "settle", None)
        if own is not None:
            own()
    if hide:
        namespace = _namespace()
        for name in [name for name in vars(builtins) if not name.startswith("_")]:
            if name in namespace and namespace[name] is not getattr(builtins, name):
                _hidden[name] = namespace.pop(name)


def show() -> None:
    """Give the notebook back the names that :func:`settle` hid."""
    _namespace().update(_hidden)
    _hidden.clear()


def _namespace() -> dict[str, Any]:
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    return {} if shell is None else shell.user_ns
