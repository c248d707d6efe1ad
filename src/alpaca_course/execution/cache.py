"""Executions kept by content: the same notebook in the same lab is executed once.

The key names everything that an execution's result depends on. A changed rule is not among it:
rules judge the evidence that is kept here, so they change no execution.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

import alpaca_course.kernel
from alpaca_course.course import Course
from alpaca_course.execution.runner import Execution, executed_cells
from alpaca_course.files import write_atomically

FORMAT = 1
_LIBRARIES = (
    "tensorflow-cpu",
    "tensorflow",
    "keras",
    "numpy",
    "matplotlib",
    "ipykernel",
    "ipython",
)
_SETTINGS = (
    "cell_timeout",
    "total_timeout",
    "memory_limit",
    "process_limit",
    "file_size_limit",
    "disk_limit",
    "output_limit",
    "evidence_limit",
)


def environment_facts(course: Course, files: Mapping[str, bytes]) -> dict[str, Any]:
    """What executions depend on besides the notebook: the same for every submission of a batch.

    Args:
        course: whose settings, weights and pictures are used.
        files: the helper files that a kernel gets, by name.
    """
    return {
        "format": FORMAT,
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in _LIBRARIES},
        "collector": _folder_digest(Path(alpaca_course.kernel.__file__).parent, "*.py"),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
        "weights": _folder_digest(course.keras_home / "models", "*.h5"),
        "pictures": _listing_digest(course.dataset),
        "settings": {name: getattr(course.settings, name) for name in _SETTINGS},
    }


def execution_key(notebook: NotebookNode, facts: Mapping[str, Any]) -> str:
    """The name under which the execution of ``notebook`` is kept: 64 hexadecimal digits."""
    cells = [
        [notebook.cells[index].metadata.get("nbgrader", {}).get("grade_id"), code]
        for index, code in executed_cells(notebook).items()
    ]
    return _digest(json.dumps({"cells": cells, **facts}, sort_keys=True).encode())


class ExecutionCache:
    """A folder of executions; what cannot be read counts as not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"

    def load(self, key: str) -> Execution | None:
        """The execution kept under ``key``; None where there is none or it is damaged."""
        try:
            digest, _, body = self.path(key).read_bytes().partition(b"\n")
            if digest.decode("ascii") != _digest(body):
                return None
            return Execution.from_json(json.loads(body))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def store(self, key: str, execution: Execution) -> None:
        """Keep ``execution``; killed at any moment, the cache is whole.

        Raises:
            OSError: it cannot be written.
        """
        body = json.dumps(execution.to_json(), sort_keys=True).encode()
        write_atomically(self.path(key), _digest(body).encode() + b"\n" + body)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _folder_digest(folder: Path, pattern: str) -> str:
    total = hashlib.sha256()
    for path in sorted(folder.glob(pattern)):
        status = path.stat()
        total.update(
            f"{path.name}:{_file_digest(path, status.st_size, status.st_mtime_ns)}\n".encode()
        )
    return total.hexdigest()


@lru_cache(maxsize=256)
def _file_digest(path: Path, size: int, modified: int) -> str:
    """sha256 of a file; size and time of change are what makes the cached answer stale."""
    return _digest(path.read_bytes())


def _listing_digest(folder: Path) -> str:
    """Names and sizes of the pictures: reading all of them would cost more than it tells."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("*/*")):
        total.update(f"{path.parent.name}/{path.name}:{path.stat().st_size}\n".encode())
    return total.hexdigest()
