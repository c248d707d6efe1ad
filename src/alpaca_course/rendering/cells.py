"""The cells of a notebook that anybody may have made, as a typed allow-list knows them.

What is not named here is not read: metadata, ids and names of the student's, kinds of output beside
the few that are shown, versions, widgets.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from alpaca_course.contract.cells import STUDENT_CELL
from alpaca_course.rendering import bounds
from alpaca_course.rendering.pictures import KINDS, Picture, encoded_again
from alpaca_course.rendering.sanitizing import as_it_stands, harmless_html, harmless_markdown
from alpaca_course.rendering.text import cut

OutputKind = Literal["stream", "error", "display_data", "execute_result"]

# Of an output's data; others are not read.
FORMS = (*KINDS, "text/html", "text/markdown", "text/latex", "text/plain")

NOT_SHOWN = "[An output of a kind that is not shown here.]"
TOO_LARGE = "[An output that is too large or too deeply nested to be shown as a table or text.]"
NO_PICTURE = "[A picture that cannot be shown here: it is damaged or too large.]"
MORE = "[More output, which is not shown here.]"

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NAME = re.compile(r"[\w.-]{1,100}")
_CHECKSUM = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Output:
    """One output: text, and where there is more, either sanitized HTML or a picture."""

    kind: OutputKind
    text: str = ""
    stream: Literal["stdout", "stderr"] = "stdout"
    html: str = ""
    picture: Picture | None = None


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        kind: raw cells are shown as Markdown.
        source: as it was written; nothing is known of it.
        id: made of letters, digits, hyphen and underline, and no other cell's.
        own: the student added it.
        nbgrader: what nbgrader keeps of a cell; empty where it is none of nbgrader's.
        tags: plain words.
        count: of its execution.
        outputs: what it gave.
    """

    kind: Literal["code", "markdown"]
    source: str
    id: str
    own: bool = False
    nbgrader: Mapping[str, bool | int | float | str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    count: int | None = None
    outputs: tuple[Output, ...] = ()

    @property
    def is_test(self) -> bool:
        """Whether its outputs were written by the course, after the kernel's end."""
        return bool(self.nbgrader.get("grade")) and not self.nbgrader.get("solution")

    @property
    def is_theirs(self) -> bool:
        """Whether a student wrote its text."""
        return self.own or bool(self.nbgrader.get("solution"))


def read(notebook: Mapping[str, Any], budget: bounds.Budget, *, plain: bool) -> tuple[Cell, ...]:
    """The cells of a notebook file's data; ``plain`` shows nothing but text of it."""
    taken: set[str] = set()
    cells = notebook.get("cells")
    found = cells if isinstance(cells, Sequence) and not isinstance(cells, str) else ()
    return tuple(
        _cell(cell, index, taken, budget, plain)
        for index, cell in enumerate(found)
        if isinstance(cell, Mapping)
    )


def _cell(
    cell: Mapping[str, Any], index: int, taken: set[str], budget: bounds.Budget, plain: bool
) -> Cell:
    metadata = _mapping(cell.get("metadata"))
    kind: Literal["code", "markdown"] = "code" if cell.get("cell_type") == "code" else "markdown"
    made = Cell(
        kind=kind,
        source=_joined(cell.get("source")),
        id=_identity(cell.get("id"), index, taken),
        own=_mapping(metadata.get("alpaca")).get("origin") == STUDENT_CELL,
        nbgrader=dict(_nbgrader(_mapping(metadata.get("nbgrader")))),
        tags=tuple(
            tag
            for tag in _sequence(metadata.get("tags"))[:10]
            if isinstance(tag, str) and _NAME.fullmatch(tag)
        ),
        count=_count(cell.get("execution_count")),
    )
    outputs = _sequence(cell.get("outputs")) if kind == "code" else []
    return Cell(**{**vars(made), "outputs": tuple(_outputs(outputs, made, budget, plain))})


def _identity(given: Any, index: int, taken: set[str]) -> str:
    found = given if isinstance(given, str) and _ID.fullmatch(given) else f"cell-{index}"
    while found in taken:
        index += 1
        found = f"again-{index}"
    taken.add(found)
    return found


def _nbgrader(given: Mapping[str, Any]) -> Iterator[tuple[str, bool | int | float | str]]:
    for name in ("grade", "solution", "locked", "task"):
        if isinstance(given.get(name), bool):
            yield name, given[name]
    for name, pattern in (("grade_id", _NAME), ("checksum", _CHECKSUM)):
        if isinstance(given.get(name), str) and pattern.fullmatch(given[name]):
            yield name, given[name]
    if given.get("cell_type") in ("code", "markdown", "raw"):
        yield "cell_type", given["cell_type"]
    if _is_number(given.get("points")):
        yield "points", given["points"]
    if _is_number(given.get("schema_version")):
        yield "schema_version", int(given["schema_version"])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and abs(value) < 1e6


def _count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < 1_000_000 else None


def _outputs(
    given: Sequence[Any], cell: Cell, budget: bounds.Budget, plain: bool
) -> Iterator[Output]:
    for number, output in enumerate(given):
        if number >= bounds.MOST_OUTPUTS or budget.text <= 0:
            yield Output("stream", text=f"{MORE}\n")
            return
        made = _output(_mapping(output), cell, budget, plain)
        if made is not None:
            budget.text -= len(made.text) + len(made.html)
            yield made


def _output(
    output: Mapping[str, Any], cell: Cell, budget: bounds.Budget, plain: bool
) -> Output | None:
    kind = output.get("output_type")
    if kind == "stream":
        stream: Literal["stdout", "stderr"] = (
            "stderr" if output.get("name") == "stderr" else "stdout"
        )
        return Output("stream", cut(_joined(output.get("text"))), stream)
    if kind == "error":
        lines = [line for line in _sequence(output.get("traceback")) if isinstance(line, str)]
        said = [each for each in (output.get("ename"), output.get("evalue")) if type(each) is str]
        return Output("error", cut("\n".join(lines) or ": ".join(said)))
    if kind == "display_data":
        return _display("display_data", _mapping(output.get("data")), cell, budget, plain)
    if kind == "execute_result":
        return _display("execute_result", _mapping(output.get("data")), cell, budget, plain)
    return None


def _display(
    kind: OutputKind, data: Mapping[str, Any], cell: Cell, budget: bounds.Budget, plain: bool
) -> Output:
    """The richest of its forms that can be shown, and its text."""
    text = cut(_joined(data.get("text/plain")))
    picture = next((name for name in KINDS if name in data), None)
    if picture and not plain:
        made = encoded_again(_joined(data[picture]), budget)
        return Output(kind, text if made else NO_PICTURE, picture=made)
    reader: Callable[[], str] | None = None
    if "text/html" in data:
        html = _joined(data["text/html"])
        reader = lambda: harmless_html(html, budget, verdict=cell.is_test)  # noqa: E731
    elif "text/markdown" in data:
        reader = lambda: harmless_markdown(_joined(data["text/markdown"]), budget)  # noqa: E731
    if reader and not plain:
        try:
            return Output(kind, text, html=reader())
        except bounds.TooMuchError:
            text = f"{TOO_LARGE}\n{text}"
    latex = cut(_joined(data.get("text/latex")))
    return Output(kind, text or latex or NOT_SHOWN)


def _joined(value: Any) -> str:
    """Text that notebook files keep as one string or as a list of lines."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def notebook_of(
    cells: Sequence[Cell], lab_version: str, budget: bounds.Budget, *, plain: bool
) -> dict[str, Any]:
    """A notebook file's data of format 4.5: what formgrader and JupyterLab show.

    A student's Markdown is in it as the HTML that it becomes.
    """
    metadata: dict[str, Any] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    if lab_version and _NAME.fullmatch(lab_version):
        metadata["alpaca_course"] = {"lab_version": lab_version}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": metadata,
        "cells": [_cell_data(cell, budget, plain) for cell in cells],
    }


def _cell_data(cell: Cell, budget: bounds.Budget, plain: bool) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    if cell.nbgrader:
        metadata["nbgrader"] = dict(cell.nbgrader)
    if cell.own:
        metadata["alpaca"] = {"origin": STUDENT_CELL}
    if cell.tags:
        metadata["tags"] = list(cell.tags)
    found: dict[str, Any] = {
        "cell_type": cell.kind,
        "id": cell.id,
        "metadata": metadata,
        "source": cell.source,
    }
    if cell.kind == "code":
        found["execution_count"] = cell.count
        found["outputs"] = [_output_data(output, cell.count) for output in cell.outputs]
    elif cell.is_theirs:
        found["source"] = (
            as_it_stands(cell.source) if plain else harmless_markdown(cell.source, budget)
        )
    return found


def _output_data(output: Output, count: int | None) -> dict[str, Any]:
    if output.kind == "stream":
        return {"output_type": "stream", "name": output.stream, "text": output.text}
    if output.kind == "error":
        lines = output.text.split("\n")
        return {"output_type": "error", "ename": "", "evalue": "", "traceback": lines}
    data = {"text/plain": output.text}
    if output.html:
        data["text/html"] = output.html
    if output.picture:
        data[output.picture.media_type] = output.picture.data
    found: dict[str, Any] = {"output_type": output.kind, "data": data, "metadata": {}}
    if output.kind == "execute_result":
        found["execution_count"] = count
    return found
