"""Evidence as typed data, and its validation. Trusted side only.

Evidence is data from an adversary. :func:`parse` checks size, depth and numbers before anything
else, then types, lengths and ranges with pydantic in strict mode, by the very types that collectors
fill. Nothing is unpickled, evaluated or given to a Keras loader.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from alpaca_course.contract.states import safe
from alpaca_course.kernel.seen import MAX_NUMBER, SCHEMA_VERSION

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_VALUES = 20_000

E = TypeVar("E")


class EvidenceRefused(Exception):  # noqa: N818  it is an answer, not an error
    """The payload is no evidence of this exercise and challenge; ``reason`` is for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse(payload: object, adapter: TypeAdapter[E], *, exercise: str, challenge: str) -> E:
    """Validate evidence as it came out of a kernel.

    Args:
        payload: the decoded JSON value, or its text.
        adapter: of the exercise's type of evidence.
        exercise: the exercise whose test cell sent it.
        challenge: what the execution was asked with.

    Raises:
        EvidenceRefused: whatever is wrong with it, in words; nothing else is ever raised.
    """
    value = _decode(payload) if isinstance(payload, str | bytes) else payload
    check_bounds(value)
    if not isinstance(value, Mapping):
        raise EvidenceRefused("The evidence is not a JSON object.")
    version = value.get("schema_version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise EvidenceRefused(
            "The evidence was made by another version of this grader, which reads version "
            f"{SCHEMA_VERSION} only: grade the submission again."
        )
    if value.get("exercise") != exercise:
        raise EvidenceRefused("The evidence is of another exercise.")
    if value.get("challenge") != challenge:
        raise EvidenceRefused("The evidence answers another challenge than this execution's.")
    try:
        # JSON mode: arrays become tuples, everything else stays strict.
        return adapter.validate_json(json.dumps(value, allow_nan=False), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = safe(".".join(str(part) for part in first["loc"][:6]))
        raise EvidenceRefused(f"The evidence is malformed at {place}: {first['msg']}.") from None
    except (TypeError, ValueError, RecursionError):
        raise EvidenceRefused("The evidence is not plain JSON.") from None


def _decode(text: str | bytes) -> object:
    if len(text) > MAX_BYTES:
        raise EvidenceRefused(f"The evidence is larger than {MAX_BYTES // 1024} KiB.")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise EvidenceRefused("The evidence is not JSON.") from None


def check_bounds(value: object) -> None:
    """Is this plain JSON within bounds: size, depth, finite numbers? Found out without recursion.

    Raises:
        EvidenceRefused: what is wrong with it, in words.
    """
    todo: list[tuple[object, int]] = [(value, 1)]
    values = size = 0
    while todo:
        item, depth = todo.pop()
        values += 1
        if depth > MAX_DEPTH:
            raise EvidenceRefused(f"The evidence is nested deeper than {MAX_DEPTH} levels.")
        if isinstance(item, Mapping | list | tuple | str):
            size += len(item)
        if values > MAX_VALUES or size > MAX_BYTES:
            raise EvidenceRefused("The evidence is too large.")
        if isinstance(item, Mapping):
            if not all(isinstance(key, str) for key in item):
                raise EvidenceRefused("The evidence is not plain JSON.")
            size += sum(len(key) for key in item)
            todo += [(inner, depth + 1) for inner in item.values()]
        elif isinstance(item, list | tuple):
            todo += [(inner, depth + 1) for inner in item]
        elif isinstance(item, str | bool) or item is None:
            pass
        elif isinstance(item, int | float):
            if abs(item) > MAX_NUMBER or math.isnan(item):
                raise EvidenceRefused("The evidence has a number that is not finite or too large.")
        else:
            raise EvidenceRefused("The evidence is not plain JSON.")
