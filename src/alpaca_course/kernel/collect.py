"""Collect evidence in the student's kernel: plain JSON, whatever the student built.

Nothing here judges, and nothing here knows what is right. See ``schema`` for every field.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from alpaca_course.keras_probe import access as access
from alpaca_course.kernel.guard import (
    MAX_NAME,
    Guard,
    Interrupted,
    describe_error,
    one_line,
    quiet,
)
from notebooks.transfer_learning_mobilenet.evidence.alpaca_model import alpaca_model
from notebooks.transfer_learning_mobilenet.evidence.data_augmenter import data_augmenter
from notebooks.transfer_learning_mobilenet.evidence.fine_tuning import fine_tuning

SCHEMA_VERSION = 1
MAX_BYTES = 64 * 1024

Payload = dict[str, Any]
_COLLECTORS: dict[str, Callable[[Mapping[str, Any], str, Guard, Payload], None]] = {
    "data_augmenter": data_augmenter,
    "alpaca_model": alpaca_model,
    "fine_tuning": fine_tuning,
}


def collect(exercise: str, namespace: Mapping[str, Any], challenge: str) -> Payload:
    """Describe what ``namespace`` holds for ``exercise``; never raises for students' code.

    Args:
        exercise: the exercise's id.
        namespace: the kernel's global names.
        challenge: 32 hexadecimal digits that the probes derive from.

    Raises:
        KeyError: there is no such exercise.
    """
    collector = _COLLECTORS[exercise]
    payload: Payload = {
        "schema_version": SCHEMA_VERSION,
        "exercise": exercise,
        "challenge": challenge,
        "lab_version": _lab_version(namespace),
        "versions": {"python": sys.version.split()[0], **access.versions()},
    }
    if exercise != "fine_tuning":
        payload["function"] = {"status": "missing"}
    guard = Guard()
    with quiet():
        try:
            collector(namespace, challenge, guard, payload)
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


def _lab_version(namespace: Mapping[str, Any]) -> str | None:
    version = getattr(namespace.get("lab_checks"), "LAB_VERSION", None)
    return one_line(version, MAX_NAME) if type(version) is str else None


def _bounded(payload: Payload) -> Payload:
    """``payload`` unless it is too large or not JSON; then only what it is evidence of."""
    try:
        if len(json.dumps(payload, allow_nan=False)) <= MAX_BYTES:
            return payload
        text = "What the cell built is too large to describe."
    except (TypeError, ValueError, RecursionError):
        text = "What the cell built cannot be described."
    head = {
        key: payload[key]
        for key in ("schema_version", "exercise", "challenge", "lab_version", "versions")
    }
    seen = {**head, "error": {"type": "EvidenceTooLarge", "text": text}}
    if payload["exercise"] != "fine_tuning":
        seen["function"] = {"status": "raised", "error": seen["error"]}
    return seen
