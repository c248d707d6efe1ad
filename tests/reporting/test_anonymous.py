"""A report for the lecture: nobody can be found in it, wherever a name stands."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace

from alpaca_course.contract.receipt import Receipt
from alpaca_course.contract.states import Note
from alpaca_course.course import Course
from alpaca_course.reporting.anonymous import anonymous
from alpaca_course.reporting.page import render
from alpaca_course.reporting.reading import read_class
from alpaca_course.reporting.records import About, ClassRecord, to_json
from alpaca_course.reporting.summary import summarise
from tests.reporting.conftest import verdict
from tests.reporting.test_report import MADE, shown


def told(course: Course) -> ClassRecord:
    """The class, with names in every text that a student or a person may have written."""
    record = read_class(course, course.lab())
    everywhere = "ADA and Bob.B (bob@example.org), Müller-Lüdenscheid"
    submissions = tuple(
        replace(
            each,
            name="Ada Müller-Lüdenscheid" if each.student == "ada" else each.name,
            reasons=(*each.reasons, Note("gate.code", everywhere)),
            repairs=(Note("file.renamed", everywhere),),
            comments={"data_augmenter": everywhere},
            receipt=Receipt("bob.ipynb", "ab" * 32, 1, "2026-01-01T00:00:00+00:00"),
            verdicts={**each.verdicts, "fine_tuning": verdict("fine_tuning", reason=everywhere)},
        )
        for each in record.submissions
    )
    about = {
        name: replace(known, name=name.title(), sections=("Monday",))
        for name, known in record.about.items()
    }
    about["bob"] = About("Bob", ("Monday",), seconds=3.5, memory=2**30)
    excerpts = {("bob", "data_augmenter"): "# Bob wrote this\nx = 1"}
    return replace(record, submissions=submissions, about=about, excerpts=excerpts)


def test_nobody_is_named_anywhere(graded: Course) -> None:
    record = anonymous(told(graded))
    page = render(record, MADE, graded.reports)
    everything = (page + json.dumps(to_json(record)) + shown(record)).casefold()
    for name in ("ada", "bob", "cleo", "dan", "eve", "fay", "zoe", "müller", "monday", "abab"):
        assert not re.search(rf"\b{name}", re.sub(r"\bevery|\bevent", "", everything)), name
    assert 'href="./' not in page
    assert "x = 1" in page
    assert "Names are pseudonyms" in page


def test_a_name_in_any_spelling_and_script_is_gone(graded: Course) -> None:
    """Two letters may be a whole name; macOS writes an accent apart; some scripts have no space."""
    record = told(graded)
    names = {"ada": "Núria Li", "bob": "小明 王", "cleo": "Zoë Ng"}
    text = "Nu\u0301ria Li und LI; NÚRIA, nuria.li@x.org; 作者王小明的作业; zoe ng; x = 1"
    about = {name: About(names.get(name, "")) for name in record.about}
    excerpts = {("bob", "data_augmenter"): text}
    (found,) = anonymous(replace(record, about=about, excerpts=excerpts)).excerpts.values()
    assert not re.search(r"ria|\bli\b|王|小明|zo|ng", found, re.IGNORECASE), found
    assert "的作业" in found
    assert "x = 1" in found


def test_the_figures_are_the_same(graded: Course) -> None:
    record = told(graded)
    before, after = summarise(record), summarise(anonymous(record))
    assert (before.mean, before.states, before.bins) == (after.mean, after.states, after.bins)
    figures = [
        {(each.id, len(each.failed), each.lost, each.undecided) for each in summary.rules}
        for summary in (before, after)
    ]
    assert figures[0] == figures[1]
    assert {each.seconds for each in anonymous(record).about.values()} >= {3.5}


def test_pseudonyms_are_drawn_anew_and_say_nothing(graded: Course) -> None:
    record = told(graded)
    orders = set()
    for seed in range(20):
        found = anonymous(record, random.Random(seed))
        assert sorted(each.student for each in found.submissions) == [
            each.student for each in found.submissions
        ]
        orders.add(tuple(each.total for each in found.submissions))
    assert len(orders) > 5
