"""From a released notebook and solutions to what a student hands in. Pure functions."""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode

from alpaca_course.qualification import header as h


@dataclass(frozen=True)
class ExtraCell:
    """A code cell that a student added, before or after the cell ``anchor``."""

    before: bool
    anchor: str
    source: str


def grade_id(cell: NotebookNode) -> str | None:
    """The cell's grade id in nbgrader's metadata, if it has one."""
    found = cell.metadata.get("nbgrader", {}).get("grade_id")
    return str(found) if found else None


def build_submission(
    release: NotebookNode,
    solutions: Mapping[str, str],
    extra_cells: Sequence[ExtraCell],
    operations: Sequence[h.Operation],
) -> NotebookNode:
    """A filled-in copy of ``release``; that itself is not changed.

    Args:
        release: the notebook as handed out.
        solutions: text by grade id; an empty text leaves the cell as handed out.
        extra_cells: cells to add; several at one place keep their order.
        operations: what else the student (or an accident) did to the notebook.

    Raises:
        KeyError: a cell that a case speaks of is not in the notebook.
    """
    notebook = copy.deepcopy(release)
    for exercise, source in solutions.items():
        if source:
            notebook.cells[_find(notebook, exercise)].source = source.rstrip("\n")
    for number, extra in enumerate(extra_cells):
        cell = nbformat.v4.new_code_cell(extra.source.rstrip("\n"), id=f"added-{number}")
        at = _find(notebook, extra.anchor)
        if not extra.before:
            at += 1
            while at < len(notebook.cells) and notebook.cells[at].id.startswith("added-"):
                at += 1
        notebook.cells.insert(at, cell)
    for operation in operations:
        _apply(notebook, operation)
    return notebook


def _find(notebook: NotebookNode, name: str) -> int:
    for index, cell in enumerate(notebook.cells):
        if name in (grade_id(cell), cell.get("id")):
            return index
    raise KeyError(f"no cell {name!r} in the notebook")


def _apply(notebook: NotebookNode, operation: h.Operation) -> None:
    if isinstance(operation, h.DropMetadata) and operation.cell == "*":
        notebook.metadata = NotebookNode()
        for cell in notebook.cells:
            cell.metadata = NotebookNode()
        return
    at = _find(notebook, operation.cell)
    cell = notebook.cells[at]
    match operation:
        case h.CopyCell():
            twin = copy.deepcopy(cell)
            twin["id"] = f"{cell.id}-copy"
            notebook.cells.insert(at + 1, twin)
        case h.DeleteCell():
            del notebook.cells[at]
        case h.RetypeCell():
            new = {"markdown": nbformat.v4.new_markdown_cell, "raw": nbformat.v4.new_raw_cell}
            notebook.cells[at] = new[operation.to](
                cell.source, id=cell.id, metadata=dict(cell.metadata)
            )
        case h.TagCell():
            cell.metadata["tags"] = list(operation.tags)
        case h.EditMetadata():
            cell.metadata.setdefault("nbgrader", NotebookNode()).update(operation.set)
        case h.DropMetadata():
            cell.metadata = NotebookNode()
        case h.EditSource():
            cell.source = operation.source
        case h.AddCell():
            new_cell = nbformat.v4.new_markdown_cell(operation.source, id=f"{cell.id}-note")
            if operation.attachments:
                new_cell["attachments"] = operation.attachments
            new_cell.cell_type = operation.kind
            notebook.cells.insert(at + 1, new_cell)
        case h.SplitCell():
            lines = cell.source.splitlines(keepends=True)
            second = copy.deepcopy(cell)
            second["id"] = f"{cell.id}-{operation.line}"
            cell.source = "".join(lines[: operation.line]).rstrip("\n")
            second.source = "".join(lines[operation.line :])
            notebook.cells.insert(at + 1, second)


def hand_in(name: str, text: str, written: h.Written | None = None) -> dict[str, bytes]:
    """The file that holds a notebook, by its name.

    Raises:
        KeyError: a text that shall be replaced is not in the file.
    """
    written = written or h.Written()
    for old, new in written.replace.items():
        if old not in text:
            raise KeyError(f"no text {old!r} in the notebook's file")
        text = text.replace(old, new)
    data = (text + written.tail).encode(written.encoding, "replace")
    for archive in written.zips:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
            # A time of its own would make other bytes of the same case each day.
            packed.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        name, data = archive, stream.getvalue()
    return {name: data}
