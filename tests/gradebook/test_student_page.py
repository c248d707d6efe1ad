"""What the student's page says first, of results of every kind, and that it adds up."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace

import nbformat
import pytest

from alpaca_course.contract.appeal import Appeal
from alpaca_course.contract.codes import code_of
from alpaca_course.contract.grade import Score
from alpaca_course.contract.receipt import Receipt
from alpaca_course.contract.states import Note, State
from alpaca_course.contract.verdict import Advisory, Message, RuleResult, Verdict
from alpaca_course.course import Course
from alpaca_course.gradebook.feedback_page import feedback_page, result_box
from alpaca_course.gradebook.shown import Renderer
from alpaca_course.gradebook.student_page import student_page
from alpaca_course.judging.result import Result
from tests import light

POSITIVE = RuleResult(
    "double.positive", "Doubles a positive number", "failed", 0, 12,
    Message("It gave <b>None</b>.", "Twice the number.", "Sums need it.", "Look at return."),
)  # fmt: skip
NEGATIVE = RuleResult(
    "double.negative", "Doubles a negative number", "undecided", 0, 8,
    because="this depends on “Doubles a positive number”.", cause="double.positive",
)  # fmt: skip
WRONG = Verdict("double", "Doubling", 0, 20, (POSITIVE, NEGATIVE), (Advisory("double.n", "Hm."),))
RIGHT = Verdict(
    "total", "The total", 10, 10, (RuleResult("total.value", "Sums up", "passed", 10, 10),)
)
RECEIVED = "2026-11-20T10:00:00+00:00"
SENTENCE = "A person gave 17 of 20 points for Doubling, where grading gives 0."
RESULT = Result(
    "ann",
    State.REPAIRED,
    "Ann <i>A</i>",
    {"double": Score(20, 0, 16, 1), "total": Score(10, 10)},
    2.0,
    verdicts={"double": WRONG, "total": RIGHT},
    repairs=(Note("test.changed", "The check was put back."),),
    comments={"double": "Well *tried* <script>alert(1)</script>", "other": "On a note."},
    on_points={"double": SENTENCE},
    notes=(Note("points.by_hand", SENTENCE), Note("entry.other_file", "About an earlier file.")),
    receipt=Receipt("a<b>.ipynb", "ab" * 32, 77, RECEIVED, "timestamp.txt", "UTC"),
    appeals=(
        Appeal(1, "ann", "double.negative", "double", "Why <u>?", "2026-11-21T08:00:00+00:00"),
        Appeal(2, "ann", "", "", "And?", "2026-11-21", answer="*So.*", answered="2026-11-22T09:00"),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


@pytest.fixture(scope="module")
def page(pristine: Course, renderer: Renderer) -> str:
    notebook = light.solved(pristine, extra=["print('mine')"])
    at = light.position(notebook, "double") - 1
    notebook.cells[at].metadata["alpaca"] = {"origin": "student"}
    return feedback_page(notebook, RESULT, pristine.lab(), renderer)


def words(page: str) -> str:
    body = page.partition("<body")[2].partition(">")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def test_the_answer_comes_first_and_in_order(page: str) -> None:
    said = words(page)
    order = [
        "The light lab",
        "Ann <i>A</i> (ann)",
        "25 of 30 points",
        "State: graded with repairs.",
        "About an earlier file.",
        "Taken off for lateness −2",
        "Total 25 30",
        "File a<b>.ipynb (77 bytes)",
        "Received 2026-11-20 10:00:00 UTC (read in timestamp.txt as UTC)",
        f"SHA-256 {'ab' * 32}",
        "What you asked",
        f"Question 1 , 2026-11-21, about “Doubles a negative number” code "
        f"{code_of('double.negative')} : Why <u>? A person will answer it here.",
        "Question 2 , 2026-11-21: And? Answer , 2026-11-22: So.",
        f"Doubling: 17 of 20 points. code {code_of('double')}",
        f"By a person: {SENTENCE} 1 of these as extra credit.",
        "Comment of a person: Well tried",
        "Not passed: Doubles a positive number (−20, of these 8 for what could not be checked "
        f"because of it) code {code_of('double.positive')}",
        "Seen It gave <b>None</b>. Expected Twice the number. Why Sums need it. Hint Look at "
        "return. Not checked Doubles a negative number: this depends on “Doubles a positive "
        "number”.",
        f"Remarks that cost no points: Hm. code {code_of('double.n')}",
        "The total: 10 of 10 points.",
        "Right: Sums up.",
        "Comment of a person on other: On a note.",
        f"Put right before grading The check was put back. code {code_of('test.changed')}",
        "To ask about a result, name its code.",
        "The notebook as it was run",
    ]
    places = [said.find(each) for each in order]
    assert [text for text, place in zip(order, places, strict=True) if place < 0] == []
    assert places == sorted(places)
    assert said.count(SENTENCE) == 1


def test_rules_with_one_reason_stand_together(pristine: Course) -> None:
    third = replace(NEGATIVE, id="double.zero", title="Doubles zero", max_points=1)
    other = replace(third, id="double.text", title="Doubles a text", because="it has no sum.")
    verdict = replace(WRONG, max_points=22, results=(POSITIVE, NEGATIVE, other, third))
    result = replace(RESULT, verdicts={**RESULT.verdicts, "double": verdict})
    shown = student_page(result, pristine.lab()).exercises[0].losses[0].unchecked
    assert shown == (
        "Doubles a negative number, Doubles zero: this depends on “Doubles a positive number”",
        "Doubles a text: it has no sum",
    )


def test_only_graded_cells_are_open(page: str) -> None:
    folded = re.findall(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", page, re.DOTALL)
    assert folded
    assert not any('class="cell graded' in inside for _, inside in folded)
    assert not re.search(r"<details[^>]* open", page)
    open_ = re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
    assert re.findall(r'class="cell graded code" id="(\w+)"', open_) == [
        "double", "test_double", "total", "test_total",
    ]  # fmt: skip
    assert any("1 of your own" in summary for summary, _ in folded)
    assert 'aria-label="A cell of your own"' in page
    for cell in ("double", "total"):
        assert f'href="#{cell}"' in page
        assert f'href="#result-{cell}"' in page


def test_the_page_is_one_file_without_scripts(page: str) -> None:
    assert not re.search(r"<script|<link|<iframe|\bsrc=.(?!data:)|url\(|@import", page)
    assert "default-src 'none'" in html.unescape(page)


def test_formgraders_page_begins_with_the_same(
    pristine: Course, renderer: Renderer, page: str
) -> None:
    box = result_box(RESULT, pristine.lab(), renderer)
    inner = box.partition("<section")[2].partition("</section>")[0]
    # But for the links to cells, which have no such ids there.
    bare = re.sub(r'\n<p><a href="#\w+">Your answer, as it was run</a></p>', "", page)
    assert inner in bare


def test_hidden_tests_that_somebody_left_in_a_notebook_are_not_shown(
    pristine: Course, renderer: Renderer
) -> None:
    notebook = light.released(pristine)
    cell = light.cell(notebook, "test_double")
    cell.source += "\n### BEGIN HIDDEN TESTS\nsecret = 1\n### END HIDDEN TESTS"
    assert "secret" not in feedback_page(notebook, RESULT, pristine.lab(), renderer)


@pytest.mark.parametrize(
    "result",
    [
        Result("eve", State.REFUSED, reasons=(Note("file.archive", "A zip file."),)),
        Result("eve", State.NEEDS_PERSON, scores={"double": Score(20)}, verdicts={"total": RIGHT}),
        replace(RESULT, scores={}, comments={"double": "x", "odd": "x"}),
    ],
)
def test_results_of_which_parts_are_missing_have_a_page(
    result: Result, pristine: Course, renderer: Renderer
) -> None:
    notebook = nbformat.from_dict(light.released(pristine))
    page = feedback_page(notebook, result, pristine.lab(), renderer)
    assert "of your own" not in page
    for note in result.reasons:
        assert f"{note.text} code {code_of(note.code)}" in words(page)


def test_names_and_words_neither_turn_nor_cover_what_stands_around_them(
    pristine: Course, renderer: Renderer
) -> None:
    tower = "\u0301" * 60
    asked = Appeal(1, "eve", "double", "double", f"Why{tower} \u202e", "2026-11-21")
    result = replace(RESULT, name=f"Eve{tower} \u202eLee", appeals=(asked,))
    notebook = nbformat.from_dict(light.released(pristine))
    for page in (
        feedback_page(notebook, result, pristine.lab(), renderer),
        result_box(result, pristine.lab(), renderer),
    ):
        assert "[U+202E]Lee" in page
        assert "\u202e" not in page
        assert "\u0301" * 10 not in page


def test_what_costs_points_adds_up() -> None:
    shown = student_page(RESULT, _NoLab())  # type: ignore[arg-type]
    double = shown.exercises[0]
    assert [each.points for each in double.losses] == [
        "−20, of these 8 for what could not be checked because of it"
    ]
    assert shown.total == "25"


class _NoLab:
    title, exercises = "A lab", ()
