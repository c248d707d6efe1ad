"""A notebook in JupyterLab, used as a student uses it: keyboard, menus and buttons.

Only finding a cell and reading its state go through JupyterLab's own objects: cells outside the
window have no place in the page.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

# Milliseconds, for whatever a browser waits for: Playwright's own 5 s for what a page is to show
# are short on a machine with load. A quick run of the lab takes a minute on an idle one.
SLOW = 600_000
# Without it Playwright asks with each frame, and so has sixty of them drawn a second.
_POLLING = 250
_PANEL = "window.jupyterapp.shell.currentWidget"
_CELLS = f"{_PANEL}.content.widgets"
_FIND = f"""id => {_CELLS}.findIndex(
    cell => (cell.model.getMetadata('nbgrader') ?? {{}}).grade_id === id)"""
_SHOW = f"""async index => {{
    const notebook = {_PANEL}.content;
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    await notebook.scrollToItem(index, 'start');
}}"""
_FIND_SOURCE = f"""text => {_CELLS}.findIndex(
    cell => cell.model.type === 'code' && cell.model.sharedModel.source.startsWith(text))"""
_OUTPUTS = f"index => {_CELLS}[index].model.outputs.toJSON()"
_STATE = f"""() => {_CELLS}
    .filter(cell => cell.model.type === 'code' && cell.model.sharedModel.source.trim())
    .map(cell => [cell.model.executionCount ?? 0, cell.model.executionState])"""
_READY = f"""() => {_PANEL}?.content?.widgets?.length > 5
    && {_PANEL}.sessionContext?.session?.kernel?.status === 'idle'"""
_IDLE = f"""() => {_PANEL}.sessionContext.session?.kernel?.status === 'idle'
    && {_CELLS}.every(cell => cell.model.type !== 'code' || cell.model.executionState === 'idle')"""


def menu(page: Page, *names: str) -> None:
    """Choose a menu item, such as ``menu(page, "Run", "Run All Cells")``."""
    first, *others = names
    page.locator(".lm-MenuBar-itemLabel").get_by_text(first, exact=True).click()
    for name in others:
        page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).click()


class NotebookPage:
    """The notebook that is in front in JupyterLab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._wait_for(_READY)
        self._tab = page.evaluate(f"() => {_PANEL}.id")

    def to_front(self) -> None:
        """Show the notebook, whatever other tab was shown last."""
        self.page.evaluate("id => window.jupyterapp.shell.activateById(id)", self._tab)
        self._wait_for(_READY)

    def show(self, grade_id: str) -> int:
        """Make a cell the active one and bring it into the window; returns its index."""
        index = int(self.page.evaluate(_FIND, grade_id))
        assert index >= 0, f"no cell {grade_id}"
        self.show_index(index)
        return index

    def find(self, source: str) -> int:
        """The index of the code cell that begins with ``source``."""
        index = int(self.page.evaluate(_FIND_SOURCE, source))
        assert index >= 0, f"no cell begins with {source}"
        return index

    def run_index(self, index: int) -> None:
        """Run the cell at ``index`` and wait for its end."""
        self.show_index(index)
        self.page.keyboard.press("ControlOrMeta+Enter")
        self.wait_until_idle()

    def outputs_at(self, index: int) -> list[dict[str, Any]]:
        """The outputs of the cell at ``index``, as the notebook file holds them."""
        outputs: list[dict[str, Any]] = self.page.evaluate(_OUTPUTS, index)
        return outputs

    def show_index(self, index: int) -> None:
        """The same for a cell without grade id."""
        self.page.evaluate(_SHOW, index)

    @property
    def active(self) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell.jp-mod-active")

    def write(self, grade_id: str, source: str) -> None:
        """Replace a cell's code at the keyboard."""
        self.show(grade_id)
        editor = self.active.locator(".cm-content")
        editor.click()
        editor.press("ControlOrMeta+a")
        # One input event for all of it, as from the clipboard: no brackets close by themselves.
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Escape")

    def run_above_and(self, grade_id: str) -> None:
        """Run all cells above a cell, then the cell; waits for the end."""
        self.show(grade_id)
        menu(self.page, "Run", "Run All Above Selected Cell")
        self.wait_until_idle()
        self.run(grade_id)

    def run(self, grade_id: str) -> None:
        """Run one cell and wait for its end."""
        self.run_index(int(self.page.evaluate(_FIND, grade_id)))

    def restart_and_run_all(self) -> None:
        """Kernel > Restart Kernel and Run All Cells, confirmed; waits for the end."""
        menu(self.page, "Kernel", "Restart Kernel and Run All Cells…")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        # The old execution counts go first.
        self._wait_for(f"() => ({_STATE})().some(([count]) => count === 0)")
        self._wait_for(
            f"() => ({_STATE})().every(([count, state]) => count > 0 && state === 'idle')"
        )

    def wait_until_idle(self) -> None:
        self.page.wait_for_timeout(300)  # until the front end has sent what was chosen
        self._wait_for(_IDLE)

    def _wait_for(self, condition: str) -> None:
        self.page.wait_for_function(condition, timeout=SLOW, polling=_POLLING)

    def outputs(self, grade_id: str) -> list[dict[str, Any]]:
        """A cell's outputs, as the notebook file holds them."""
        return self.outputs_at(int(self.page.evaluate(_FIND, grade_id)))

    def all_outputs(self) -> list[dict[str, Any]]:
        """The outputs of all code cells."""
        cells: list[list[dict[str, Any]]] = self.page.evaluate(
            f"() => {_CELLS}.filter(c => c.model.type === 'code')"
            ".map(c => c.model.outputs.toJSON())"
        )
        return [output for outputs in cells for output in outputs]

    @property
    def dirty(self) -> bool:
        """Whether something is not saved."""
        return bool(self.page.evaluate(f"() => {_PANEL}.context.model.dirty"))

    def save(self) -> None:
        menu(self.page, "File", "Save Notebook")
        self._wait_for(f"() => !{_PANEL}.context.model.dirty")

    def validate(self) -> str:
        """Press nbgrader's Validate button; returns the text of the dialog, which stays open."""
        self.page.get_by_role("button", name="Validate").click()
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        return dialog.inner_text()

    def close_dialog(self) -> None:
        self.page.get_by_role("dialog").get_by_role("button").last.click()
