"""Processes that have little memory together, as in a batch system's job or a container."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

GROUPS = Path("/sys/fs/cgroup/memory")


@contextlib.contextmanager
def job(memory: int) -> Iterator[Path]:
    """The file into which a process writes its number to be in the job; ``memory`` in bytes."""
    group = GROUPS / f"alpaca-test-{os.getpid()}"
    try:
        group.mkdir()
        (group / "memory.limit_in_bytes").write_text(str(memory))
    except OSError as error:
        pytest.skip(f"no control group for memory here: {error}")
    try:
        yield group / "cgroup.procs"
    finally:
        group.rmdir()
