"""Two students in JupyterLab: hand in, read the page, correct, hand in again, in one session."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from alpaca_course.course import Course
from alpaca_course.exchange.publishing import publish, published
from alpaca_course.server.servers import Server, start
from alpaca_course.server.settings import student_server
from alpaca_course.server.workspace import Workspace
from tests import light
from tests.browser.nbgrader_pages import AssignmentList
from tests.browser.notebook_page import SLOW, NotebookPage
from tests.server.hubs import unused_ports

STUDENTS = ("ada", "ben")
FULL = "30 of 30 points"


class Student:
    """A student's JupyterLab."""

    def __init__(self, browser: Browser, server: Server, name: str) -> None:
        self.name = name
        # Servers of one machine share their cookies.
        self.page: Page = browser.new_context(viewport={"width": 1360, "height": 900}).new_page()
        self.page.set_default_timeout(SLOW)
        self.folder = server.plan.folder
        self.page.goto(server.url)
        self.page.locator("#jp-main-dock-panel").wait_for()
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")
        self.list = AssignmentList(self.page, light.ASSIGNMENT, light.NOTEBOOK)
        self.list.fetch()
        self.list.open_notebook()
        self.notebook = NotebookPage(self.page)

    def answer(self, double: str) -> None:
        """Write both answers and save neither."""
        self.notebook.to_front()
        self.notebook.write("double", double)
        self.notebook.write("total", light.TOTAL)
        assert self.notebook.dirty

    def hand_in(self) -> Locator:
        """Press *Submit*; returns the notice with the receipt."""
        AssignmentList(self.page, light.ASSIGNMENT, light.NOTEBOOK).submit()
        expect(self.notice("Saved before handing in: light.ipynb").last).to_be_visible()
        receipt = self.notice("light.ipynb, SHA-256").last
        expect(receipt).to_be_visible()
        return receipt

    def notice(self, text: str) -> Locator:
        return self.page.locator(".Toastify__toast").filter(has_text=text)

    def type_into(self, path: str, text: str) -> None:
        """Open a text file, and write at its beginning without saving."""
        open_it = "path => window.jupyterapp.commands.execute('docmanager:open', { path })"
        self.page.evaluate(f"async path => {{ await ({open_it})(path); }}", path)
        editor = self.page.locator(".jp-FileEditor:visible .cm-content")
        editor.click()
        editor.press("ControlOrMeta+Home")
        self.page.keyboard.insert_text(text)

    def read_page(self) -> str:
        """Wait until there is a page, press the notice's button, and read."""
        ready = self.notice("Your feedback is there").last
        expect(ready).to_be_visible()
        ready.get_by_role("button", name="Fetch Feedback").click()
        body = self.page.locator(".jp-HTMLViewer:visible iframe").content_frame.locator("body")
        expect(body).to_contain_text("points")
        return body.inner_text()


@pytest.fixture(scope="module")
def light_course(
    new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory
) -> Course:
    course = new_course(tmp_path_factory.mktemp("while") / "course")
    publish(course, course.lab())
    return course


@pytest.fixture(scope="module")
def students(
    light_course: Course, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Student]]:
    home = tmp_path_factory.mktemp("jupyter")
    (home / "jupyter_server_config.json").write_text(
        json.dumps({"LabApp": {"expose_app_in_browser": True}})
    )
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name in [name for name in os.environ if name.startswith(("NBGRADER", "JUPYTER"))]:
            patch.delenv(name)
        patch.setenv("JUPYTER_CONFIG_DIR", str(home))
        patch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
        patch.setenv("IPYTHONDIR", str(home / "ipython"))
        servers = {}
        for name, port in zip(STUDENTS, unused_ports(len(STUDENTS)), strict=True):
            workspace = Workspace.of(light_course, light_course.lab(), name)
            plan = student_server(light_course, workspace, open_notebook=False)
            servers[name] = start(light_course, plan, port=port, open_browser=False)
            stack.callback(servers[name].stop)
        for server in servers.values():
            server.wait_until_ready()
        log = stack.enter_context((home / "watch.log").open("wb"))
        program = str(Path(sys.executable).with_name("alpaca"))
        watch = subprocess.Popen([program, "watch"], cwd=light_course.root, stdout=log, stderr=log)
        stack.callback(_ended, watch)
        yield {name: Student(browser, server, name) for name, server in servers.items()}
        assert watch.poll() is None, (home / "watch.log").read_text()


def _ended(watch: subprocess.Popen[bytes]) -> None:
    watch.terminate()
    watch.wait(60)


def newest(course: Course, student: str) -> bytes:
    """The notebook of a student's last hand-in in the exchange."""
    inbound = published(course, course.lab()).parents[1] / "inbound"
    return (max(inbound.glob(f"{student}+*")) / f"{light.NOTEBOOK}.ipynb").read_bytes()


def test_two_students_correct_what_their_pages_say(
    students: dict[str, Student], light_course: Course, shots: Path
) -> None:
    ada, ben = students["ada"], students["ben"]
    ada.answer(light.WRONG_DOUBLE)
    receipt = ada.hand_in()
    handed_in = newest(light_course, "ada")
    assert b"abs(2 * x)" in handed_in, "what was not saved is missing"
    sha256 = hashlib.sha256(handed_in).hexdigest()
    expect(receipt).to_contain_text(sha256[:12])
    expect(ada.list.submitted).to_contain_text(sha256)
    ada.page.screenshot(path=shots / "20-receipt.png")
    ben.answer(light.DOUBLE)
    ben.hand_in()
    expect(ben.list.submitted).to_contain_text("SHA-256")
    assert sha256 not in ben.list.submitted.inner_text()

    first = ada.read_page()
    ada.page.screenshot(path=shots / "21-page-in-jupyterlab.png")
    assert FULL not in first
    assert "Doubles a negative number" in first
    assert FULL in ben.read_page()

    ada.answer(light.DOUBLE)
    ada.hand_in()
    assert FULL in ada.read_page()
    expect(ada.list.submitted.locator(".alpaca-receipt")).to_have_count(2)
    assert len(list(ada.folder.glob(f"{light.ASSIGNMENT}/feedback/*/*.html"))) == 2


def test_what_does_not_arrive_is_said(students: dict[str, Student], light_course: Course) -> None:
    """The exchange is full, or not to be written: nothing is lost, and nobody waits for a page."""
    ben = students["ben"]
    inbound = published(light_course, light_course.lab()).parents[1] / "inbound"
    before = newest(light_course, "ben")
    shutil.move(inbound, inbound.with_name("aside"))
    try:
        ben.answer("# UNQ_C1\ndef double(x):\n    return x + x\n")
        lists = AssignmentList(ben.page, light.ASSIGNMENT, light.NOTEBOOK)
        lists.fetched.get_by_role("button", name="Submit").click()
        dialog = ben.page.get_by_role("dialog")
        expect(dialog).to_contain_text("Press Submit again")
        assert "Traceback" not in dialog.inner_text()
        dialog.get_by_role("button").last.click()
    finally:
        shutil.move(inbound.with_name("aside"), inbound)
    saved = (ben.folder / light.ASSIGNMENT / f"{light.NOTEBOOK}.ipynb").read_text()
    assert "return x + x" in saved
    lists.submit()
    expect(ben.notice("light.ipynb, SHA-256").last).to_be_visible()
    assert newest(light_course, "ben") != before


def test_open_files_of_the_lab_are_saved_and_no_others(students: dict[str, Student]) -> None:
    ben = students["ben"]
    (ben.folder / "own.txt").write_text("as it was")
    helper = f"{light.ASSIGNMENT}/helper.py"
    for path in (helper, "own.txt"):
        ben.type_into(path, "# changed")
    lists = AssignmentList(ben.page, light.ASSIGNMENT, light.NOTEBOOK)
    lists.submit()
    saved = ben.notice("Saved before handing in: helper.py").last
    expect(saved).to_be_visible()
    assert "own.txt" not in saved.inner_text()
    assert (ben.folder / helper).read_text().startswith("# changed")
    assert (ben.folder / "own.txt").read_text() == "as it was"
