"""What the figures were measured on: without it no figure means anything."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

import psutil

LIBRARIES = ("tensorflow-cpu", "keras", "numpy", "nbgrader", "nbclient", "ipykernel")


def describe() -> dict[str, Any]:
    """Processor, cores, memory in GiB, system, versions, and the load before the measurement."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "user": "root" if os.geteuid() == 0 else "ordinary user",
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in LIBRARIES},
        "load_before": round(os.getloadavg()[0], 1),
    }


def text(facts: dict[str, Any]) -> str:
    """``facts`` in one paragraph."""
    versions = ", ".join(f"{name} {facts[name]}" for name in ("python", *LIBRARIES))
    return (
        f"{facts['processor']}, {facts['cores']} cores, {facts['memory_gib']} GiB, "
        f"{facts['system']}, as {facts['user']}; {versions}; "
        f"load before the start {facts['load_before']}"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
