"""The whole loop in a browser: release, fetch, work, validate, hand in, grade, feedback."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from alpaca_course.course import Course
from alpaca_course.intake.released import ReleasedLab
from tests.browser.accessibility import grave_findings
from tests.browser.nbgrader_pages import AssignmentList, Formgrader
from tests.browser.notebook_page import NotebookPage
from tests.browser.servers import LAB, NOTEBOOK, STUDENT, Servers
from tests.browser.stages import LATE_STUDENT, NOT_SAVED, Worked, text_of
from tests.test_sole_writer import holder


def test_release_is_all_that_students_receive(
    fetched: NotebookPage, servers: Servers, course: Course
) -> None:
    received = {p.name for p in (servers.student.folder / LAB).iterdir()}
    released = {p.name for p in course.lab(LAB).release.iterdir()}
    assert received - {".ipynb_checkpoints", "__pycache__"} == released


def test_a_wrong_answer_shows_its_message(worked: Worked) -> None:
    said = text_of(worked.wrong)
    assert "flip" in said
    assert "Traceback" not in said


def test_all_cells_run_with_figures_and_no_noise(worked: Worked) -> None:
    assert [o for o in worked.outputs if o["output_type"] == "error"] == []
    assert [o["text"] for o in worked.outputs if o.get("name") == "stderr"] == []
    figures = [o for o in worked.outputs if "<img" in str(o.get("data", {}).get("text/html"))]
    assert len(figures) >= 10
    for exercise, outputs in worked.checks.items():
        assert "✓" in text_of(outputs), exercise


def test_validate_button(worked: Worked, shots: Path) -> None:
    said = worked.notebook.validate()
    worked.notebook.page.screenshot(path=shots / "06-validated.png")
    worked.notebook.close_dialog()
    assert "Success" in said, said


def test_submit_saves_first(handed_in: AssignmentList, course: Course, shots: Path) -> None:
    notice = handed_in.page.locator(".Toastify__toast").filter(has_text="Saved before handing in")
    expect(notice).to_be_visible()
    notice.screenshot(path=shots / "08-saved-first.png")
    inbound = course.root / ".exchange" / "alpaca" / "inbound"
    (received,) = inbound.glob(f"{STUDENT}+*/{NOTEBOOK}.ipynb")
    assert NOT_SAVED in received.read_text(encoding="utf-8")


def test_formgrader_shows_points_and_messages(
    graded: Formgrader, course: Course, shots: Path
) -> None:
    first, *others = [each.points for each in ReleasedLab.load(course.lab(LAB)).exercises]
    full = sum([first, *others])
    graded.submissions()
    rows = graded.frame.locator("#main-table tr")
    expect(rows.filter(has_text=STUDENT).locator(".score")).to_have_text(f"{full:g} / {full:g}")
    late = rows.filter(has_text=LATE_STUDENT)
    points, most = map(float, late.locator(".score").inner_text().split("/"))
    assert sum(others) <= points < most == full
    late.locator(".student-name a").click()
    graded.frame.locator("#main-table").get_by_role("link", name=NOTEBOOK).click()
    verdict = graded.frame.locator(".alpaca-verdict").first
    expect(verdict).to_contain_text("upside down")
    verdict.scroll_into_view_if_needed()
    graded.page.screenshot(path=shots / "10-formgrader-submission.png")


def test_formgraders_button_says_who_writes(graded: Formgrader, course: Course) -> None:
    """While another command grades, it refuses and names the process, and nothing changes."""
    rows = graded.submissions()
    row = rows.filter(has_text=STUDENT)
    before = row.locator(".score").inner_text()
    with holder(course) as process:
        said = graded.press(row, "autograde")
    assert "Success" not in said
    assert f"process {process.pid}" in said
    assert graded.submissions().filter(has_text=STUDENT).locator(".score").inner_text() == before


def test_feedback_reaches_the_student(
    feedback: Path, course: Course, context: BrowserContext, shots: Path
) -> None:
    full = sum(each.points for each in ReleasedLab.load(course.lab(LAB)).exercises)
    page = context.new_page()
    page.goto(feedback.as_uri())
    expect(page.locator("body")).to_contain_text(f"{full:g} of {full:g} points")
    page.screenshot(path=shots / "12-feedback.png", full_page=True)
    folded = page.locator("details").first
    # Without this the browser draws no triangle, and nobody sees that there is more.
    expect(folded.locator("summary").first).to_have_css("display", "list-item")
    folded.locator("summary").first.click()
    expect(folded).to_have_attribute("open", "")
    found = grave_findings(page)
    page.close()
    assert found == []
