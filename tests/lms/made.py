"""Lists and downloads in the shapes that Canvas, Moodle and others give; made for tests.

The shapes are those of the systems' own source, which ``docs/lms.md`` names.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Person:
    """Somebody as the systems know them."""

    login: str
    first: str
    last: str
    number: int
    section: str = "Monday"

    @property
    def email(self) -> str:
        return f"{self.login}@example.edu"

    @property
    def full(self) -> str:
        return f"{self.first} {self.last}".strip()

    @property
    def sortable(self) -> str:
        return f"{self.last}, {self.first}" if self.first else self.last


CLASS = (
    Person("ann", "Ann", "Lee", 101),
    Person("bob", "Sean", "O'Brien", 102),
    Person("eve", "Zoë", "Müller-Lüdenscheidt", 103, "Tuesday"),
    Person("fay", "Мария", "Иванова", 104, "Tuesday"),
    Person("gus", "小明", "王", 105),
    Person("hal", "हरि", "शर्मा", 106),
    Person("ida", "سارة", "علي", 107, "Tuesday"),
)


def canvas_word(person: Person) -> str:
    """A name as Canvas writes it into names of files."""
    kept = "LMN"
    text = person.sortable.lower()
    return "".join(c for c in text if unicodedata.category(c)[0] in kept or c == "_")


def canvas_file(person: Person, file_id: int, name: str, *, late: bool = False) -> str:
    middle = "LATE_" if late else ""
    return f"{canvas_word(person)}_{middle}{person.number}_{file_id}_{name}"


def moodle_folder(person: Person, plugin: str = "file") -> str:
    # What PHP's clean_param(…, PARAM_FILE) takes away in Moodle.
    name = re.sub(r"[&<>\"`|':\\/]", "", person.full.replace("_", " "))
    return f"{name}_{person.number}_assignsubmission_{plugin}"


def canvas_export(people: Iterable[Person], *, separator: str = ",", bom: bool = False) -> bytes:
    """Canvas's gradebook export, with the rows that are nobody's."""
    rows: list[Sequence[object]] = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lab 1 (7)", "Final Score"],
        ["", "", "", "", "", "Manual Posting", ""],
        ["    Points Possible", "", "", "", "", "30", "(read only)"],
        *([p.sortable, p.number, f"S{p.number}", p.login, p.section, "", ""] for p in people),
        ["Student, Test", 999, "", "6fd1", "Monday", "", ""],
    ]
    text = _text(rows, separator)
    return text.encode("utf-8-sig" if bom else "utf-8")


def worksheet(
    people: Iterable[Person], times: Mapping[str, str] | None = None, *, separator: str = ","
) -> bytes:
    """Moodle's grading worksheet."""
    rows: list[Sequence[object]] = [
        ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade",
         "Grade can be changed", "Last modified (submission)", "Last modified (grade)",
         "Feedback comments"],
        *([f"Participant {p.number}", p.full, p.email, "Submitted for grading", "", "30.00", "Yes",
           (times or {}).get(p.login, "-"), "-", ""] for p in people),
    ]  # fmt: skip
    return _text(rows, separator).encode()


def participants(people: Iterable[Person]) -> bytes:
    """What Moodle's page of participants gives."""
    rows: list[Sequence[object]] = [["First name", "Last name", "Email address", "Groups"]]
    rows += [[p.first, p.last, p.email, p.section] for p in people]
    return _text(rows, ",").encode()


def _text(rows: Iterable[Sequence[object]], separator: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    return text.getvalue()


def zipped(
    path: Path, files: Mapping[str, bytes], *, when: tuple[int, ...] = (2026, 12, 1, 12, 0, 0)
) -> Path:
    """A zip archive with these files, packed at ``when``."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, when)  # type: ignore[arg-type]
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return path


def notebook(text: str) -> bytes:
    """Something that differs by ``text``, and is JSON as a notebook is."""
    return json.dumps({"cells": [], "metadata": {"is": text}, "nbformat": 4}).encode()
