"""How a finding is said, in words that go on from "line 3 …"."""

from __future__ import annotations

from alpaca_course.gate import names as n
from alpaca_course.gate.policy import Kind

COMMAND = "runs a command of the notebook or of the system"
INTERPRETER = "reaches into the interpreter"


def imports(kind: Kind) -> str:
    first = kind.path.partition(".")[0]
    if first in n.REACHING_ATTRIBUTES:
        return INTERPRETER
    return f"imports '{kind.path}', which is not on the lab's list"


def outside(kind: Kind) -> str:
    if kind.path.rpartition(".")[2].startswith("_"):
        return INTERPRETER
    return f"uses '{kind.path}', which is not on the lab's list"


def attribute(name: str) -> str:
    return f"uses an attribute that plain code does not need: '.{name}'"
