"""Exceptions that the code itself is the reason of, whatever process it runs in.

A fork of a lab's template lacks threads and may run a library's functions operation by operation,
so it may raise where another process would not. Standard library only.
"""

from __future__ import annotations

# What Python and its libraries say of code that is wrong: a name, an argument or a shape. What says
# of a process what it can't do is none of them: RuntimeError, OSError, MemoryError, a library's
# own. Nor is a student's assertion, which may be about a number's last digit.
_KINDS = frozenset({
    "NameError", "UnboundLocalError", "AttributeError", "ModuleNotFoundError",
    "TypeError", "ValueError", "IndexError", "KeyError", "ZeroDivisionError",
    "SyntaxError", "IndentationError", "TabError", "NotImplementedError",
})  # fmt: skip
# "Tensor.op is undefined when eager execution is enabled."
_OF_THE_PROCESS = ("eager", "symbolic", "graph")


def is_certain(kind: str, text: str) -> bool:
    """Whether every process raises this at the same place.

    Args:
        kind: the exception's class, by its name.
        text: its message.
    """
    words = text.lower()
    return kind in _KINDS and not any(each in words for each in _OF_THE_PROCESS)
