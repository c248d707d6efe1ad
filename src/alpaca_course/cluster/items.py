"""What goes to a worker for one execution, and what comes back: JSON with bounds. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from nbformat import NotebookNode, from_dict
from pydantic import TypeAdapter, ValidationError

from alpaca_course.execution.kernels import RunSpec
from alpaca_course.execution.limits import RunLimits
from alpaca_course.execution.sources import SourceSpec
from alpaca_course.execution.worker import Request
from alpaca_course.sandbox.launch import Setup
from alpaca_course.sandbox.limits import SandboxLimits
from alpaca_course.units import MIB

LARGEST_ITEM = 64 * MIB
HEADER_BYTES = 8192
# "answer": as a local worker answers; "lost" and "output": how an execution ended of which nothing
# came home; "nothing": no kernel could be had; "no bundle": the worker lacks what kernels get;
# "gone": the process that it was meant for is no more, and may have been at it.
Kind = Literal["answer", "lost", "output", "nothing", "no bundle", "gone"]
# What execution looks at in a cell's metadata.
_LOOKED_AT = ("nbgrader", "alpaca", "tags")


class MalformedError(Exception):
    """These bytes are no item, or no reply."""


@dataclass(frozen=True)
class Item:
    """One execution, as plain data.

    Attributes:
        bundle: digest of what its kernel gets besides.
        process: the worker's process that it is meant for: one that was started again meanwhile
            does not execute it once more.
        alone: with no other on the worker.
        kind: used sandboxes, or a new one.
        modules: what the sandbox's first process imports.
        template: name of the module that prepares the lab's template; empty without one.
        prepared: environment of the sandbox.
        sandbox: its limits.
        limits: of the execution.
        challenge: 32 hexadecimal digits.
        environment: of the kernel.
        ready: as a fork of the template.
        notebook: the cells that are code, and where the others stand.
    """

    bundle: str
    process: str
    alone: bool
    kind: Literal["warm", "fresh"]
    modules: tuple[str, ...]
    template: str
    prepared: dict[str, str]
    sandbox: SandboxLimits
    limits: RunLimits
    challenge: str
    environment: dict[str, str]
    ready: bool
    notebook: dict[str, Any]

    @property
    def kernels(self) -> tuple[object, ...]:
        """What has to be the same of executions that share a worker's processes."""
        return self.bundle, self.kind, self.modules, self.template, self.sandbox, self.widest

    @property
    def widest(self) -> RunLimits:
        """Limits that hold for all of these: a fork of the template gets less time than others."""
        most = RunLimits(total_seconds=int(self.sandbox.seconds))
        return replace(most, output_bytes=self.limits.output_bytes)


@dataclass(frozen=True)
class Reply:
    """What came of an item.

    Attributes:
        kind: of the reply.
        accompanied: others ran on the worker meanwhile.
        text: why nothing was executed; empty otherwise.
        body: a worker's answer, still to be checked.
    """

    kind: Kind
    accompanied: bool = False
    text: str = ""
    body: bytes = field(default=b"", repr=False)


_ITEM = TypeAdapter(Item)
_HEADER = TypeAdapter(Reply)


def item_of(request: Request, bundle: str, *, alone: bool) -> Item:
    """``request`` for no process in particular yet, with the notebook's code and nothing else.

    Raises:
        ValueError: it asks for kernels without a sandbox, which are not to be had elsewhere.
    """
    source, spec = request.source, request.spec
    if source.setup is None or source.kind not in ("warm", "fresh"):
        raise ValueError(f"no {source.kind} kernels elsewhere")
    return Item(
        bundle=bundle,
        process="",
        alone=alone,
        kind="warm" if source.kind == "warm" else "fresh",
        modules=source.modules,
        template=source.template,
        prepared=dict(source.setup.environment),
        sandbox=source.setup.limits,
        limits=request.limits,
        challenge=spec.challenge,
        environment=dict(spec.environment),
        ready=spec.ready,
        notebook=code_of(request.notebook),
    )


def code_of(notebook: NotebookNode) -> dict[str, Any]:
    """The code cells with what execution looks at; of the others that they are there."""
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [*map(_lean, notebook.cells)],
    }


def request_of(item: Item, spec: RunSpec, bwrap: Path | None, hidden: tuple[Path, ...]) -> Request:
    """What a local worker is asked for ``item``.

    Args:
        item: what is executed.
        spec: of its bundle.
        bwrap: of this machine.
        hidden: folders of this machine that must not be seen inside.
    """
    setup = Setup(limits=item.sandbox, environment=item.prepared, hidden=hidden, bwrap=bwrap)
    source = SourceSpec(item.kind, setup, item.modules, template=item.template)
    spec = replace(spec, challenge=item.challenge, environment=item.environment, ready=item.ready)
    return Request(source, spec, item.limits, from_dict(item.notebook))


def write_item(item: Item) -> bytes:
    return _json(item)


def read_item(data: object) -> Item:
    """The item in ``data``.

    Raises:
        MalformedError: there is none.
    """
    if not isinstance(data, bytes) or len(data) > LARGEST_ITEM:
        raise MalformedError("no bytes, or too many of them, where an item should be")
    try:
        return _ITEM.validate_json(data, strict=True)
    except ValidationError as error:
        raise MalformedError(
            f"no item: {error.error_count()} things are not as they should"
        ) from error


def write_reply(reply: Reply) -> bytes:
    """A line of JSON, and the body after it."""
    header = {"kind": reply.kind, "accompanied": reply.accompanied, "text": reply.text[-1000:]}
    return _json(header) + b"\n" + reply.body


def read_reply(data: object, largest: int) -> Reply:
    """The reply in what a worker sent.

    Args:
        data: that came; anything at all.
        largest: bytes of its body.

    Raises:
        MalformedError: there is none.
    """
    if not isinstance(data, bytes) or len(data) > largest + HEADER_BYTES:
        raise MalformedError("no bytes, or too many of them, where a reply should be")
    header, line, body = data.partition(b"\n")
    if not line or len(header) > HEADER_BYTES:
        raise MalformedError("a reply without a header")
    try:
        return replace(_HEADER.validate_json(header, strict=True), body=body)
    except ValidationError as error:
        raise MalformedError("a reply with a header that is none") from error


def _lean(cell: NotebookNode) -> dict[str, Any]:
    if cell.cell_type != "code":
        return {"cell_type": "raw", "id": cell.get("id", ""), "metadata": {}, "source": ""}
    metadata = {name: cell.metadata[name] for name in _LOOKED_AT if name in cell.metadata}
    return {
        "cell_type": "code",
        "id": cell.get("id", ""),
        "metadata": metadata,
        "execution_count": None,
        "source": cell.source,
        "outputs": [],
    }


def _json(value: Item | Mapping[str, Any]) -> bytes:
    return json.dumps(value, default=vars).encode()
