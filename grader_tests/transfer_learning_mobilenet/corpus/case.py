"""Named solutions of the lab: what a case file holds, and how it is read.

A case file is a percent script. Its docstring is the header (see ``header``). Its cells say only
what differs from the plain solution:

* ``# %% data_augmenter`` (or another graded cell) replaces that cell's solution,
* ``# %% before alpaca_model`` and ``# %% after fine_tuning`` add a cell there,
* ``[[edit]]`` tables in the header change a line or two of the plain solution.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from grader_tests.transfer_learning_mobilenet.corpus.header import (
    EXERCISES,
    KINDS,
    Header,
    HeaderError,
    parse_header,
)
from grader_tests.transfer_learning_mobilenet.corpus.submission import (
    ExtraCell,
    build_submission,
)

CASES = Path(__file__).parent / "cases"
PLAIN = CASES / "plain.py"
_MARKER = re.compile(r"^# %%[ \t]*(.*?)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One named submission.

    Attributes:
        name: ``<kind>/<file name without .py>``.
        header: what it is and what is expected.
        solutions: text of each graded cell, by exercise; empty for a cell left as handed out.
        extra_cells: cells that the case adds, in the order of the file.
        changed: the exercises whose cell differs from the plain solution.
    """

    name: str
    header: Header
    solutions: Mapping[str, str]
    extra_cells: tuple[ExtraCell, ...]
    changed: frozenset[str]

    def notebook(self, release: NotebookNode) -> NotebookNode:
        """The student's hand-in: the released notebook, filled in and changed as the case says."""
        return build_submission(
            release, self.solutions, self.extra_cells, list(self.header.notebook)
        )


def load_cases(folder: Path = CASES) -> list[Case]:
    """All cases below ``folder``, by kind and name.

    Raises:
        HeaderError: a case file is not complete; the text names the file and what is missing.
    """
    plain = plain_solutions()
    return [
        read_case(path, plain) for kind in KINDS for path in sorted((folder / kind).glob("*.py"))
    ]


def plain_solutions() -> dict[str, str]:
    """The plain solution's graded cells, by exercise: what edits start from."""
    _, cells = _split(PLAIN.read_text(encoding="utf-8"), PLAIN.name)
    return dict(cells)


def read_case(path: Path, plain: Mapping[str, str]) -> Case:
    """Read one case file.

    Raises:
        HeaderError: the header or a cell marker is wrong, or an edit does not fit the cell.
    """
    name = f"{path.parent.name}/{path.stem}"
    docstring, cells = _split(path.read_text(encoding="utf-8"), name)
    header = parse_header(docstring, name)
    if header.kind != path.parent.name:
        raise HeaderError(f"{name}: kind: {header.kind!r} does not belong in {path.parent.name}/")
    solutions = {e: plain[e] if header.start == "plain" else "" for e in EXERCISES}
    extra: list[ExtraCell] = []
    for marker, source in cells:
        where, _, anchor = marker.partition(" ")
        if marker in EXERCISES:
            solutions[marker] = source
        elif where in ("before", "after") and anchor:
            extra.append(ExtraCell(before=where == "before", anchor=anchor, source=source))
        else:
            raise HeaderError(
                f"{name}: cell {marker!r}: write `# %% <exercise>`, `# %% before <cell>` "
                "or `# %% after <cell>`"
            )
    for edit in header.edit:
        text = solutions.get(edit.cell)
        if text is None or text.count(edit.old) != 1:
            raise HeaderError(
                f"{name}: edit: {edit.old!r} must stand exactly once in {edit.cell!r}"
            )
        solutions[edit.cell] = text.replace(edit.old, edit.new)
    changed = frozenset(e for e in EXERCISES if solutions[e] != plain[e])
    if not (changed or extra or header.notebook or header.files or header.kind == "demo"):
        raise HeaderError(f"{name}: the case changes nothing")
    return Case(name, header, solutions, tuple(extra), changed)


def _split(text: str, name: str) -> tuple[str, list[tuple[str, str]]]:
    """The docstring of a percent script, and its cells as (marker, source)."""
    head, *_ = _MARKER.split(text, maxsplit=1)
    try:
        docstring = ast.get_docstring(ast.parse(head), clean=True)
    except SyntaxError as error:
        raise HeaderError(f"{name}: the header cannot be read: {error.msg}") from error
    if docstring is None:
        raise HeaderError(f"{name}: the header (a docstring in TOML) is missing")
    return docstring, list(_cells(text))


def _cells(text: str) -> Iterator[tuple[str, str]]:
    markers = list(_MARKER.finditer(text))
    starts = [marker.start() for marker in markers]
    for marker, end in zip(markers, [*starts[1:], len(text)], strict=False):
        yield marker.group(1), text[marker.end() : end].strip("\n") + "\n"
