"""The lab's percent script as a notebook: the same bytes each time.

Jupytext gives each cell a random id and keeps what it needs for its own round trip in the
metadata. Here ids are the grade ids, or follow from section and position, and only what the
notebook's readers need is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import jupytext
import nbformat
from nbformat.notebooknode import NotebookNode, from_dict

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"name": "python"}
NBGRADER_DEFAULTS = {
    "grade": False,
    "locked": False,
    "schema_version": 3,
    "solution": False,
    "task": False,
}
# Jupytext's own round-trip data, and an `id` written in a cell's header.
_JUPYTEXT_KEYS = {
    "id",
    "cell_marker",
    "lines_to_end_of_cell_marker",
    "lines_to_next_cell",
    "noskipline",
    "skipline",
}
_HEADING = re.compile(r"^#{1,6}\s+(?P<title>.+?)\s*#*$")
_FENCE = re.compile(r"^\s*(```|~~~)")


def read_script(text: str, lab_version: str) -> NotebookNode:
    """The notebook that the py:percent ``text`` describes, without outputs, nbformat 4.5."""
    parsed = jupytext.reads(text, fmt="py:percent")
    cells = [_cell(cell) for cell in parsed.cells]
    for cell, identity in zip(cells, cell_ids(cells), strict=True):
        cell["id"] = identity
    notebook: NotebookNode = from_dict(
        {
            "cells": cells,
            "metadata": {
                "alpaca_course": {"lab_version": lab_version},
                "kernelspec": dict(KERNELSPEC),
                "language_info": dict(LANGUAGE_INFO),
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )
    return notebook


def write_notebook(notebook: NotebookNode) -> bytes:
    """The notebook as nbformat writes it (sorted keys), with one newline at the end."""
    return (nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n").encode()


def grade_id(cell: NotebookNode) -> str | None:
    """The cell's nbgrader id, if it has one."""
    found = cell.metadata.get("nbgrader", {}).get("grade_id")
    return str(found) if found else None


def cell_ids(cells: list[NotebookNode]) -> list[str]:
    """An id for each cell: its grade id, else the section's slug and the position within it.

    Counting within a section keeps the ids of all other sections when a cell is added.
    """
    ids: list[str] = []
    sections: Counter[str] = Counter()
    section, position = "start", 0
    for cell in cells:
        title = first_heading(cell.source) if cell.cell_type == "markdown" else None
        if title is not None:
            slug = _slug(title)
            sections[slug] += 1
            section = slug if sections[slug] == 1 else f"{slug}-s{sections[slug]}"
            position = 0
        position += 1
        ids.append(grade_id(cell) or f"{section}-{position}")
    return ids


def _cell(cell: NotebookNode) -> NotebookNode:
    metadata = {k: v for k, v in cell.metadata.items() if k not in _JUPYTEXT_KEYS}
    if "nbgrader" in metadata:
        metadata["nbgrader"] = {**NBGRADER_DEFAULTS, **metadata["nbgrader"]}
    new = {"cell_type": cell.cell_type, "metadata": metadata, "source": cell.source}
    if cell.cell_type == "code":
        new |= {"execution_count": None, "outputs": []}
    node: NotebookNode = from_dict(new)
    return node


def first_heading(markdown: str) -> str | None:
    fenced = False
    for line in markdown.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (match := _HEADING.match(line)):
            return match["title"]
    return None


def _slug(title: str) -> str:
    plain = re.sub(r"<[^>]*>", "", title)
    plain = unicodedata.normalize("NFKD", plain.casefold()).encode("ascii", "ignore").decode()
    # nbformat allows 64 characters; the counters need some of them.
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].strip("-") or "section"
