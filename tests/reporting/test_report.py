"""The class in figures, in words, in the terminal, as JSON and as a page."""

from __future__ import annotations

import html
import io
import itertools
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from alpaca_course.cli import report
from alpaca_course.contract.states import Note, State, printable
from alpaca_course.contract.verdict import Message, RuleResult
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.gradebook.content_policy import hashed
from alpaca_course.judging.result import Result
from alpaca_course.reporting import page
from alpaca_course.reporting.chart import histogram
from alpaca_course.reporting.page import SCRIPT, render
from alpaca_course.reporting.reading import read_class
from alpaca_course.reporting.records import ClassRecord, in_few_words, what_was_seen
from alpaca_course.reporting.summary import (
    Seen,
    distribution,
    summarise,
)
from alpaca_course.reporting.table import class_table
from tests.reporting.conftest import ASSIGNMENT

MADE = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def words(record: ClassRecord) -> dict[str, str]:
    return {s.student: in_few_words(s) for s in record.submissions}


def test_what_went_wrong_dearest_first(graded: Course) -> None:
    assert words(read_class(graded, graded.lab())) == {
        "ada": "",
        "bob": "The flip is vertical: pictures are upside down (−5); "
        "Could not be checked: the model is missing (−5); The base is not frozen (−3)",
        "cleo": "The flip is vertical: pictures are upside down (−5)",
        "dan": "Your code stopped the kernel (−100)",
        "eve": "Two messages came from <one> test cell.",
        "fay [red]": "The file is not a notebook: download it again.",
    }


def test_what_cost_nothing_stands_behind_what_did(graded: Course) -> None:
    cleo = next(s for s in read_class(graded, graded.lab()).submissions if s.student == "cleo")
    noted = replace(cleo, notes=(Note("x.y", "A cell was there twice."),))
    assert in_few_words(noted) == (
        "The flip is vertical: pictures are upside down (−5); A cell was there twice"
    )


def test_many_mistakes_are_counted(graded: Course) -> None:
    bob = next(s for s in read_class(graded, graded.lab()).submissions if s.student == "bob")
    assert in_few_words(bob, most=1).endswith("upside down (−5); and 2 more (−8)")


def test_a_long_sentence_is_cut() -> None:
    result = RuleResult("a.b", "T", "failed", 0, 1, Message("word " * 60, "", ""))
    assert len(what_was_seen(result)) == 100
    assert what_was_seen(result).endswith("…")


def test_figures(graded: Course) -> None:
    summary = summarise(read_class(graded, graded.lab()))
    assert summary.graded == 4
    assert (summary.mean, summary.median) == (70.5, 91)
    assert dict(summary.states) == {
        State.GRADED: 3,
        State.REPAIRED: 1,
        State.NEEDS_PERSON: 1,
        State.REFUSED: 1,
    }
    assert [b.count for b in summary.bins] == [1, 0, 0, 0, 0, 0, 0, 0, 1, 2]
    first = summary.exercises[0]
    assert (first.mean, first.median, first.full, first.count) == (12.5, 15, 1, 4)
    worst = summary.rules[0]
    assert (worst.id, worst.failed, worst.judged) == ("data_augmenter.first", ("bob", "cleo"), 3)
    assert worst.seen == (Seen("The flip is vertical: pictures are upside down", ("bob", "cleo")),)
    assert (worst.lost, worst.expected, worst.why) == (10, "Something else.", "It matters.")
    assert {r.id: r.undecided for r in summary.rules if r.undecided} == {"fine_tuning.first": 1}
    assert [(a.id, a.students) for a in summary.advisories] == [
        ("alpaca_model.uses_argument", ("bob",))
    ]
    assert [s.student for s in summary.attention] == ["eve", "fay [red]"]
    assert [s.student for s in summary.repaired] == ["cleo"]


@given(st.lists(st.floats(-5, 130)), st.sampled_from([100.0, 20.0, 7.0]))
def test_every_total_is_in_one_bin(totals: list[float], most: float) -> None:
    bins = distribution(totals, most)
    assert sum(b.count for b in bins) == len(totals)
    assert bins[-1].high == pytest.approx(most)


def test_full_points_are_in_the_last_bin() -> None:
    assert [b.count for b in distribution([100, 90, 89.9, 0], 100)] == [1, *[0] * 7, 1, 2]


def test_the_chart_speaks(graded: Course) -> None:
    svg = ElementTree.fromstring(histogram(summarise(read_class(graded, graded.lab())).bins))
    title, description = svg[0], svg[1]
    assert title.text == "Distribution of totals"
    assert description.text == (
        "Submissions by total points: 1 from 0–<10, 1 from 80–<90, 2 from 90–100."
    )
    assert svg.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"


class Outline(HTMLParser):
    """Elements of the page as far as accessibility needs them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "line", "rect", "text", "path", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            assert self.open.pop() == tag, f"</{tag}> closes another element"


def test_the_page_is_well_formed_and_accessible(graded: Course) -> None:
    page = Outline(render(read_class(graded, graded.lab()), MADE))
    names = [tag for tag, _ in page.tags]
    assert page.open == []
    assert page.tags[0] == ("html", {"lang": "en"})
    assert names.count("h1") == names.count("main") == 1
    assert names.count("table") == names.count("caption") >= 5
    assert all(
        attributes.get("scope") in ("col", "row") for t, attributes in page.tags if t == "th"
    )
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    targets = [a["href"] for t, a in page.tags if t == "a"]
    assert all(str(target)[1:] in ids for target in targets)


def test_the_page_loads_and_runs_nothing(graded: Course) -> None:
    page = render(read_class(graded, graded.lab()), MADE)
    assert not re.search(r"<link|<img|<iframe|\bsrc=|url\(|https?:", page)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert script == SCRIPT.read_text()
    assert page.count("<script") == 1
    assert f"script-src {hashed(script)}" in html.unescape(page)
    assert not any(a.startswith("on") for _, at in Outline(page).tags for a in at)


def test_text_of_students_is_escaped(graded: Course) -> None:
    page = render(read_class(graded, graded.lab()), MADE)
    assert "Two messages came from &lt;one&gt; test cell." in page
    assert "<one>" not in page


def test_code_of_students_neither_turns_nor_covers_what_stands_around_it(graded: Course) -> None:
    record = read_class(graded, graded.lab())
    tower = "\u202e" + "\u0301" * 60
    cells = itertools.product((each.student for each in record.submissions), record.exercises)
    made = {(student, each.id): f"x = 1  # {tower}\n" for student, each in cells}
    page = render(replace(record, excerpts=made), MADE)
    assert "x = 1  # [U+202E]" in page
    assert "\u202e" not in page
    assert "\u0301" * 10 not in page


def test_the_same_class_gives_the_same_page(graded: Course) -> None:
    assert render(read_class(graded, graded.lab()), MADE) == render(
        read_class(graded, graded.lab()), MADE
    )


def test_a_page_for_a_class_without_submissions() -> None:
    page = render(ClassRecord(ASSIGNMENT, (), (), ("zoe",)), MADE)
    assert "No submission is graded yet." in page
    assert "nothing was handed in: zoe." in page


def shown(record: ClassRecord, width: int = 160) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(class_table(record))
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_a_narrow_terminal_breaks_states_and_cuts_none(graded: Course) -> None:
    lines = shown(read_class(graded, graded.lab()), 40).splitlines()
    states = [line for line in lines if re.search(r"\bgr(ad|…)", line)]
    assert not any("…" in line for line in states), lines


@pytest.mark.parametrize("width", [80, 160])
def test_the_table(graded: Course, width: int) -> None:
    lines = shown(read_class(graded, graded.lab()), width).splitlines()
    assert max(map(len, lines)) <= width
    bob = next(line for line in lines if line.strip().startswith("bob"))
    assert bob.split()[:6] == ["bob", "15", "47", "25", "87", "graded"]
    assert "The flip is" in bob
    assert any("fay [red]" in line and "refused" in line for line in lines)
    assert any(line.strip().startswith("zoe") and line.split()[-1] == "not" for line in lines)


def test_a_terminal_is_not_steered() -> None:
    hostile = Result("a\x1b[2Jb\n\u202ec", State.REFUSED, reasons=(Note("x", "[bold]x\x07"),))
    table = shown(ClassRecord(ASSIGNMENT, (), (hostile,)))
    assert "\x1b" not in table
    assert "\x07" not in table
    assert "[bold]x" in table
    assert printable("a\nb\x00") == "a b�"


class TestCommand:
    def run(self, course: Course, *arguments: str) -> tuple[int, str]:
        app = typer.Typer()
        app.callback()(lambda: None)
        report.register(app)
        environment = {"ALPACA_COURSE_ROOT": str(course.root)}
        result = CliRunner().invoke(
            app, ["report", *arguments], env=environment, catch_exceptions=False
        )
        return result.exit_code, result.stdout

    def test_json_and_page(self, graded: Course) -> None:
        code, output = self.run(graded, "--json")
        assert code == 0
        data = json.loads(output)
        assert data["max_points"] == 100
        bob = next(s for s in data["submissions"] if s["student"] == "bob")
        assert bob["points"] == {"data_augmenter": 15, "alpaca_model": 47, "fine_tuning": 25}
        assert bob["failed"] == ["data_augmenter.first", "alpaca_model.second"]
        assert bob["undecided"] == ["fine_tuning.first"]
        page = graded.reports / f"{ASSIGNMENT}.html"
        assert data["page"] == str(page)
        assert "Class report" in page.read_text()

    def test_the_page_may_go_elsewhere(self, graded: Course) -> None:
        path = graded.root / "somewhere" / "class.html"
        assert self.run(graded, "--output", str(path))[0] == 0
        assert path.is_file()
        assert not graded.reports.exists()

    def test_nothing_graded_is_no_success(self, course: Course) -> None:
        (course.root / "gradebook.db").unlink()
        with pytest.raises(CourseError, match="alpaca grade"):
            self.run(course)


def test_a_page_that_cannot_be_written_leaves_the_one_of_before(
    graded: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "reports" / "page.html"
    record = read_class(graded, graded.lab())
    page.write(record, path, MADE)
    before = path.read_bytes()
    monkeypatch.setattr(page, "render", lambda *_: "half \ud800")
    with pytest.raises(UnicodeEncodeError):
        page.write(record, path, MADE)
    assert path.read_bytes() == before
    assert [*path.parent.iterdir()] == [path]
