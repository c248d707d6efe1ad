"""Of what raised in a fork of the lab's template once, none is tried there again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from alpaca_course.course import Course
from alpaca_course.qualification.case import load_cases
from alpaca_course.qualification.execute import Bench
from alpaca_course.qualification.report import Qualification
from alpaca_course.qualification.run import qualify
from alpaca_course.qualification.seeds import load_raising, write_raising
from tests import light

# What another process might not raise.
FAILS = '''
[[case]]
name = "error_of_the_machine"
title = "ends with an error of the machine"
message = ["gave"]

[[case.edit]]
cell = "double"
old = "    return 2 * x"
new = """
    if x < 0:
        raise RuntimeError('no thread')
    return 2 * x"""
'''


@pytest.fixture(scope="module")
def course(
    new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory
) -> Course:
    made = new_course(tmp_path_factory.mktemp("raising") / "course")
    cases = made.lab().grader_tests / "corpus" / "cases" / "wrong" / "double.negative.toml"
    cases.write_text(cases.read_text() + FAILS)
    return light.with_template(made)


def found(course: Course, raising: frozenset[str] = frozenset()) -> Qualification:
    lab = course.lab()
    bench = Bench(workers=1, many=True, raising=raising)
    return qualify(course, lab, load_cases(lab), bench=bench)


def test_what_raised_is_told_and_executed_plainly_from_then_on(course: Course) -> None:
    first = found(course)
    assert first.holds
    assert 0 < len(first.raising) == first.ways["error"] < len(first.outcomes)
    write_raising(course.lab(), first.raising)
    again = found(course, load_raising(course.lab()) | {"wrong/gone"})
    assert again == first
    assert again.ways == {"template": first.ways["template"], "plain": first.ways["error"]}
    # It is remembered, but for what there is no more.
    assert again.raising == first.raising


def test_a_lab_without_a_list_has_none(pristine: Course) -> None:
    assert load_raising(pristine.lab()) == frozenset()
