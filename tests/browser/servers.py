"""Where the servers of ``alpaca lab`` are, and the lab that they show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

STUDENT = "ada"
LAB = "transfer_learning_mobilenet"
NOTEBOOK = "transfer_learning_with_mobilenet"


@dataclass(frozen=True)
class Address:
    """Where a server of ``alpaca lab`` begins, and the folder it shows."""

    url: str
    folder: Path


@dataclass(frozen=True)
class Servers:
    """A running ``alpaca lab``."""

    student: Address
    instructor: Address
