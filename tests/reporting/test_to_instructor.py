"""The class report and `alpaca show` speak to whoever teaches, not to the student."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import alpaca_course
from alpaca_course.contract.states import fault
from alpaca_course.reporting.to_instructor import to_instructor

PACKAGE = Path(alpaca_course.__file__).parent
# Where notes and reasons are written.
WRITERS = [
    PACKAGE / "contract" / "states.py",
    *sorted((PACKAGE / "intake").glob("*.py")),
    *sorted((PACKAGE / "judging").glob("*.py")),
]
TO_STUDENT = re.compile(r"\byou(rs?)?\b|(^|[.)!?] )(Hand in|Open|Remove|Look which)\b", re.I)


def sentences(path: Path) -> Iterator[str]:
    """Texts that are put together, with a letter for what is filled in; no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
        for part in node.values
    }  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values
            )
        elif isinstance(node, ast.Constant) and id(node) not in alone | parts:
            yield str(node.value)


FOUND = [text for path in WRITERS for text in sentences(path) if TO_STUDENT.search(text)]
# Parts of others, and what is said to whoever builds the lab.
_NOT_TOLD = ("of your own 7", "of your own after '7'", "'7' of your own")


@pytest.mark.parametrize("text", sorted({*FOUND} - {*_NOT_TOLD}))
def test_no_sentence_speaks_to_the_student(text: str) -> None:
    filled = re.sub("^7 of your", "Line 7 of your", text.replace("{}", "light.ipynb"))
    filled = filled.replace("Hand in 7", "Hand in light.ipynb")
    assert not TO_STUDENT.search(to_instructor(filled)), to_instructor(filled)


def test_sentences_stay_sentences() -> None:
    assert len(FOUND) > 15
    assert to_instructor(fault(OSError()).text) == (
        "The grader failed with the notebook (OSError in ?). What is said below may be incomplete."
    )
    assert to_instructor(
        "You handed in a.pdf: a PDF. No notebook was handed in. Hand in b.ipynb."
    ) == (
        "The student handed in a.pdf: a PDF. No notebook was handed in. The student has to hand in "
        "b.ipynb."
    )


@pytest.mark.parametrize(
    "text",
    [
        "The file was handed in as 'your answer to you.ipynb' instead of 'light.ipynb'.",
        "Line 3 of the cell 'Doubling' opens a file: `open('your notebook')`.",
    ],
)
def test_what_somebody_chose_stays(text: str) -> None:
    assert to_instructor(text) == text
