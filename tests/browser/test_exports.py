"""The solved lab as a page and on paper, exported by JupyterLab and printed by Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.accessibility import grave_findings
from tests.browser.servers import LAB, NOTEBOOK, Servers
from tests.browser.stages import Worked


@pytest.fixture(scope="module")
def exported(worked: Worked, servers: Servers, context: BrowserContext) -> Iterator[Page]:
    """What *File > Save and Export Notebook As > HTML* gives for the solved lab."""
    base = servers.student.url.partition("/lab")[0]
    page = context.new_page()
    # The figures are in the page itself; MathJax would come from another server.
    page.goto(
        f"{base}/nbconvert/html/{LAB}/{NOTEBOOK}.ipynb?download=false",
        wait_until="domcontentloaded",
        referer=f"{base}/lab",  # as from the menu; the server answers nobody else
    )
    yield page
    page.close()


def test_page_has_every_figure_and_no_grave_accessibility_finding(
    exported: Page, shots: Path
) -> None:
    exported.screenshot(path=shots / "20-exported.png")
    images = exported.locator("img")
    assert images.count() >= 10
    assert images.evaluate_all("all => all.filter(i => i.naturalWidth === 0).length") == 0
    assert grave_findings(exported) == []


def test_print_has_all_pages_and_cuts_nothing_off(exported: Page, shots: Path) -> None:
    exported.emulate_media(media="print")
    exported.set_viewport_size({"width": 718, "height": 1000})  # A4 less its margins, at 96 dpi
    cut = exported.locator(".jp-InputArea-editor pre").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText)"
    )
    pdf = exported.pdf(path=shots / "21-printed.pdf", format="A4", print_background=True)
    assert cut == []
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 10
