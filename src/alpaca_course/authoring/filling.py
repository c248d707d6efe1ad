"""What the build writes into a lab: points, the hidden part of test cells, the lab's own facts.

Points stand in the rules, version, title and policy in ``lab.toml``; the script and the helper
files name them by placeholders such as ``{{ points.total }}``, and nobody writes them twice. In the
page about the rules, which has no other version, the points themselves are written anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nbformat.notebooknode import NotebookNode

from alpaca_course.authoring.problem import Problem
from alpaca_course.contract.regions import HIDDEN_TESTS
from alpaca_course.contract.rule import Exercise
from alpaca_course.lab import Lab

_PLACEHOLDER = re.compile(r"\{\{ ((?:lab|points|policy)\.\w+) \}\}")
# What is meant for one and is none: without its blanks, or of something nearly called so.
_NEARLY = re.compile(r"\{\{\s*(?:lab|points?|policy)\s*\.[^{}\n]*\}\}", re.IGNORECASE)
# An exercise's heading, "## `double`, 20 points", or a rule's row, "| `double.sign` | 8 | …".
_WORTH = re.compile(r"^((?:## |\| )`([\w.]+)`(?:,| \|) )\d+", re.MULTILINE)
_TEXT = (".py", ".md", ".txt", ".html", ".css")
HIDDEN = f"""### {HIDDEN_TESTS.begin}
from alpaca_course.kernel import grade

grade("{{exercise}}", lab="{{lab}}")
### {HIDDEN_TESTS.end}"""


def facts(lab: Lab, points: Mapping[str, int]) -> dict[str, str]:
    """What placeholders stand for.

    Args:
        lab: the lab.
        points: what each exercise is worth.
    """
    return {
        "lab.version": lab.version,
        "lab.title": lab.title,
        "points.total": str(sum(points.values())),
        # An exercise may be called "total": the placeholder means the sum all the same.
        **{f"points.{name}": str(worth) for name, worth in points.items() if name != "total"},
        "policy.words": _policy(lab),
    }


def _policy(lab: Lab) -> str:
    """What a student should know of the policy before handing in.

    It begins with a blank and is empty without a policy, so that it stands right after a sentence.
    """
    said = [*lab.policy.policy().in_words]
    if lab.policy.for_sections:
        said.append(
            "For some sections this is otherwise; your page says what is left of your runs."
        )
    return "".join(f" {each}" for each in said)


def fill_text(text: str, known: Mapping[str, str]) -> str:
    """``text`` with its placeholders filled; unknown ones stay."""
    return _PLACEHOLDER.sub(lambda found: known.get(found[1], found[0]), text)


def fill_files(files: Mapping[str, bytes], known: Mapping[str, str]) -> dict[str, bytes]:
    """Helper files with their placeholders filled; what is no text stays as it is."""
    return {
        name: _fill_bytes(data, known) if name.endswith(_TEXT) else data
        for name, data in files.items()
    }


def fill_page(page: str, exercises: Iterable[Exercise[Any]]) -> str:
    """The page about the rules, with the points of each exercise and rule; unknown ones stay."""
    worth: dict[str, int] = {}
    for each in exercises:
        worth[each.id] = each.points
        worth |= {f"{each.id}.{rule.name}": rule.points for rule in each.rules}
    return _WORTH.sub(
        lambda found: f"{found[1]}{worth[found[2]]}" if found[2] in worth else found[0], page
    )


def _fill_bytes(data: bytes, known: Mapping[str, str]) -> bytes:
    try:
        return fill_text(data.decode(), known).encode()
    except UnicodeDecodeError:  # text of another encoding has no placeholders to speak of
        return data


def add_tests(notebook: NotebookNode, lab: Lab, points: Mapping[str, int]) -> None:
    """Give test cells their points and their hidden part."""
    tests = {each.test_cell: each.cell for each in lab.exercises}
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader", {})
        exercise = tests.get(meta.get("grade_id", ""))
        if exercise is not None and meta["grade"]:
            meta["points"] = points[exercise]
            hidden = HIDDEN.format(exercise=exercise, lab=lab.name)
            cell.source = f"{cell.source}\n{hidden}" if cell.source.strip() else hidden


def unfilled(texts: Mapping[str, str], known: Mapping[str, str]) -> Iterator[Problem]:
    """Placeholders of ``texts`` (where → text) that stand for nothing."""
    for where, text in texts.items():
        for name in dict.fromkeys(_PLACEHOLDER.findall(text)):
            if name not in known:
                there = ", ".join(known)
                yield Problem(where, f"there is no '{name}' to fill in. There is: {there}")
        for found in _NEARLY.finditer(text):
            if not _PLACEHOLDER.fullmatch(found[0]):
                yield Problem(
                    where,
                    f"'{found[0]}' would stay as it is: placeholders are written "
                    "'{{ points.total }}', with one blank on either side",
                )
