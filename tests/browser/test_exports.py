"""The solved lab as a page and on paper, by nbconvert and Chromium."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import BrowserContext

from alpaca_course.course import ASSIGNMENT, NOTEBOOK
from tests.browser.accessibility import grave_findings
from tests.browser.servers import Lab
from tests.browser.stages import Worked


@pytest.fixture(scope="module")
def solved(worked: Worked, lab: Lab) -> Path:
    """The notebook as the student saved it, with all outputs."""
    return lab.student.folder / ASSIGNMENT / f"{NOTEBOOK}.ipynb"


def exported(solved: Path, target: Path, template: str) -> Path:
    html, _ = HTMLExporter(template_name=template).from_notebook_node(
        nbformat.read(solved, as_version=4)
    )
    target.write_text(html, encoding="utf-8")
    return target


def test_html_has_every_figure_and_no_grave_accessibility_finding(
    solved: Path, context: BrowserContext, tmp_path: Path, shots: Path
) -> None:
    page = context.new_page()
    page.goto(exported(solved, tmp_path / "lab.html", "lab").as_uri())
    page.screenshot(path=shots / "20-exported.png")
    found = grave_findings(page)
    broken = page.locator("img").evaluate_all(
        "images => images.filter(i => i.complete && i.naturalWidth === 0).length"
    )
    page.close()
    assert found == []
    assert broken == 0


def test_pdf_is_made_of_all_pages(
    solved: Path, context: BrowserContext, tmp_path: Path, shots: Path
) -> None:
    """What nbconvert's ``webpdf`` does: its own template, printed by Chromium.

    nbconvert itself takes only the Chromium that Playwright downloads.
    """
    page = context.new_page()
    page.goto(exported(solved, tmp_path / "print.html", "webpdf").as_uri())
    page.emulate_media(media="print")
    pdf = page.pdf(path=shots / "21-printed.pdf", format="A4", print_background=True)
    page.close()
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 10
