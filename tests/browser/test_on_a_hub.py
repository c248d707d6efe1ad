"""The student's side in a browser on a real hub: signed in, behind its proxy and its cookies."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, expect

from alpaca_course.course import Course
from alpaca_course.exchange.publishing import publish
from tests import light
from tests.browser.nbgrader_pages import AssignmentList
from tests.browser.notebook_page import SLOW
from tests.server.hubs import Hub, need_hub, running

STUDENT = "ada"


@pytest.fixture(scope="module")
def hub(
    new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hub]:
    need_hub()
    folder = tmp_path_factory.mktemp("hub")
    course = new_course(folder / "course")
    (course.root / ".venv").symlink_to(sys.prefix)
    publish(course, course.lab())
    with running(folder / "hub", course.root, over_ngshare=False) as found:
        yield found


def test_the_receipt_of_a_hand_in(hub: Hub, browser: Browser, shots: Path) -> None:
    page = browser.new_context(viewport={"width": 1360, "height": 900}).new_page()
    page.set_default_timeout(SLOW)
    page.goto(f"{hub.url}/hub/login")
    page.get_by_label("Username").fill(STUDENT)
    page.get_by_label("Password").fill("any")
    page.get_by_role("button", name="Sign in").click()
    page.locator("#jp-main-dock-panel").wait_for()
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    lists = AssignmentList(page, light.ASSIGNMENT, light.NOTEBOOK)
    lists.fetch()
    path = hub.home(STUDENT) / light.ASSIGNMENT / f"{light.NOTEBOOK}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    light.cell(notebook, "double").source = light.DOUBLE
    nbformat.write(notebook, path)
    lists.submit()
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    notice = page.locator(".Toastify__toast").filter(has_text="Handed in")
    expect(notice).to_contain_text(sha256[:12])
    expect(lists.submitted).to_contain_text(sha256)
    page.screenshot(path=shots / "22-receipt-on-a-hub.png")
    lists.submitted.get_by_role("button", name="Fetch Feedback").click()
    told = page.locator(".Toastify__toast").filter(has_text="There is no page")
    expect(told).to_be_visible()
