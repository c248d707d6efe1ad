"""The whole demonstration with the light lab: certificates, scheduler, two workers, PostgreSQL."""

from __future__ import annotations

import pytest

from alpaca_course.course import Course
from tests.commands import answer
from tests.lacking import lacking

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]

CASE = '''"""
title = "{title}"
kind = "demo"
fails = [{fails}]
state = "graded"
message = [{message}]
"""
# %% double
# UNQ_C1
def double(x):
    return {double}

# %% total
# UNQ_C2
total = base + 7
words = 'sum'
'''


@pytest.fixture
def database() -> None:
    """PostgreSQL's server can be started; else the test is skipped, or fails."""
    from alpaca_course.gradebook.postgres_local import why_not

    if said := why_not():
        lacking("POSTGRES", said)


def test_the_class_gets_what_its_files_say(sandbox: None, database: None, course: Course) -> None:
    cases = course.lab().grader_tests / "corpus" / "cases" / "demo"
    cases.mkdir()
    right = CASE.format(title="everything is right", fails="", message="", double="2 * x")
    wrong = CASE.format(
        title="loses the sign of a number",
        message='"8"',
        fails='"double.negative"',
        double="abs(2 * x)",
    )
    (cases / "right.py").write_text(right)
    (cases / "wrong.py").write_text(wrong)
    found = answer(course, "demo-cluster")
    assert found["as_expected"]
    assert found["scheduler"].startswith("tls://")
    assert [each["student"] for each in found["submissions"]] == ["right", "wrong"]
    assert found["places"]["gradebook"].startswith("postgresql+psycopg://")
