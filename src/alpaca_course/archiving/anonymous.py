"""A course's files with pseudonyms, for research and for a corpus of solutions."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from alpaca_course.archiving import gradebook
from alpaca_course.archiving.contents import TABLES, Contents, Item
from alpaca_course.contract.ids import spelled
from alpaca_course.contract.receipt import SECRET
from alpaca_course.course import Course
from alpaca_course.lms.pseudonyms import Person, Pseudonyms, is_unspaced, words_of
from alpaca_course.lms.roster import Roster

# Kept of a notebook's own settings and of a cell's: editors write accounts and paths into others.
_NOTEBOOK_SETTINGS = ("kernelspec", "language_info", "alpaca_course")
_CELL_SETTINGS = ("nbgrader", "alpaca", "alpaca_course", "tags")
_PICTURES = ("image/", "application/pdf", "video/", "audio/")
_PLAIN_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"[\w.+@-]+")
_WHY = re.compile(r"""(\bwhy\s*=\s*)("(?:[^"\\\n]|\\.)*"|'[^'\n]*')""")
_TEXT = (".txt", ".md", ".py", ".csv", ".toml", ".json", ".html", ".log")
# What pages show can be made again from the rest; what systems said of hand-ins has their numbers.
_LEFT_OUT = ("feedback", "reports", ".exchange")
_STATE_LEFT_OUT = ("returned", "collected", "replaced", "pages")


def people(course: Course, found: Contents) -> dict[str, Person]:
    """Everybody whose id stands anywhere, with all that is known of them, by id.

    Raises:
        ArchiveError: the gradebook cannot be read.
        RosterError: the roster cannot be read.
    """
    known: dict[str, Person] = {}
    with gradebook.snapshot(course) as path:
        rows = gradebook.students(path) if path else []
    for student, first, last, *others in rows:
        known[spelled(student)] = Person(spelled(student), first, last, tuple(filter(None, others)))
    for each in Roster.load(course).students:
        old = known.get(each.id, Person(each.id))
        more = (each.email, each.lms_user_id, each.canvas_id, each.sis_id, each.sis_login)
        told = dict.fromkeys(filter(None, (*old.others, *more, *each.moodle_ids, each.github)))
        first, last = each.first_name or old.first_name, each.last_name or old.last_name
        known[each.id] = Person(each.id, first, last, tuple(told))
    for student in _in_folders(course, found.items):
        known.setdefault(student, Person(student))
    return known


def _in_folders(course: Course, items: Iterable[Item]) -> set[str]:
    """Ids that are names of folders of students, or of records."""
    found = set()
    for item in items:
        for folder in (course.submitted, course.autograded, course.feedback):
            if item.path.is_relative_to(folder):
                parts = item.path.relative_to(folder).parts
                found.add(spelled(parts[0]) if len(parts) > 1 else "")
        if item.path.parent.parent == course.evidence_store:
            found.add(spelled(item.path.stem))
    return found - {""}


def pseudonyms_for(course: Course, known: Mapping[str, Person]) -> Pseudonyms:
    """A pseudonym for each person, in an order that says nothing."""
    order = list(known)
    random.SystemRandom().shuffle(order)
    width = max(3, len(str(len(order))))
    prefix = "s"
    while any(f"{prefix}{number:0{width}}" in known for number in range(1, len(order) + 1)):
        prefix += "s"
    names = {known[name]: f"{prefix}{at:0{width}}" for at, name in enumerate(order, start=1)}
    return Pseudonyms(names, _vocabulary(course))


def _vocabulary(course: Course) -> set[str]:
    """The words of what students are handed, and of what the rules say."""
    found: set[str] = set()
    for lab in course.labs.values():
        for folder in (lab.release, lab.grader_tests / "rules", lab.folder / "evidence"):
            for path in folder.rglob("*"):
                if path.is_file() and path.suffix in (".ipynb", ".py", ".md", ".txt"):
                    found |= words_of(path.read_text(encoding="utf-8", errors="replace"))
    return found


class Anonymous:
    """What an anonymous archive has of each file.

    Args:
        course: the course.
        pseudonyms: of everybody in it.
    """

    def __init__(self, course: Course, pseudonyms: Pseudonyms) -> None:
        self._course, self._pseudonyms = course, pseudonyms

    def name(self, name: str) -> str:
        """The path of a file of the term, with pseudonyms in it."""
        return "/".join(map(self.student, name.split("/")))

    def text(self, text: str) -> str:
        """What somebody wrote, with pseudonyms in it."""
        return self._pseudonyms.text(text)

    def student(self, student: str) -> str:
        """The pseudonym of an id; of another text what :meth:`text` makes of it."""
        try:
            return self._pseudonyms.of(spelled(student))
        except KeyError:
            return self._pseudonyms.text(student)

    def content(self, item: Item, data: bytes) -> bytes | None:
        """What a file of the term says without names; None where that cannot be told, or need not.

        ``data`` is what it says with them.
        """
        if self._is_left_out(item):
            return None
        if item.path == self._course.roster:
            return self._roster()
        try:
            text = data.decode("utf-8-sig")
            if item.path.suffix in (".ipynb", ".json"):
                return self._json(text)
        except (UnicodeDecodeError, ValueError, RecursionError):
            return None
        if item.path == self._course.deadlines:
            text = _WHY.sub(r'\1""', text)
        return self._pseudonyms.text(text).encode() if item.path.suffix in _TEXT else None

    def _is_left_out(self, item: Item) -> bool:
        top = PurePosixPath(item.name).parts
        of_state = item.path.is_relative_to(self._course.state)
        is_export = len(top) == 1 and item.path.suffix in TABLES
        return (
            top[0] in _LEFT_OUT
            or is_export
            or item.path.name == SECRET
            or (of_state and top[1] in _STATE_LEFT_OUT)
        )

    def _json(self, text: str) -> bytes:
        data = json.loads(text)
        if isinstance(data, dict) and isinstance(data.get("cells"), list):
            data = _bare(data)
        if isinstance(data, dict) and isinstance(data.get("lateness"), dict):
            late = data["lateness"]
            # Why somebody was given more time is nobody's business.
            data["lateness"] = {**late, "why": "", "excused": "excused" * bool(late.get("excused"))}
        return json.dumps(self._pseudonyms.data(data), ensure_ascii=False, indent=1).encode()

    def _roster(self) -> bytes:
        students = [
            {
                "id": self._pseudonyms.of(each.id),
                "sections": [self._pseudonyms.text(section) for section in each.sections],
            }
            for each in Roster.load(self._course).students
        ]
        students.sort(key=lambda each: str(each["id"]))
        return json.dumps({"format": 1, "students": students}, indent=2).encode()


def _bare(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook without settings of editors, and without pictures, which nobody has read."""
    cells = []
    for cell in notebook["cells"]:
        if not isinstance(cell, dict):
            continue
        kept = {name: value for name, value in cell.items() if name != "attachments"}
        kept["metadata"] = _only(cell.get("metadata"), _CELL_SETTINGS)
        if isinstance(cell.get("outputs"), list):
            kept["outputs"] = [_without_pictures(each) for each in cell["outputs"]]
        cells.append(kept)
    return {
        **notebook,
        "cells": cells,
        "metadata": _only(notebook.get("metadata"), _NOTEBOOK_SETTINGS),
    }


def _only(settings: Any, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(settings, dict):
        return {}
    return {name: value for name, value in settings.items() if name in names}


def _without_pictures(output: Any) -> Any:
    if not isinstance(output, dict) or not isinstance(output.get("data"), dict):
        return output
    data = {kind: value for kind, value in output["data"].items() if not kind.startswith(_PICTURES)}
    return {**output, "data": data, "metadata": {}}


def still_there(data: bytes, known: Iterable[Person]) -> list[str]:
    """Ids of those of whom an address or a whole name stands in ``data``: a last look.

    It looks in another way than what put pseudonyms in: for texts as they stand.
    """
    text = spelled(data.decode("utf-8", "replace")).casefold()
    # A whole name is searched for where each of its words is there: a class has a thousand names.
    words = {*_PLAIN_WORD.findall(text)}
    addresses = {*_ADDRESS.findall(text)}
    found = []
    for person in known:
        whole = spelled(f"{person.first_name} {person.last_name}").casefold()
        is_whole = bool(person.first_name and person.last_name)
        unspaced = is_unspaced(whole) and f"{person.last_name}{person.first_name}" in text
        # A login may be a word that the lab uses; an address is nothing else.
        others = {spelled(each).casefold() for each in person.others if "@" in each}
        spaced = is_whole and {*_PLAIN_WORD.findall(whole)} <= words and whole in text
        if spaced or unspaced or addresses & others:
            found.append(person.id)
    return found


def mapping(pseudonyms: Pseudonyms, known: Mapping[str, Person]) -> dict[str, str]:
    """Who is who, by pseudonym: for whoever may know it, and never in the archive."""
    return dict(sorted((pseudonyms.of(student), student) for student in known))
