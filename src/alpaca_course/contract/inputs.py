"""What a kernel sees besides the files in its working folder: a course's inputs, a lab's code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class InputMount:
    """A folder that a kernel sees read-only.

    Attributes:
        source: the folder outside.
        place: where the kernel finds it, below a folder of its own in which its working folder is
            ``work``; for example ``work/dataset``.
        variable: name of an environment variable, and the folder below the kernel's own that it
            names; None where none is needed.
    """

    source: Path
    place: str
    variable: tuple[str, str] | None = None


@dataclass(frozen=True)
class EvidenceCode:
    """A lab's collectors, importable in its kernels as ``notebooks.<lab>.evidence``."""

    lab: str
    folder: Path

    @property
    def place(self) -> str:
        """Path below the folder from which kernels import it."""
        return f"notebooks/{self.lab}/evidence"
