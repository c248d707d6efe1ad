"""Nothing of the solutions, the hidden tests or the rules may be in what students receive.

The search runs over squeezed text (no white space, one kind of quotation mark, any case), in
every string of every file: cells, outputs, metadata, helper files, names, bytes of pictures.
A short line like ``metrics=['accuracy']`` can stand in a solution and rightly in a lesson. So a
line counts where the script does not show it anyway, and two solution lines on end always count.
An exercise's own text is no lesson: its hints may not hold a line, nor what one assigns.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from nbformat.notebooknode import NotebookNode

from alpaca_course.authoring.problem import Problem
from alpaca_course.authoring.script import first_heading, grade_id
from alpaca_course.authoring.text import sentences, squeeze, statements, string_literals
from alpaca_course.authoring.trees import Files
from alpaca_course.contract.regions import HIDDEN_TESTS, NBGRADER_MARKERS, SOLUTION

# Squeezed lengths below which text is too common to be a leak. `x=base_model(x,training=False)`
# has 30 characters, `return evidence` 14, `import matplotlib.pyplot` 22.
MIN_LINE = 16
MIN_PAIR = 24
MIN_SENTENCE = 40
MIN_RULE_CODE = 72
MIN_NAME = 15
RULE_WINDOW = 3

_GRADER_ONLY = re.compile(r"\bgrader_tests\b|\b(?:from|import)\s+alpaca_course\b")
_SHORT_ID = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")
_LONG_NAME = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+){2,}$")
_TRIVIAL = re.compile(r"^(import|from|pass|else|try)\b|^return( \w+)?$")
_NOT_RULES = {"corpus", "tests"}
_COMMON_FILES = {"__init__.py", "README.md", "conftest.py"}


@dataclass(frozen=True)
class Secrets:
    """What to look for, each squeezed text with a description that does not repeat it."""

    fragments: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    file_names: Mapping[str, str] = field(default_factory=dict)


def solution_secrets(notebook: NotebookNode) -> Secrets:
    """The solutions and hidden tests of the instructor's ``notebook`` (its regions balanced)."""
    fragments: dict[str, str] = {}
    for position, cell in enumerate(notebook.cells):
        name = grade_id(cell) or cell.get("id", "?")
        lessons = _lessons(notebook, position)
        for region in SOLUTION.regions(cell.source):
            lines = statements(region.text)
            for line in lines:
                for part in (line, _assigned(line)):
                    if _telling(part) and squeeze(part) not in lessons:
                        fragments.setdefault(squeeze(part), f"a line of the solution of '{name}'")
            for pair in _windows(lines, 2, MIN_PAIR):
                fragments.setdefault(pair, f"two lines of the solution of '{name}'")
        for region in HIDDEN_TESTS.regions(cell.source):
            for line in map(squeeze, statements(region.text)):
                if len(line) >= MIN_LINE:
                    fragments.setdefault(line, f"a hidden test of '{name}'")
    return Secrets(fragments)


def rule_secrets(lab: str, rules: Files, exercises: Iterable[str]) -> Secrets:
    """The rules in the Python files of ``grader_tests/<lab>/`` (relative path → bytes).

    Taken are the sentences of its messages, three statements on end, names of three words or
    more, and each rule's id; not from the corpus and the tests, which quote students' code.
    """
    fragments: dict[str, str] = {}
    names: dict[str, str] = {}
    file_names: dict[str, str] = {}
    ids: set[str] = set()
    for path, content in rules.items():
        if not path.endswith(".py") or PurePosixPath(path).parts[0] in _NOT_RULES:
            continue
        where = f"grader_tests/{lab}/{path}"
        tree = ast.parse(content)
        if PurePosixPath(path).name not in _COMMON_FILES:
            file_names[PurePosixPath(path).name] = where
        for literal in string_literals(tree):
            for sentence in map(squeeze, sentences(literal)):
                if len(sentence) >= MIN_SENTENCE:
                    fragments.setdefault(sentence, f"text of {where}")
            ids.add(literal.rpartition(".")[2])
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                ids.add(node.name)
                if _LONG_NAME.match(node.name) and len(node.name) >= MIN_NAME:
                    names.setdefault(node.name, f"a name of {where}")
        code = [line for line in statements(content.decode()) if not _TRIVIAL.match(line)]
        for window in _windows(code, RULE_WINDOW, MIN_RULE_CODE):
            fragments.setdefault(window, f"code of {where}")
    for exercise in exercises:
        for rule in filter(_SHORT_ID.match, ids):
            names.setdefault(f"{exercise}.{rule}", "the id of a rule")
    return Secrets(fragments, names, file_names)


def leaks(release: Files, *secrets: Secrets) -> list[Problem]:
    """Each secret found in the files ``release`` (path → bytes), one problem for each place."""
    found: list[Problem] = []
    file_names = {name: what for s in secrets for name, what in s.file_names.items()}
    for path, content in release.items():
        if (what := file_names.get(PurePosixPath(path).name)) is not None:
            found.append(Problem(path, f"is named like {what}"))
        reported: set[str] = set()
        for place, text in _texts(path, content):
            for what in _found(text, secrets):
                if what not in reported:
                    reported.add(what)
                    found.append(Problem(f"{path}{place}", what))
        found += _results(path, content)
    return found


def _found(text: str, secrets: Iterable[Secrets]) -> Iterator[str]:
    for marker in NBGRADER_MARKERS:
        if marker in text:
            yield f"has nbgrader's marker '{marker}'"
    if _GRADER_ONLY.search(text):
        yield "refers to the grader, which students do not have"
    squeezed = squeeze(text)
    for secret in secrets:
        for fragment, what in secret.fragments.items():
            if fragment in squeezed:
                yield f"has {what}"
        for name, what in secret.names.items():
            if name in text and re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text):
                yield f"has {what}: {name}"


def _texts(path: str, content: bytes) -> Iterator[tuple[str, str]]:
    """(place, text) for every text in a file; of JSON each string by itself, unescaped."""
    if path.endswith((".ipynb", ".json")):
        try:
            yield from _json_texts(json.loads(content), "")
            return
        except ValueError:
            pass
    try:
        yield "", content.decode()
    except UnicodeDecodeError:  # a picture; without its zeros UTF-16 reads as Latin-1
        yield "", content.replace(b"\0", b"").decode("latin-1")


def _json_texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list) and value and all(isinstance(v, str) for v in value):
        yield place, "".join(value)
    elif isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield from _json_texts(item, f"{place} {number}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield place, key
            top = key == "cells" and not place
            yield from _json_texts(item, " cell" if top else f"{place} {key}")


def _results(path: str, content: bytes) -> Iterator[Problem]:
    if not path.endswith(".ipynb"):
        return
    try:
        cells = json.loads(content)["cells"]
    except (ValueError, KeyError, TypeError):
        yield Problem(path, "is not a notebook")
        return
    for position, cell in enumerate(cells, start=1):
        if cell.get("outputs") or cell.get("execution_count") is not None:
            yield Problem(f"{path} cell {position}", "has outputs")


def _lessons(notebook: NotebookNode, position: int) -> str:
    """What the script shows, squeezed, without the text of the exercise solved at ``position``.

    Its text is what stands between the nearest heading above and its cell.
    """
    cells = notebook.cells
    text = [at for at in range(position) if cells[at].cell_type == "markdown"]
    opening = next((at for at in reversed(text) if first_heading(cells[at].source)), position)
    own = {at for at in text if at >= opening}
    return squeeze("\n".join(_public(cell) for at, cell in enumerate(cells) if at not in own))


def _assigned(line: str) -> str:
    """The right-hand side of an assignment to a name; nothing of another statement."""
    name, _, value = line.partition(" = ")
    return value if name.isidentifier() else ""


def _public(cell: NotebookNode) -> str:
    return HIDDEN_TESTS.outside(SOLUTION.outside(cell.source))


def _telling(line: str) -> bool:
    return (
        len(squeeze(line)) >= MIN_LINE
        and not _TRIVIAL.match(line)
        and bool(re.search(r"[=(.]", line))
    )


def _windows(lines: list[str], size: int, least: int) -> Iterator[str]:
    """The squeezed runs of ``size`` neighbouring lines that are at least ``least`` long."""
    for start in range(len(lines) - size + 1):
        run = squeeze("".join(lines[start : start + size]))
        if len(run) >= least:
            yield run
