"""The student's page and the class report as people meet them: narrow and wide, light and dark."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from playwright.sync_api import Browser, Page
from typer.testing import CliRunner

from alpaca_course import cli
from alpaca_course.contract.codes import code_of
from alpaca_course.course import Course
from tests import light
from tests.browser.accessibility import grave_findings
from tests.light import ASSIGNMENT, NOTEBOOK

WIDTHS = (360, 800, 1280)
SCHEMES = ("light", "dark")
LONG = "Wolfeschlegelsteinhausenbergerdorff-von-und-zu-Oberunterschleißheim"
NAMES = {"ann": "Ann", "bob": LONG, "cy": "Владимир", "dee": "李小龍", "eve": "Eve"}
ROSTER = ("Monday", "Tuesday")
TABLE = (
    "from IPython.display import HTML, display\n"
    "display(HTML('<table><tr>' + '<td>a_wide_column_of_a_table</td>' * 30 + '</tr></table>'))\n"
    "print('x' * 500)"
)
# What stands beyond the window, or beyond what its own box shows, and cannot be scrolled to.
_CUT = """
() => {
  const scrolls = e => { for (let p = e.parentElement; p; p = p.parentElement)
      if (['auto', 'scroll'].includes(getComputedStyle(p).overflowX)) return true;
    return false; };
  return [...document.body.querySelectorAll('*')].filter(e => {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (!box.width || scrolls(e)) return false;
    const beyond = box.right > document.documentElement.clientWidth + 1 || box.left < -1;
    const hides = ['hidden', 'clip'].includes(style.overflowX)
      && e.scrollWidth > e.clientWidth + 1;
    return beyond || hides;
  }).map(e => e.outerHTML.slice(0, 120));
}
"""


@dataclass(frozen=True)
class Shown:
    """The files to look at, by name."""

    course: Course
    files: dict[str, Path]


def alpaca(course: Course, *arguments: str) -> str:
    done = CliRunner().invoke(cli.app, arguments, env={"ALPACA_COURSE_ROOT": str(course.root)})
    assert done.exit_code in (0, 3), (done.stdout, done.stderr, done.exception)
    return done.stdout


def _hand_in(course: Course) -> None:
    wrong = light.solved(course, double=light.WRONG_DOUBLE, extra=[TABLE])
    wrong.cells += [
        new_markdown_cell(f"# A note\n\n{'word' * 200}\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
        new_code_cell("y = {'a': 1}  # a comment\nprint(y)"),
    ]
    light.hand_in(course, "ann", wrong)
    light.hand_in(course, "bob", light.solved(course, double=light.WRONG_DOUBLE))
    stopped = light.solved(course, double="# UNQ_C1\ndef double(x):\n    return None\n",
                           total="# UNQ_C2\n1 / 0\n")  # fmt: skip
    light.hand_in(course, "cy", stopped)
    light.hand_in(course, "dee", light.solved(course), "a final version (2).ipynb")
    light.hand_in(course, "eve", b"{")


def _roster(course: Course) -> None:
    with (course.root / "people.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "first_name", "last_name", "email", "section"])
        for number, (student, name) in enumerate([*NAMES.items(), ("zoe", "Zoe")]):
            writer.writerow([student, name, "X", f"{student}@example.org", ROSTER[number % 2]])
    alpaca(course, "roster", "import", str(course.root / "people.csv"))


@pytest.fixture(scope="module")
def shown(new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory) -> Shown:
    if not cli.app.registered_commands:
        cli._register()
    course = new_course(tmp_path_factory.mktemp("looked-at") / "course")
    (course.root / "deadlines.toml").write_text(
        f'zone = "UTC"\n[labs.{ASSIGNMENT}]\ndue = 2026-11-20T10:00:00\n'
        "penalty = { percent = 10 }\n"
    )
    _roster(course)
    _hand_in(course)
    time = course.submitted / "bob" / ASSIGNMENT / "timestamp.txt"
    time.write_text("2026-11-21 12:00:00 UTC")
    alpaca(course, "grade")
    rule = code_of("double.negative")
    alpaca(course, "comment", rule, "Think of *signs*, and of `abs`.")
    asked = course.root / "asked.csv"
    asked.write_text(f"student,code,words\nann,{rule},{'Why ' * 40}\nbob@example.org,,And me?\n")
    alpaca(course, "appeals", "import", str(asked))
    alpaca(course, "appeals", "answer", "1", "Because of `abs`.")
    alpaca(course, "feedback")
    alpaca(course, "report")
    alpaca(course, "report", "--anonymous")
    pages = {name: course.feedback / name / ASSIGNMENT / f"{NOTEBOOK}.html" for name in NAMES}
    return Shown(
        course,
        {
            **pages,
            "report": course.reports / f"{ASSIGNMENT}.html",
            "anonymous": course.reports / f"{ASSIGNMENT}.anonymous.html",
        },
    )


@pytest.fixture(params=[(w, s) for w in WIDTHS for s in SCHEMES], ids=lambda p: f"{p[1]}-{p[0]}")
def window(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", ["ann", "cy", "eve", "report", "anonymous"])
def test_nothing_is_cut_off_and_everybody_can_read_it(
    name: str, shown: Shown, window: Page, shots: Path, request: pytest.FixtureRequest
) -> None:
    asked: list[str] = []
    window.on("request", lambda request: asked.append(request.url))
    window.goto(shown.files[name].as_uri())
    which = request.node.callspec.id.replace("/", "-")
    window.screenshot(path=shots / f"30-{which}.png", full_page=True)
    assert window.evaluate(_CUT) == []
    assert grave_findings(window) == []
    # And with all that can be unfolded.
    window.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
    assert window.evaluate(_CUT) == []
    assert grave_findings(window) == []
    small = window.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.childNodes.length && "
        "[...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && "
        "!e.closest('svg') && parseFloat(getComputedStyle(e).fontSize) < 12)"
        ".map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_the_first_screen_has_the_answer(shown: Shown, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(shown.files["bob"].as_uri())
    for words in (LONG, "16 of 30 points", "needs a person"):
        box = page.get_by_text(words).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 740, words
    body = page.locator("body").inner_text()
    assert "Handed in 1 day 2 hours late" in body
    assert "Think of signs, and of abs." in body
    assert "And me?" in body
    page.close()


def test_a_printed_page_is_the_result_and_the_graded_cells(shown: Shown, browser: Browser) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(shown.files["ann"].as_uri())
    page.emulate_media(media="print")
    assert page.locator(".exercise").first.is_visible()
    assert page.locator("#double").is_visible()
    assert not page.locator("details").first.is_visible()
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert ink == "rgb(0, 0, 0)"
    page.close()


def test_the_keyboard_reaches_links_folds_and_tables(shown: Shown, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(shown.files["ann"].as_uri())
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "(e => e.localName + '.' + e.className + (e.getAttribute('href') || ''))"
                "(document.activeElement)"
            )
        )
    assert {"a.#result-double", "a.#double", "summary."} <= reached
    fold = page.locator(".notebook > details").first
    fold.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert fold.get_attribute("open") is not None
    page.close()


def _students(page: Page) -> list[str]:
    rows = page.locator("#everybody tbody tr:visible th")
    return [text.split("(")[1].split(")")[0] for text in rows.all_inner_texts()]


def test_the_report_sorts_and_filters_without_a_network(shown: Shown, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(shown.files["report"].as_uri())
    assert _students(page) == ["ann", "bob", "cy", "dee", "eve"]
    total = page.get_by_role("button", name="total (30)", exact=True)
    total.click()
    assert _students(page)[-1] == "dee"
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("total")
    total.press("Enter")
    assert _students(page)[0] == "dee"
    page.get_by_role("button", name="submission").click()

    page.get_by_label("Section", exact=True).select_option("Tuesday")
    assert _students(page) == ["bob", "dee"]
    assert page.get_by_role("status").inner_text() == "2 of 5 shown"
    page.get_by_label("Section", exact=True).select_option("")
    page.get_by_label("late ones only").check()
    assert _students(page) == ["bob"]
    page.get_by_label("late ones only").uncheck()
    page.get_by_label("State", exact=True).select_option("refused")
    assert _students(page) == ["eve"]
    page.get_by_label("State", exact=True).select_option("")
    page.get_by_label("Words", exact=True).fill("wladimir")
    assert _students(page) == []
    page.get_by_label("Words", exact=True).fill("владимир")
    assert _students(page) == ["cy"]
    assert wrong == []
    page.close()


def test_the_report_leads_to_pages_notebooks_and_cells(shown: Shown, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(shown.files["report"].as_uri())
    text = page.locator("main").inner_text()
    assert "nothing was handed in: Zoe X (zoe)" in text
    assert "Doubles a negative number" in text
    links = page.locator("#everybody a").evaluate_all("all => all.map(a => a.href)")
    assert len(links) == 2 * len(NAMES)
    for link in links:
        page.goto(link) if link.endswith(".html") else None
    assert page.title().startswith("Feedback: The light lab")
    page.goto(shown.files["report"].as_uri())
    cell = page.locator("details").filter(has_text="The cell of").first
    cell.locator("summary").click()
    assert "abs(2 * x)" in cell.inner_text()
    page.close()


def test_without_scripts_the_report_is_whole(shown: Shown, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(shown.files["report"].as_uri())
    assert page.locator("#everybody tbody tr").count() == len(NAMES)
    assert not page.locator("#controls").is_visible()
    context.close()


def test_formgraders_page_begins_with_the_result(shown: Shown) -> None:
    """Rendered as formgrader does; the whole server is looked at elsewhere."""
    from nbgrader.server_extensions.formgrader import handlers
    from traitlets.config import Config

    from alpaca_course.gradebook.exporters import FormgraderExporter
    from alpaca_course.gradebook.written import autograded_notebook

    config = Config()
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    notebook = autograded_notebook(shown.course, shown.course.lab(), "ann")
    names = {
        "assignment_id": ASSIGNMENT, "notebook_id": NOTEBOOK, "submission_id": "1", "index": 0,
        "total": 1, "base_url": "", "student": "ann", "last_name": "", "first_name": "Ann",
        "notebook_path": "",
    }  # fmt: skip
    page, _ = FormgraderExporter(config=config).from_filename(str(notebook), resources=names)
    assert page.index('class="alpaca-result"') < page.index('id="test_double"')
    assert "Because of" in page
