"""What a student can click in the lesson: a guess that answers back, and pictures of their own."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, expect

from tests.browser.accessibility import faint_texts, grave_findings
from tests.browser.notebook_page import NotebookPage
from tests.browser.stages import Worked, text_of

GUESS = 'lab_guess.ask("separable")'
OUTPUT = ".jp-Notebook .jp-Cell.jp-mod-active .jp-OutputArea"
UPLOAD = "lab_mine.upload("
# Text, a folded answer, a table and a figure; each cell's own output.
SHOWN = ("lab_data.card(", "my_labels", "import lab_handin", "runs = ")
CHANGE_THEME = """theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"""


def _output(notebook: NotebookPage, source: str) -> Locator:
    """Run the cell that begins with ``source`` again and return where its output stands."""
    notebook.to_front()
    notebook.run_index(notebook.find(source))
    return notebook.active.locator(".jp-OutputArea-output").first


def test_a_guess_is_answered_and_stands_beside_the_number(worked: Worked, shots: Path) -> None:
    notebook = worked.notebook
    shown = _output(notebook, GUESS)
    expect(shown.get_by_text("Your guess")).to_be_visible()
    shown.get_by_label("30", exact=True).check()
    expect(shown).to_contain_text("what would be left to save?")
    shown.get_by_label("8", exact=True).check()
    expect(shown).to_contain_text("number of places")
    notebook.page.screenshot(path=shots / "30-guess.png")
    assert grave_findings(notebook.page, within=OUTPUT) == []
    here = notebook.find(GUESS) + 1
    notebook.run_index(here)
    said = text_of(notebook.outputs_at(here))
    assert "You guessed: 8. Measured: 8.2 times fewer." in said


@pytest.fixture(params=["JupyterLab Dark", "JupyterLab Light"])
def theme(request: pytest.FixtureRequest, worked: Worked) -> Iterator[str]:
    page = worked.notebook.page
    page.evaluate(CHANGE_THEME, request.param)
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", request.param)
    yield request.param
    page.evaluate(CHANGE_THEME, "JupyterLab Light")


def test_what_cells_show_can_be_read_in_both_themes(
    theme: str, worked: Worked, shots: Path
) -> None:
    notebook = worked.notebook
    notebook.to_front()
    for number, source in enumerate((*SHOWN, GUESS)):
        notebook.show_index(notebook.find(source))
        expect(notebook.active.locator(".jp-OutputArea-output").first).to_be_visible()
        notebook.active.screenshot(path=shots / f"32-{theme[-5:].strip().lower()}-{number}.png")
        assert grave_findings(notebook.page, within=OUTPUT) == [], source
        assert faint_texts(notebook.page, within=OUTPUT) == [], source


def test_without_a_guess_the_number_stands_alone(worked: Worked) -> None:
    said = text_of(worked.outputs)
    assert "Measured: 8.2 times fewer." in said
    assert "You guessed" not in said


def test_an_own_picture_is_answered(worked: Worked, shots: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), (90, 160, 60)).save(picture, "PNG")
    shown = _output(worked.notebook, UPLOAD)
    button = shown.get_by_role("button", name="Choose pictures")
    expect(button).to_be_visible()
    with worked.notebook.page.expect_file_chooser() as chooser:
        button.click()
    chooser.value.set_files(
        [
            FilePayload(name="meadow.png", mimeType="image/png", buffer=picture.getvalue()),
            FilePayload(name="letter.png", mimeType="image/png", buffer=b"no picture"),
        ]
    )
    figure = shown.locator("img")
    expect(figure).to_have_count(1)
    assert re.search(r"meadow\.png, said (not )?alpaca \(\d+%\)", figure.get_attribute("alt") or "")
    expect(shown).to_contain_text("Left out: letter.png, it cannot be opened as a picture")
    worked.notebook.page.screenshot(path=shots / "31-own-picture.png")


def test_fine_tuning_is_shown_beside_its_control(worked: Worked) -> None:
    said = text_of(worked.outputs)
    for branch in ("stayed frozen", "fine-tuned"):
        assert re.search(rf"{branch} +loss \d\.\d\d, \d+ of \d+ right", said)
    assert re.search(r"Fine-tuning lowers the loss|Going on frozen lowers|Neither branch", said)
