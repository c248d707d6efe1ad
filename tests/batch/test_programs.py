"""Students with the same program share an execution; what each of them is shown is their own."""

from __future__ import annotations

import re

import nbformat
import pytest

from alpaca_course.batch.grade import Batch, autograded_notebook
from alpaca_course.course import Course
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.judging.records import Record
from alpaca_course.judging.session import GradingSession
from tests import light

WRITTEN = {
    "ann": "# UNQ_C1\ndef double(x):\n    return 2 * x\n\n\nprint(double(4))\n",
    "bob": "# UNQ_C1\n\ndef double(x):\n    'Twice.'\n    return (2 *\n  x)\nprint( double(4) )",
    "cid": "# UNQ_C1\n# I think so\ndef double(x):  # twice\n\treturn 2*x\nprint(double(4),)\n",
}


def grade(course: Course, answers: dict[str, str]) -> dict[str, Record]:
    lab = course.lab()
    for student, double in answers.items():
        light.hand_in(course, student, light.solved(course, double=double))
    with GradingSession(course, lab, workers=2) as session:
        outcomes = list(Batch(session, NbGrader(course, lab)).run(list(answers)))
    assert not [each.error for each in outcomes if each.error]
    return {each.student: each.record for each in outcomes if each.record}


def executions(course: Course) -> int:
    return len(list(course.execution_cache.rglob("*.json")))


def shown(course: Course, student: str) -> str:
    """What stands under the first answer on the student's page."""
    written = nbformat.read(autograded_notebook(course, course.lab(), student), as_version=4)
    return "".join(map(_text, light.cell(written, "double").outputs))


def _text(output: nbformat.NotebookNode) -> str:
    if output["output_type"] == "error":
        return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output["traceback"]))
    return str(output["text"] if "text" in output else output["data"]["text/plain"])


def test_one_execution_serves_all_with_the_same_program(course: Course) -> None:
    records = grade(course, WRITTEN)
    assert {name: each.points for name, each in records.items()} == dict.fromkeys(WRITTEN, 30)
    assert executions(course) == 1
    assert len({each.challenge for each in records.values()}) == 1
    assert len({each.fingerprint for each in records.values()}) == 3
    assert {name: shown(course, name) for name in WRITTEN} == dict.fromkeys(WRITTEN, "8\n")
    # One who comes later finds it there.
    later = grade(course, {"dan": "# UNQ_C1\ndef double(x):\n  return 2 * x\nprint(double(4))"})
    assert later["dan"].challenge == records["ann"].challenge
    assert executions(course) == 1


SEPARATE = {
    "an error names its line": (
        "def double(x):\n    return 2 * x\n1 / 0\n",
        "def double(x):\n    return 2 * x\n\n\n# so it ends\n1 / 0\n",
        ("4 1 / 0", "7 1 / 0"),
    ),
    "a warning names its place": (
        "import warnings\ndef double(x):\n    return 2 * x\nwarnings.warn('careful')\n",
        "import warnings\n\ndef double(x):\n    return 2 * x\nwarnings.warn('careful')\n",
        (":5: UserWarning", ":6: UserWarning"),
    ),
    "a docstring is printed": (
        "def double(x):\n    'one'\n    return 2 * x\nprint(double.__doc__)\n",
        "def double(x):\n    'two'\n    return 2 * x\nprint(double.__doc__)\n",
        ("one\n", "two\n"),
    ),
    "a semicolon keeps a value from being shown": (
        "def double(x):\n    return 2 * x\nprint('b')\ndouble(3)",
        "def double(x):\n    return 2 * x\nprint('b')\ndouble(3);  # quiet",
        ("6", "b\n"),
    ),
}


@pytest.mark.parametrize("case", SEPARATE.values(), ids=list(SEPARATE))
def test_what_can_differ_is_each_ones_own(
    course: Course, case: tuple[str, str, tuple[str, str]]
) -> None:
    """The same program in two texts, which a page must not show alike."""
    *texts, told = case
    answers = {f"s{n}": f"# UNQ_C1\n{text}" for n, text in enumerate((*texts, texts[1]))}
    records = grade(course, answers)
    assert executions(course) == 2
    assert records["s0"].challenge != records["s1"].challenge == records["s2"].challenge
    pages = [shown(course, student) for student in answers]
    assert told[0] in pages[0]
    assert told[0] not in pages[1]
    assert told[1] in pages[1]
    assert pages[1] == pages[2]
    assert {each.points for each in records.values()} == {30.0}


def test_code_that_is_not_plain_shares_with_the_same_text_alone(course: Course) -> None:
    """What a person looks at may look at its own text in more ways than can be listed."""
    first = "# UNQ_C1\nimport inspect\ndef double(x):\n    return 2 * x\n"
    records = grade(course, {"ann": first, "bob": f"{first}# mine\n", "cid": first})
    assert executions(course) == 2
    assert records["ann"].challenge == records["cid"].challenge != records["bob"].challenge


def test_a_hand_in_is_graded_anew_when_its_text_changes(course: Course) -> None:
    """Its page shows the text, so the record of another text is not up to date."""
    grade(course, {"ann": WRITTEN["ann"]})
    grade(course, {"ann": WRITTEN["bob"]})
    written = nbformat.read(autograded_notebook(course, course.lab(), "ann"), as_version=4)
    assert light.cell(written, "double").source == WRITTEN["bob"]
    assert executions(course) == 1
