"""Collect evidence in the student's kernel: plain JSON, whatever the student built.

Nothing here judges, and nothing here knows what is right.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alpaca_course.kernel.guard import Guard, Interrupted, describe_error, quiet

SCHEMA_VERSION = 1
MAX_BYTES = 64 * 1024
# How deep below a course's folder an author may have started a kernel.
_LEVELS = 6

Payload = dict[str, Any]


def collect(exercise: str, lab: str, namespace: Mapping[str, Any], challenge: str) -> Payload:
    """Describe what ``namespace`` holds for ``exercise``; never raises for students' code.

    Args:
        exercise: the exercise's id.
        lab: whose collectors describe it.
        namespace: the kernel's global names.
        challenge: 32 hexadecimal digits that the probes derive from.

    Raises:
        ImportError: there is no such lab or exercise.
    """
    collector = collector_of(exercise, lab)
    payload: Payload = {
        "schema_version": SCHEMA_VERSION,
        "exercise": exercise,
        "challenge": challenge,
        "versions": {"python": sys.version.split()[0]},
    }
    guard = Guard()
    with quiet():
        try:
            collector.collect(namespace, challenge, guard, payload)
        except Interrupted as error:
            _note(payload, error.seen)
        except BaseException as error:  # a description that fails is an incomplete description
            _note(payload, describe_error(error))
    return _bounded(payload)


def _note(payload: Payload, error: dict[str, str]) -> None:
    """Say what ended the collection; while the function was first called, the function did."""
    payload["error"] = error
    if payload.get("function") == {"status": "missing"}:
        payload["function"] = {"status": "raised", "error": error}


def collector_of(exercise: str, lab: str) -> Any:
    """The module ``notebooks.<lab>.evidence.<exercise>``.

    Raises:
        ImportError: there is none.
    """
    name = f"notebooks.{lab}.evidence.{exercise}"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        # An author's kernel: the course's folder is above, and not on the path.
        here = Path.cwd()
        for folder in [here, *here.parents][:_LEVELS]:
            if (folder / "notebooks" / lab / "evidence").is_dir():
                sys.path.append(os.fspath(folder))
                importlib.invalidate_caches()
                return importlib.import_module(name)
        raise


def _bounded(payload: Payload) -> Payload:
    """``payload`` unless it is too large or not JSON; then only what it is evidence of."""
    try:
        if len(json.dumps(payload, allow_nan=False)) <= MAX_BYTES:
            return payload
        text = "What the cell built is too large to describe."
    except (TypeError, ValueError, RecursionError):
        text = "What the cell built cannot be described."
    head = {key: payload[key] for key in ("schema_version", "exercise", "challenge", "versions")}
    seen = {**head, "error": {"type": "EvidenceTooLarge", "text": text}}
    if "function" in payload:
        seen["function"] = {"status": "raised", "error": seen["error"]}
    return seen
