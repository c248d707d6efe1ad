"""Named solutions of a lab: how case files are read.

Cases lie in ``grader_tests/<lab>/corpus/cases/<kind>/``. A file is one of two:

* ``<case>.py``, a percent script. Its docstring is the header, in TOML; its cells say only what
  differs from the plain solution: ``# %% <exercise>`` replaces that cell's solution,
  ``# %% before <cell>`` and ``# %% after <cell>`` add a cell there.
* ``<rule>.toml``, the wrong cases of one rule: a ``[[case]]`` each, with a ``name``. The rule that
  the file is named for comes first among those that fail, without being written again.

``[[edit]]`` tables change a line or two of the plain solution, which is ``plain.py``.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from alpaca_course.contract.by_hand import read_toml
from alpaca_course.contract.rule import Exercise
from alpaca_course.errors import CourseError
from alpaca_course.judging.judge import load_exercises
from alpaca_course.lab import Lab
from alpaca_course.qualification.header import KINDS, Header, Worth, check_header
from alpaca_course.qualification.submission import ExtraCell, build_submission

PLAIN = "plain.py"
_MARKER = re.compile(r"^# %%[ \t]*(.*?)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One named submission.

    Attributes:
        name: ``<kind>/<name of its own>``.
        header: what it is and what is expected.
        solutions: text of each graded cell, by exercise; empty for a cell left as handed out.
        extra_cells: cells that the case adds, in the order of the file.
        changed: the exercises whose cell differs from the plain solution.
        points: what it must get, by exercise.
        honest: what it would get without its attack, by exercise.
    """

    name: str
    header: Header
    solutions: Mapping[str, str]
    extra_cells: tuple[ExtraCell, ...]
    changed: frozenset[str]
    points: Mapping[str, float]
    honest: Mapping[str, float]

    def notebook(self, release: NotebookNode) -> NotebookNode:
        """The student's hand-in: the released notebook, filled in and changed as the case says."""
        return build_submission(
            release, self.solutions, self.extra_cells, list(self.header.notebook)
        )


@dataclass(frozen=True)
class CaseReader:
    """Reads the case files of one lab.

    Attributes:
        folder: ``cases/``.
        plain: the plain solution's graded cells, by exercise: what edits start from.
        worth: the lab's rules.
        advisories: ids of its advisories.
    """

    folder: Path
    plain: Mapping[str, str]
    worth: Worth
    advisories: frozenset[str]

    @classmethod
    def of(cls, lab: Lab) -> CaseReader:
        """The reader of the cases of ``lab``.

        Raises:
            CourseError: the lab has no plain solution, or its rules cannot be loaded.
        """
        folder = lab.grader_tests / "corpus" / "cases"
        exercises = load_exercises(lab).values()
        plain, worth = plain_solutions(folder), worth_of(exercises)
        if set(plain) != set(worth):
            raise CourseError(
                f"{folder / PLAIN} has the cells {', '.join(plain) or 'none'}; the exercises are "
                f"{', '.join(worth)}: it must have one `# %% <exercise>` for each."
            )
        return cls(folder, plain, worth, _advisories(exercises))

    def all(self) -> list[Case]:
        """All cases, by kind and name.

        Raises:
            CourseError: a case is not complete, has another's name, or lies where none is read; the
                text names it and what is wrong.
        """
        files = [path for kind in KINDS for path in (self.folder / kind).glob("[!._]*")]
        known = {PLAIN, *KINDS}
        strays = [path for path in self.folder.glob("[!._]*") if path.name not in known]
        strays += [path for path in files if path.suffix not in (".py", ".toml")]
        if strays:
            listed = ", ".join(sorted(p.relative_to(self.folder).as_posix() for p in strays))
            raise CourseError(
                f"{self.folder}: {listed} would not be read. Cases are files .py and .toml in the "
                f"folders {', '.join(KINDS)}."
            )
        found = [case for path in files for case in self.read(path)]
        count = Counter(case.name for case in found)
        if twice := sorted(name for name in count if count[name] > 1):
            raise CourseError(f"{', '.join(twice)}: more than one case has this name.")
        return sorted(found, key=lambda case: (KINDS.index(case.header.kind), case.name))

    def read(self, path: Path) -> Iterator[Case]:
        """The cases of one file.

        Raises:
            CourseError: a header or a cell marker is wrong, or an edit does not fit the cell.
        """
        kind, text = path.parent.name, path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            name = f"{kind}/{path.stem}"
            docstring, cells = split_script(text, name)
            yield self._case(name, kind, _toml(docstring, name), cells)
            return
        whole = f"{kind}/{path.name}"
        for data in tables(_toml(text, whole), "case", whole):
            name = f"{kind}/{data.get('name', path.name)}"
            own = {key: value for key, value in data.items() if key not in ("name", "cells")}
            own["fails"] = [path.stem, *own.get("fails", [])]
            yield self._case(name, kind, {"kind": kind, **own}, list(data.get("cells", {}).items()))

    def _case(
        self, name: str, kind: str, data: Mapping[str, Any], cells: list[tuple[str, str]]
    ) -> Case:
        header = check_header(data, name, self.worth, set(self.advisories))
        if header.kind != kind:
            raise CourseError(f"{name}: kind: {header.kind!r} does not belong in {kind}/")
        solutions = {e: self.plain[e] if header.start == "plain" else "" for e in self.worth}
        extra: list[ExtraCell] = []
        for marker, source in cells:
            where, _, anchor = marker.partition(" ")
            if marker in self.worth:
                solutions[marker] = source
            elif where in ("before", "after") and anchor:
                extra.append(ExtraCell(before=where == "before", anchor=anchor, source=source))
            else:
                raise CourseError(
                    f"{name}: cell {marker!r}: write `# %% <exercise>`, `# %% before <cell>` "
                    "or `# %% after <cell>`"
                )
        for edit in header.edit:
            text = solutions.get(edit.cell)
            if text is None or text.count(edit.old) != 1:
                raise CourseError(
                    f"{name}: edit: {edit.old!r} must stand exactly once in {edit.cell!r}"
                )
            solutions[edit.cell] = text.replace(edit.old, edit.new)
        changed = frozenset(e for e in self.worth if solutions[e] != self.plain[e])
        around = header.notebook or header.files or header.file is not None or header.written
        if not (changed or extra or around or header.kind == "demo"):
            raise CourseError(f"{name}: the case changes nothing")
        points, honest = header.points(self.worth), header.honest_points(self.worth)
        return Case(name, header, solutions, tuple(extra), changed, points, honest)


def load_cases(lab: Lab) -> list[Case]:
    """All named cases of ``lab``.

    Raises:
        CourseError: one of them is not complete.
    """
    return CaseReader.of(lab).all()


def worth_of(exercises: Any) -> Worth:
    """What each rule of ``exercises`` is worth."""
    return {
        each.id: {f"{each.id}.{rule.name}": rule.points for rule in each.rules}
        for each in exercises
    }


def plain_solutions(folder: Path) -> dict[str, str]:
    """The plain solution's graded cells, by exercise.

    Raises:
        CourseError: ``plain.py`` is missing.
    """
    path = folder / PLAIN
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(f"{path} cannot be read: cases start from it ({error.strerror}).") from (
            error
        )
    _, cells = split_script(text, PLAIN)
    return dict(cells)


def split_script(text: str, name: str) -> tuple[str, list[tuple[str, str]]]:
    """The docstring of a percent script, and its cells as (marker, source).

    Raises:
        CourseError: it has no docstring.
    """
    head, *_ = _MARKER.split(text, maxsplit=1)
    try:
        docstring = ast.get_docstring(ast.parse(head), clean=True)
    except SyntaxError as error:
        raise CourseError(f"{name}: the header cannot be read: {error.msg}") from error
    if docstring is None:
        raise CourseError(f"{name}: the header (a docstring in TOML) is missing")
    return docstring, list(_cells(text))


def _cells(text: str) -> Iterator[tuple[str, str]]:
    markers = list(_MARKER.finditer(text))
    starts = [marker.start() for marker in markers]
    for marker, end in zip(markers, [*starts[1:], len(text)], strict=False):
        yield marker.group(1), text[marker.end() : end].strip("\n") + "\n"


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return read_toml(text)
    except ValueError as error:
        raise CourseError(f"{name}: the header cannot be read. {error}") from error


def tables(data: Mapping[str, Any], key: str, name: str, *others: str) -> list[dict[str, Any]]:
    """The tables ``[[key]]`` of a file of the corpus.

    Args:
        data: what the file holds.
        key: of its tables.
        name: of the file.
        others: keys that it may have besides.

    Raises:
        CourseError: it has another key, which nobody would read, or something else under this one.
    """
    if unknown := sorted(set(data) - {key, *others}):
        raise CourseError(f"{name}: unknown: {', '.join(unknown)}. It holds tables [[{key}]].")
    found = data.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise CourseError(f"{name}: {key} is no list of tables: write [[{key}]] before each.")
    return found


def _advisories(exercises: Any) -> frozenset[str]:
    found: list[Exercise[Any]] = list(exercises)
    return frozenset(f"{each.id}.{name}" for each in found for name, _ in each.advisories)
