"""What is shown of a notebook, as bytes in and bytes out: for a process that may die of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from alpaca_course.rendering import bounds
from alpaca_course.rendering.cells import notebook_of, read
from alpaca_course.rendering.html_cells import html_of, markdown_of


@dataclass(frozen=True)
class Asked:
    """A request.

    Attributes:
        notebook: a notebook file's data.
        as_html: its cells as HTML; otherwise a notebook file's data again.
        as_text: nothing of it but text, where anything else took too long.
        lab_version: for the notebook file.
        notes: Markdown to be shown beside it.
    """

    notebook: dict[str, Any]
    as_html: bool
    as_text: bool = False
    lab_version: str = ""
    notes: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        return json.dumps(vars(self)).encode()


def answer(request: bytes) -> bytes:
    """JSON of ``{"cells", "notes"}`` or of a notebook, for the bytes of an :class:`Asked`."""
    asked = Asked(**json.loads(request))
    budget = bounds.Budget()
    cells = read(asked.notebook, budget, plain=asked.as_text)
    if not asked.as_html:
        made: Any = notebook_of(cells, asked.lab_version, budget, plain=asked.as_text)
    else:
        made = {
            "cells": [asdict(cell) for cell in html_of(cells, budget, as_text=asked.as_text)],
            "notes": [markdown_of(text, budget) for text in asked.notes],
        }
    return json.dumps(made).encode()
