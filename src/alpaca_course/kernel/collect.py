"""Collect evidence in the student's kernel: plain JSON, whatever the student built.

Nothing here judges, and nothing here knows what is right.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alpaca_course.kernel.guard import Guard, Interrupted, describe_error, quiet
from alpaca_course.kernel.seen import SCHEMA_VERSION, ErrorSeen, EvidenceSeen, FunctionSeen

MAX_BYTES = 64 * 1024
# How deep below a course's folder an author may have started a kernel.
_LEVELS = 6


def collect(
    exercise: str, lab: str, namespace: Mapping[str, Any], challenge: str
) -> dict[str, Any]:
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
    seen = collector.EVIDENCE(
        schema_version=SCHEMA_VERSION,
        exercise=exercise,
        challenge=challenge,
        versions={"python": sys.version.split()[0]},
    )
    head = dataclasses.replace(seen)
    guard = Guard()
    with quiet():
        try:
            collector.collect(namespace, guard, seen)
        except Interrupted as error:  # what was seen until then stays
            _note(seen, error.seen)
        except BaseException as error:  # a description that fails is an incomplete description
            _note(seen, describe_error(error))
    seen.raised = head.raised = guard.raised
    seen.uncertain = head.uncertain = guard.uncertain
    return _bounded(seen, head)


def _note(seen: EvidenceSeen, error: ErrorSeen) -> None:
    """Say what ended the collection; while the function was first called, the function did."""
    seen.error = error
    if getattr(seen, "function", None) == FunctionSeen(status="missing"):
        seen.function = FunctionSeen(status="raised", error=error)  # type: ignore[attr-defined]


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


def _bounded(seen: EvidenceSeen, head: EvidenceSeen) -> dict[str, Any]:
    """``seen`` as plain JSON; where it is too large or cannot be, ``head`` and why."""
    try:
        text = json.dumps(seen, default=_fields, allow_nan=False)
        if len(text) <= MAX_BYTES:
            return json.loads(text)
        why = "What the cell built is too large to describe."
    except BaseException:  # a collector left a value in it that is no JSON
        why = "What the cell built cannot be described."
    _note(head, ErrorSeen(type="EvidenceTooLarge", text=why))
    return json.loads(json.dumps(head, default=_fields))


def _fields(part: Any) -> dict[str, Any]:
    """A dataclass as JSON, without the fields that are as the type has them by default."""
    return {
        field.name: value
        for field in dataclasses.fields(part)
        if (value := getattr(part, field.name)) is not field.default
    }
