"""Where and by what a cell stopped, as the kernel tells it and as it may lie."""

from __future__ import annotations

from typing import Any

import pytest

from alpaca_course.execution.stops import KEEPS_NOTHING, Stop, stop_of
from tests.execution.notebooks import error

SOURCE = "a = 1\nb = 2\nc = d\n"


def outputs(name: str, text: str, line: int = 3) -> list[dict[str, Any]]:
    return error(name, text, line).outputs


def test_a_cell_that_went_well_stopped_nowhere() -> None:
    assert stop_of(SOURCE, [], "ok") is None
    assert stop_of(SOURCE, [], "skipped") is None


def test_error_line_and_first_line_of_the_message() -> None:
    found = stop_of(SOURCE, outputs("NameError", "name 'd' is not defined\nmore"), "error")
    assert found == Stop("NameError", "name 'd' is not defined", 3)


def test_a_syntax_error_says_its_line_in_its_message() -> None:
    plain = [{**outputs("SyntaxError", "invalid (41.py, line 2)")[0], "traceback": []}]
    assert stop_of(SOURCE, plain, "error") == Stop("SyntaxError", "invalid (41.py, line 2)", 2)


def test_a_line_that_sets_code_apart_is_known() -> None:
    plain = [{**outputs("SyntaxError", "invalid (41.py, line 1)")[0], "traceback": []}]
    for source, fenced in (("```python\na = 1\n```", True), ("a = `1`", False)):
        found = stop_of(source, plain, "error")
        assert found is not None
        assert found.fenced == fenced


def test_the_first_line_of_a_cell_magic_counts_for_the_student() -> None:
    plain = [{**outputs("NameError", "x")[0], "traceback": ["File <timed exec>:2"]}]
    assert stop_of("%%time\na = 1\nb = x", plain, "error") == Stop("NameError", "x", 3)


def test_empty_lines_that_a_cell_begins_with_count_for_the_student() -> None:
    found = stop_of(f"\n  \n{SOURCE}", outputs("NameError", "x"), "error")
    assert found == Stop("NameError", "x", 5)
    plain = [{**outputs("NameError", "x")[0], "traceback": ["File <timed exec>:2"]}]
    assert stop_of("\n%%time\na = 1\nb = x", plain, "error") == Stop("NameError", "x", 4)


@pytest.mark.parametrize("line", [0, 4_000, 10**9])
def test_a_line_that_is_not_there_is_not_told(line: int) -> None:
    found = stop_of(SOURCE, outputs("E", "t", line), "error")
    assert found is not None
    assert found.line is None


def test_a_misplaced_magic_and_one_that_keeps_nothing() -> None:
    said = {
        "output_type": "stream",
        "name": "stderr",
        "text": "UsageError: Line magic function `%%time` not found.\n",
    }
    found = stop_of("# one\n%%time\nx = 1", [said], "error")
    assert found == Stop("UsageError", "Line magic function `%%time` not found.", 2)
    assert stop_of("%%timeit -n1\nx = 1", [], "ok") == Stop(KEEPS_NOTHING, "%%timeit", 1)
    assert stop_of("%%time\nx = 1", [], "ok") is None


def test_a_cell_whose_time_was_up() -> None:
    found = stop_of(SOURCE, outputs("KeyboardInterrupt", ""), "timeout")
    assert found == Stop("KeyboardInterrupt", "", 3, timeout=True)
    assert stop_of(SOURCE, [], "timeout") == Stop("", "", None, timeout=True)


def test_what_the_kernel_says_is_bounded() -> None:
    found = stop_of(SOURCE, outputs("E" * 500, "t" * 5000), "error")
    assert found is not None
    assert (len(found.error), len(found.text)) == (80, 200)
