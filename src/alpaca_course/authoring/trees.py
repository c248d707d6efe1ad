"""Folders as mappings from relative POSIX paths to bytes: read, compared and written."""

from __future__ import annotations

import fnmatch
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Literal

from alpaca_course.authoring.problem import Problem

Files = Mapping[str, bytes]

# What JupyterLab and Python leave beside a notebook; nbgrader ignores the same names
# (CourseDirectory.ignore) when it copies an assignment.
IGNORED = (".ipynb_checkpoints", "*.pyc", "__pycache__")


@dataclass(frozen=True)
class Change:
    """One file of a folder: what happened, or with a dry run would happen, to it."""

    path: str
    action: Literal["wrote", "unchanged", "removed"]


def read_tree(folder: Path, ignore: Iterable[str] = IGNORED) -> dict[str, bytes]:
    """All files below ``folder`` by relative path, sorted; an absent folder has none."""
    patterns = tuple(ignore)
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if any(fnmatch.fnmatch(part, p) for part in relative.parts for p in patterns):
            continue
        if path.is_file():
            found[relative.as_posix()] = path.read_bytes()
    return found


def plan(wanted: Files, present: Files) -> list[Change]:
    """What it takes to turn the files ``present`` into those ``wanted``."""
    changes = [
        Change(path, "unchanged" if present.get(path) == content else "wrote")
        for path, content in wanted.items()
    ]
    changes += [Change(path, "removed") for path in present if path not in wanted]
    return sorted(changes, key=lambda change: change.path)


def apply(folder: Path, wanted: Files, changes: Iterable[Change]) -> None:
    """Carry out ``changes`` in ``folder``; each file is replaced as a whole or not at all."""
    for change in changes:
        path = folder / change.path
        if change.action == "wrote":
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, wanted[change.path])
        elif change.action == "removed":
            path.unlink()


def differences(wanted: Files, present: Files, folder: str) -> Iterator[Problem]:
    """One problem for each file that is missing, extra, or not as ``wanted``."""
    for path, content in wanted.items():
        where = f"{folder}/{path}"
        if path not in present:
            yield Problem(where, "missing")
        elif present[path] != content:
            yield Problem(where, first_difference(path, content, present[path]))
    for path in present:
        if path not in wanted:
            yield Problem(f"{folder}/{path}", "not made by the build: remove it")


def first_difference(path: str, wanted: bytes, present: bytes) -> str:
    """Where two versions of a file part, in words: the cell of a notebook, the line of a text."""
    if path.endswith(".ipynb"):
        try:
            found = _notebook_difference(json.loads(wanted), json.loads(present))
        except (ValueError, KeyError, TypeError, AttributeError):
            found = None
        if found:
            return found
    return _text_difference(wanted, present)


def _notebook_difference(wanted: dict, present: dict) -> str | None:
    ours, theirs = wanted["cells"], present["cells"]
    for position, (a, b) in enumerate(zip(ours, theirs, strict=False), start=1):
        if a == b:
            continue
        where = f"cell {position} '{a['id']}'"
        if a["source"] != b["source"]:
            a_text, b_text = "".join(a["source"]), "".join(b["source"])
            return f"{where}, {_line_difference(a_text.split(chr(10)), b_text.split(chr(10)))}"
        key = next(k for k in sorted({*a, *b}) if a.get(k) != b.get(k))
        return f"{where}, {key}: expected {_short(a.get(key))}, found {_short(b.get(key))}"
    if len(ours) != len(theirs):
        return f"expected {len(ours)} cells, found {len(theirs)}"
    for key in sorted({*wanted, *present}):
        if wanted.get(key) != present.get(key):
            return (
                f"{key} of the notebook: expected {_short(wanted.get(key))}, "
                f"found {_short(present.get(key))}"
            )
    return None


def _text_difference(wanted: bytes, present: bytes) -> str:
    try:
        ours, theirs = wanted.decode(), present.decode()
    except UnicodeDecodeError:
        return f"other bytes (expected {len(wanted)}, found {len(present)})"
    return _line_difference(ours.splitlines(keepends=True), theirs.splitlines(keepends=True))


def _line_difference(ours: list[str], theirs: list[str]) -> str:
    for number, (a, b) in enumerate(zip_longest(ours, theirs), start=1):
        if a != b:
            expected = "nothing" if a is None else _short(a)
            found = "nothing" if b is None else _short(b)
            return f"line {number}: expected {expected}, found {found}"
    return "other line endings"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _replace(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
