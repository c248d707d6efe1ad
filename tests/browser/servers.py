"""Where the servers of ``alpaca lab`` are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

STUDENT = "ada"


@dataclass(frozen=True)
class Address:
    """Where a server of ``alpaca lab`` begins, and the folder it shows."""

    url: str
    folder: Path


@dataclass(frozen=True)
class Lab:
    """A running ``alpaca lab``."""

    student: Address
    instructor: Address
