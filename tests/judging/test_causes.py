"""Sentences about what stopped a cell: true, harmless, and with something to do."""

from __future__ import annotations

import pytest

from alpaca_course.execution.cuts import STAYS, Cut
from alpaca_course.execution.stops import KEEPS_NOTHING, MAX_TEXT, Stop
from alpaca_course.judging.causes import note, sentence


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        (
            Stop("ModuleNotFoundError", "No module named 'tqdm'", 8),
            "Your cell stopped in line 8 with ModuleNotFoundError: No module named 'tqdm'; what "
            "follows was judged on what was there by then.",
        ),
        (Stop("ValueError", "", None), "Your cell stopped with ValueError; what follows"),
        (
            Stop("ValueError", "Expected `metrics` to be a list. Received: <class 'str'>", 9),
            "with ValueError: Expected 'metrics' to be a list. Received: str; what follows",
        ),
        (
            Stop("ValueError", ("Argument `rate` is " + "long " * 60)[:MAX_TEXT], 9),
            "long long...; what follows",
        ),
        (Stop("", "", None), "Your cell stopped with an error; what follows"),
        (
            Stop("KeyboardInterrupt", "", 3, timeout=True),
            "longer than a cell may and was stopped in line 3",
        ),
        (
            Stop("StdinNotImplementedError", "raw_input was called", 1),
            "waits for the keyboard in line 1",
        ),
        (
            Stop("SyntaxError", "invalid character '“' (U+201C) (41.py, line 3)", 3),
            "Python cannot read line 3 of your cell, so nothing of it ran: the line holds the "
            "character U+201C (left double quotation mark)",
        ),
        (Stop("ValueError", "Not recognized: {'lr': 0.1}", 4), "Not recognized: ('lr': 0.1)"),
        (Stop("SyntaxError", "x U+110000 (U+FFFFFF)", 3), "a character without name"),
        (Stop("SyntaxError", "invalid", 1, fenced=True), "three backticks"),
        (Stop("TabError", "inconsistent use", 4), "tabs and spaces are mixed"),
        (
            Stop("SyntaxError", "'(' was never closed (41.py, line 3)", 3),
            "(SyntaxError: '(' was never closed).",
        ),
        (Stop("UsageError", "Line magic function `%%time` not found.", 2), "first of its cell"),
        (Stop(KEEPS_NOTHING, "%%timeit", 1), "begins with %%timeit"),
    ],
)
def test_the_cause_comes_first_and_says_the_line(stop: Stop, words: str) -> None:
    assert words in sentence(stop)


def test_what_a_kernel_says_is_harmless() -> None:
    evil = "<script>alert(1)</script> [x](javascript:y) ![i](z) `code` " * 20
    for stop in (Stop(evil, evil, 1), Stop("SyntaxError", evil, 1)):
        said = sentence(stop)
        assert not set("<>[]`!") & set(said)
        assert len(said) < 600
    said = (
        note(Cut("module", evil, evil, 3)).text + note(Cut("cell", evil, "one", None, "died")).text
    )
    assert not set("<>[]`!") & set(said.replace(evil, ""))


@pytest.mark.parametrize(
    ("cut", "code", "words"),
    [
        (
            Cut("module", "cv2", "one", 2),
            "left_out.module",
            "Line 2 of the cell 'one' needs the module 'cv2'",
        ),
        (
            Cut("module", "keras.wrappers.old", "one", 2),
            "left_out.module",
            "'keras.wrappers.old', which the versions on the grader's machine do not have",
        ),
        (
            Cut("file", "a.csv", "after one", 1),
            "left_out.file",
            "of your own after 'one' needs the file 'a.csv'",
        ),
        (Cut("keyboard", "input", "one", 1), "left_out.keyboard", "waits for the keyboard"),
        (Cut("network", "URLError", "one", 1), "left_out.network", "needs the network"),
        (Cut("network", "URLError", "one", 1, STAYS), "left_out.network", "judged as it is"),
        (
            Cut("cell", "kill()", "at the top", None, "died"),
            "own_cell.left_out",
            "The cell of your own at the top that begins with 'kill()' ended Python",
        ),
        (Cut("cell", "fit()", "after one", None, "timeout"), "own_cell.left_out", "took longer"),
    ],
)
def test_what_was_left_out_is_named(cut: Cut, code: str, words: str) -> None:
    assert note(cut).code == code
    assert words in note(cut).text
