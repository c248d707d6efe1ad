"""nbgrader's pages as people use them: the student's assignment list and formgrader."""

from __future__ import annotations

import re

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.notebook_page import menu
from tests.browser.servers import LAB, NOTEBOOK


class AssignmentList:
    """The student's *Assignment List* tab, for one lab."""

    def __init__(self, page: Page, lab: str = LAB, notebook: str = NOTEBOOK) -> None:
        self.page = page
        self.lab = lab
        self.notebook = notebook
        menu(page, "Nbgrader", "Assignment List")
        page.locator("#nbgrader-assignment-list").wait_for()

    def refresh(self) -> None:
        self.page.locator("#refresh_assignments_list").click()

    @property
    def released(self) -> Locator:
        return self.page.locator("#released_assignments_list")

    @property
    def fetched(self) -> Locator:
        return self.page.locator("#fetched_assignments_list")

    @property
    def submitted(self) -> Locator:
        return self.page.locator("#submitted_assignments_list")

    def fetch(self) -> None:
        """Press *Fetch*; returns when the lab is among the downloaded assignments."""
        self.released.get_by_role("button", name="Fetch").click()
        expect(self.fetched).to_contain_text(self.lab)

    def open_notebook(self) -> None:
        """Open the lab's notebook from the list of downloaded assignments."""
        self.fetched.get_by_text(self.lab, exact=False).first.click()
        self.fetched.get_by_text(self.notebook, exact=True).click()

    def submit(self) -> None:
        """Press *Submit*; returns when the hand-in is among the submitted ones."""
        self.fetched.get_by_role("button", name="Submit").click()
        expect(self.submitted).to_contain_text(self.lab)

    def fetch_feedback(self) -> None:
        """Press *Fetch Feedback*; returns when there is some to look at."""
        self.submitted.get_by_role("button", name="Fetch Feedback").click()
        expect(self.submitted.get_by_text("view feedback").first).to_be_visible()


class Formgrader:
    """formgrader inside the instructor's JupyterLab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        menu(page, "Nbgrader", "Formgrader")
        self.frame.locator("#main-table").wait_for()

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("#formgrader-iframe iframe")

    def assignments(self) -> Locator:
        """The row of the lab on *Manage Assignments*."""
        # By its address: the page of a hand-in has no link to it.
        frame = self.page.frame(url=re.compile("/formgrader"))
        assert frame is not None
        frame.goto(frame.url.partition("/formgrader")[0] + "/formgrader/manage_assignments")
        row = self.frame.locator("#main-table tr").filter(has_text=LAB)
        expect(row.locator(".assign a")).to_be_visible()
        return row

    def submissions(self) -> Locator:
        """The rows of *Manage Submissions* of the lab."""
        self.assignments().locator(".num-submissions a").click()
        rows = self.frame.locator("#main-table tr")
        expect(rows.first.locator(".autograde a")).to_be_visible()
        return rows

    def press(self, row: Locator, action: str) -> str:
        """Press the button of the column ``action``; returns what nbgrader says, dialog closed."""
        row.locator(f".{action} a").click()
        dialog = self.frame.locator(".modal.in")
        expect(dialog).to_be_visible()
        said = dialog.inner_text()
        dialog.get_by_role("button").last.click()
        expect(dialog).to_have_count(0)
        return said
