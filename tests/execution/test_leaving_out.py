"""Statements and cells that are left out, so that answers are judged for what they are."""

from __future__ import annotations

import ast

import pytest
from nbformat import NotebookNode

from alpaca_course.execution.attempts import fairly
from alpaca_course.execution.cuts import STAYS, Cut
from alpaca_course.execution.leaving_out import without_what_ended, without_what_is_lacking
from alpaca_course.execution.runner import CellRun, Execution
from tests.execution.notebooks import check, error, executed, notebook, own, solution


def lacking(answer: str, name: str, text: str, line: int = 1) -> tuple[str, tuple[Cut, ...]] | None:
    """The answer's cell without what is missing, and what was cut."""
    nb = notebook("import json", solution("one", answer), check("test_one"))
    found = without_what_is_lacking(nb, executed(nb, {1: error(name, text, line)}))
    return None if found is None else (found[0].cells[1].source, found[1])


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("import cv2\nx = 1", "pass\nx = 1"),
        ("import cv2.data as d\nx = 1", "pass\nx = 1"),
        ("from cv2.data import a\nx = 1", "pass\nx = 1"),
        ("import os, cv2\nx = os.sep", "pass\npass"),
        ("import cv2; x = 1", "pass; x = 1"),
        ("def f():\n    import cv2\n    return 1", "def f():\n    pass\n    return 1"),
        ("import cv2\ncv2.go(\n    1)\nx = 1", "pass\npass\n\nx = 1"),
        ("import cv2\nimage = cv2.read()\nprint(image)\nx = 1", "pass\npass\npass\nx = 1"),
        ("import cv2\nwith cv2.open() as f:\n    y = 1\nx = 1", "pass\nif True:\n    y = 1\nx = 1"),
        (
            "import cv2\nwith cv2.open() as f:\n    y = f.read()\nx = 1",
            "pass\nif True:\n    pass\nx = 1",
        ),
        (
            "import cv2\ndef f():\n    cv2.go()\n    return 1",
            "pass\ndef f():\n    pass\n    return 1",
        ),
        ("if True: import cv2\nx = 'ä'; y = 2", "if True: pass\nx = 'ä'; y = 2"),
        ("%matplotlib inline\nimport cv2\nx = 1", "%matplotlib inline\npass\nx = 1"),
        # A name that another cell makes too is not lost.
        ("from cv2 import json\nx = json.dumps(1)", "pass\nx = json.dumps(1)"),
    ],
)
def test_a_missing_module_is_left_out_with_what_needs_it(answer: str, left: str) -> None:
    found = lacking(answer, "ModuleNotFoundError", "No module named 'cv2'")
    assert found is not None
    assert found[0] == left
    assert [(cut.kind, cut.what, cut.place) for cut in found[1]] == [("module", "cv2", "one")]
    ast.parse(found[0].replace("%matplotlib inline", ""))


NO_NETWORK = "URL fetch failure on https://example.org/with_top.h5: None -- no route"


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("def f():\n    a = get()\n    b = a.go()\n    return b", None),
        ("def f():\n    a = get()\n    def g():\n        return a\n    return g", None),
        ("def f():\n    a = get()\n    return 1", "def f():\n    pass\n    return 1"),
        (
            "def f():\n    a = 1\n    a = get()\n    return a",
            "def f():\n    a = 1\n    pass\n    return a",
        ),
    ],
)
def test_what_a_function_goes_on_with_stays(answer: str, left: str | None) -> None:
    line = next(n for n, text in enumerate(answer.split("\n"), 1) if "get()" in text)
    found = lacking(answer, "Exception", NO_NETWORK, line)
    assert found is not None
    assert found[0] == (left or answer)
    assert found[1] == (Cut("network", "Exception", "one", line, "" if left else STAYS),)


def test_what_cannot_be_left_out_is_told_and_executed_once() -> None:
    nb = notebook(
        "x = 1", solution("one", "def f():\n    a = get()\n    return a"), check("test_one")
    )
    asked: list[NotebookNode] = []

    def once(asked_for: NotebookNode) -> Execution:
        asked.append(asked_for)
        return executed(nb, {1: error("Exception", NO_NETWORK, 2)})

    assert fairly(nb, once).cuts == (Cut("network", "Exception", "one", 2, STAYS),)
    assert asked == [nb]


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("for a in bar(b[:c]):\n    d = a", "for a in (b[:c]):\n    d = a"),
        ("for a in bar(b, desc='x', n=bar.N):\n    d = a", "for a in (b):\n    d = a"),
        ("for a in bar(iterable=b):\n    d = a", "for a in (b):\n    d = a"),
        ("for i, a in enumerate(bar(b)):\n    d = a", "for i, a in enumerate((b)):\n    d = a"),
        ("for a in bar(b), c:\n    d = a", "for a in (b), c:\n    d = a"),
        ("for a in bar(\n    b,\n    n=1\n):\n    d = a", "for a in (b):\n\n\n\n    d = a"),
        ("for a in bar(b +\n    c):\n    d = a", "for a in (b +\n    c):\n    d = a"),
        ("d = [a for a in bar(b)]", "d = [a for a in (b)]"),
        ("d = {a: e for a in bar(b) for e in bar(a)}", "d = {a: e for a in (b) for e in (a)}"),
        ("for a in trange(3, 9):\n    d = a", "for a in (range(3, 9)):\n    d = a"),
        (
            "shown = bar(b)\nfor a in shown:\n    shown.say(a)\n    d = a",
            "pass\nfor a in (b):\n    pass\n    d = a",
        ),
        (
            "with bar(total=9) as shown:\n    for a in b:\n        d = a\n        shown.update(1)",
            "if True:\n    for a in b:\n        d = a\n        pass",
        ),
        (
            "with bar(b) as shown:\n    for a in shown:\n        d = a",
            "if True:\n    for a in (b):\n        d = a",
        ),
        (
            "def f(b):\n    for a in bar(b):\n        d = a",
            "def f(b):\n    for a in (b):\n        d = a",
        ),
        (
            "for a in b:\n    for e in bar(a):\n        d = e",
            "for a in b:\n    for e in (a):\n        d = e",
        ),
        ("ä = 'ä'; d = [a for a in bar(ä + c)]", "ä = 'ä'; d = [a for a in (ä + c)]"),
        # Needs more of it than that it wraps something, or nobody knows what.
        ("for a in bar(9):\n    d = a", "pass\n"),
        ("for a in bar(*b):\n    d = a", "pass\n"),
        ("for a in bar():\n    d = a", "pass\n"),
        ("for a in bar(bar.things):\n    d = a", "pass\n"),
        ("for a in bar(b):\n    d = bar.load(a)", "for a in (b):\n    pass"),
        ("d = bar(b)", "pass"),
        ("with bar(b), open(c):\n    d = 1", "pass\n"),
    ],
)
def test_what_a_progress_bar_goes_round_stays(answer: str, left: str) -> None:
    start = "from progress import bar, trange\n"
    found = lacking(start + answer, "ModuleNotFoundError", "No module named 'progress'")
    assert found is not None
    assert found[0] == f"pass\n{left}"
    ast.parse(found[0])


def test_the_line_of_the_statement_is_told() -> None:
    found = lacking("x = 1\nimport cv2\ny = 2", "ModuleNotFoundError", "No module named 'cv2'", 2)
    assert found is not None
    assert found[1][0].line == 2


def test_of_a_package_only_the_part_that_is_missing() -> None:
    text = "No module named 'google.colab'"
    found = lacking(
        "import google.protobuf as g\nfrom google.colab import drive", "ModuleNotFoundError", text
    )
    assert found is not None
    assert found[0] == "import google.protobuf as g\npass"


@pytest.mark.parametrize(
    ("text", "name", "what"),
    [
        ("[Errno 2] No such file or directory: 'config.json'", "FileNotFoundError", "config.json"),
        (
            "[Errno 2] Unable to synchronously open file (unable to open file: "
            "name = 'a/config.json', errno = 2)",
            "FileNotFoundError",
            "a/config.json",
        ),
        ("File not found: filepath=config.json. Please", "ValueError", "config.json"),
    ],
)
def test_a_missing_file_is_named(text: str, name: str, what: str) -> None:
    found = lacking("c = json.load(open('config.json'))\nprint(c)\nx = 1", name, text)
    assert found is not None
    assert found[0] == "pass\npass\nx = 1"
    assert (found[1][0].kind, found[1][0].what) == ("file", what)


def test_a_file_whose_name_is_put_together_is_found_by_the_line() -> None:
    text = "[Errno 2] No such file or directory: 'a/b.csv'"
    found = lacking("x = 1\nopen(f'{x}/b.csv')\ny = 1", "FileNotFoundError", text, 2)
    assert found is not None
    assert found[0] == "x = 1\npass\ny = 1"


def test_nobody_sits_at_the_keyboard() -> None:
    found = lacking("n = int(input('n? '))\nx = 1", "StdinNotImplementedError", "raw_input was ...")
    assert found is not None
    assert found == ("pass\nx = 1", (Cut("keyboard", "input", "one", 1),))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("NameError", "name 'cv2' is not defined"),
        ("ImportError", "cannot import name 'a' from 'b'"),
        ("ModuleNotFoundError", "No module named 'never_imported'"),
        ("SyntaxError", "invalid syntax"),
    ],
)
def test_an_error_of_the_answers_own_changes_nothing(name: str, text: str) -> None:
    assert lacking("x = 1", name, text, line=9) is None


def test_an_error_in_a_function_is_found_by_what_evidence_says() -> None:
    answer = "def f():\n    model = 1\n    draw(model)\n    return model"
    nb = notebook(solution("one", answer), check("test_one"))
    told = {
        "type": "ImportError",
        "text": "You must install pydot (`pip install pydot`).",
        "line": 3,
        "code": "    draw(model)",
    }
    run = executed(nb, payloads=[{"function": {"status": "raised", "error": told}}])
    found = without_what_is_lacking(nb, run)
    assert found is not None
    assert found[0].cells[0].source == answer.replace("draw(model)", "pass")
    assert found[1] == (Cut("module", "pydot", "one", 3),)


def own_import(source: str) -> NotebookNode:
    return notebook(own(source), solution("one", "x = 1"), check("test_one"))


def test_an_own_cell_that_loses_nothing_is_not_executed_again() -> None:
    missing = {0: error("ModuleNotFoundError", "No module named 'cv2'")}
    nb = own_import("import cv2")
    assert without_what_is_lacking(nb, executed(nb, missing)) is None
    nb = own_import("import cv2\nimport os")
    assert without_what_is_lacking(nb, executed(nb, missing)) is not None


def test_the_own_cell_in_which_it_ended_is_left_out() -> None:
    nb = notebook(own("a = 1"), own("kill()\nb = 2"), solution("one", "x = 1"), check("test_one"))
    after = {2: CellRun("not_run"), 3: CellRun("not_run"), 1: CellRun("error")}
    found = without_what_ended(nb, executed(nb, after, ending="died"))
    assert found is not None
    assert [cell.source for cell in found[0].cells[:3]] == ["a = 1", "", "x = 1"]
    assert found[1] == (Cut("cell", "kill()", "at the top", None, "died"),)


def test_where_an_answer_ended_it_own_cells_may_have_been_the_cause() -> None:
    nb = notebook(own("a = 1"), solution("one", "x = 1"), check("test_one"))
    run = executed(nb, {2: CellRun("not_run")}, ending="memory")
    found = without_what_ended(nb, run)
    assert found is not None
    assert found[0].cells[0].source == ""
    # Time is shared already: an answer that takes all of its own keeps it.
    assert without_what_ended(
        nb, executed(nb, {2: CellRun("not_run")}, ending="total_timeout")
    ) is (None)


def test_own_cells_that_took_an_answers_time_are_left_out() -> None:
    nb = notebook(own("a = 1"), own("flood()"), solution("one", "x = 1"), check("test_one"))
    run = executed(nb, {1: CellRun("timeout"), 3: CellRun("not_run")}, ending="total_timeout")
    found = without_what_ended(nb, run)
    assert found is not None
    assert [cell.source for cell in found[0].cells[:3]] == ["a = 1", "", "x = 1"]
    assert found[1] == (Cut("cell", "flood()", "at the top", None, "total_timeout"),)


def test_without_own_cells_nothing_is_left_out() -> None:
    nb = notebook(solution("one", "x = 1"), check("test_one"))
    assert without_what_ended(nb, executed(nb, ending="died")) is None
    assert without_what_ended(nb, executed(nb)) is None
