"""Of the lab's own messages, all that students can get, none is told where only less may be."""

from __future__ import annotations

import functools
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from alpaca_course.contract.codes import code_of
from alpaca_course.contract.states import State
from alpaca_course.contract.verdict import Verdict
from alpaca_course.course import Course
from alpaca_course.gradebook import page_text
from alpaca_course.gradebook.student_page import student_page
from alpaca_course.judging.result import Result
from alpaca_course.lab import Lab
from alpaca_course.policy import View, Visibility
from grader_tests.transfer_learning_mobilenet.tests.evidence import samples
from grader_tests.transfer_learning_mobilenet.tests.test_messages import EVERYTHING

# So many words one after the other are no chance.
GROUP = 3


def groups(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[at : at + GROUP]) for at in range(len(words) - GROUP + 1)}


def said(verdict: Verdict) -> set[str]:
    """Word groups of all that its rules say besides their titles."""
    texts = [remark.text for remark in verdict.advisories]
    for each in verdict.results:
        parts = each.message.parts if each.message else ()
        texts += [each.because, *(text for _, text in parts)]
    return set().union(*map(groups, texts))


@functools.cache
def _lab() -> Lab:
    return Course.find(Path(__file__)).lab("transfer_learning_mobilenet")


def shown(verdict: Verdict, visible: Visibility) -> str:
    """A page of it, as text and as data."""
    result = Result("ann", State.GRADED, verdicts={verdict.exercise: verdict})
    page = student_page(result, _lab(), View(visible))
    return "\n".join([*page_text.lines(page), json.dumps(page_text.data(page, result, _lab()))])


def allowed(verdict: Verdict, visible: Visibility) -> tuple[Any, ...]:
    told = (verdict.exercise, verdict.points, not verdict.results, verdict.own)
    statuses = tuple(each.status for each in verdict.results)
    return (*told, statuses) if visible is Visibility.TITLES else told


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    return [
        samples.verdict_on(samples.edited(exercise, edits), samples.FINGERPRINTS)
        for exercise, edits in EVERYTHING
    ]


@pytest.mark.parametrize("visible", [Visibility.POINTS, Visibility.TITLES])
def test_no_words_of_a_rule_are_told(visible: Visibility, verdicts: list[Verdict]) -> None:
    pages = defaultdict(set)
    titles: set[str] = set()
    words: set[str] = set()
    ids: set[str] = set()
    for verdict in verdicts:
        pages[allowed(verdict, visible)].add(shown(verdict, visible))
        words |= said(verdict)
        titles |= {each.title for each in verdict.results}
        ids |= {each.id for each in verdict.results} | {each.id for each in verdict.advisories}
    assert len(words) > 1000
    assert [which for which, found in pages.items() if len(found) > 1] == []
    everything = "\n".join(page for found in pages.values() for page in found)
    public = groups(_lab().title)
    if visible is Visibility.TITLES:
        public |= set().union(*map(groups, titles))
    assert sorted((words - public) & groups(everything)) == []
    assert [each for each in sorted(ids) if each in everything] == []
    if visible is Visibility.POINTS:
        assert [each for each in sorted(titles) if each in everything] == []
        assert [each for each in sorted(ids) if code_of(each) in everything] == []
