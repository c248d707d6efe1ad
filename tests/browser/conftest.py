"""One course, its two servers and one Chromium for all browser tests."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from traitlets.config import Config

from alpaca_course.assets.drawn import draw_set
from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.weights import ensure_weights, weights_in_use
from alpaca_course.course import Course
from tests.browser.notebook_page import SLOW
from tests.browser.servers import LAB, STUDENT, Address, Servers
from tests.browser.stages import feedback, fetched, formgrader, graded, handed_in, worked
from tests.lacking import lacking

__all__ = ["feedback", "fetched", "formgrader", "graded", "handed_in", "worked"]

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_OPTIONS = (
    "--no-sandbox",  # as root, in CI
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Everything in this folder needs Chromium."""
    item.add_marker(pytest.mark.browser)
    # The first test of a stage waits for all stages before it.
    item.add_marker(pytest.mark.timeout(3600))


@pytest.fixture(scope="session")
def chromium() -> str:
    """Chromium's path; without it tests are skipped, or fail where it must be there."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        lacking("BROWSER", f"none of {', '.join(CHROMIUM_NAMES)} is on PATH")
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    expect.set_options(timeout=SLOW)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=[*CHROMIUM_OPTIONS])
        yield running
        running.close()


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser for both servers: on one machine their cookies must not disturb each other."""
    opened = browser.new_context(viewport={"width": 1360, "height": 900})
    opened.set_default_timeout(SLOW)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where screenshots go; ``build/`` is never committed."""
    folder = Path(os.environ.get("ALPACA_SCREENSHOTS") or ROOT / "build" / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A copy of the course with a few drawn pictures and stand-in weights."""
    root = tmp_path_factory.mktemp("course")
    for name in ("source", "release", "grader_tests", "notebooks"):
        shutil.copytree(
            ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "tests")
        )
    shutil.copy(ROOT / "nbgrader_config.py", root)
    draw_set(root / "dataset", counts={"alpaca": 40, "not alpaca": 45})
    found = Course.load(root)
    _have_weights(found)
    return found


def _have_weights(course: Course) -> None:
    own = weights_in_use(Course.from_config(ROOT, Config()))
    if own is not None and own.source == "standin":
        shutil.copytree(own.folder, course.keras_home / "models", symlinks=True)
        return
    try:
        ensure_weights(course, "standin")
    except AssetError as error:
        pytest.skip(f"no weights to be had: {error}")


@pytest.fixture(scope="session")
def servers(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """``alpaca lab --empty`` with both servers, apart from this person's Jupyter settings."""
    home = tmp_path_factory.mktemp("jupyter")
    # Lets tests find a cell; JupyterLab's own switch for that.
    (home / "jupyter_server_config.json").write_text(
        json.dumps({"LabApp": {"expose_app_in_browser": True}}), encoding="utf-8"
    )
    # A cookie secret, runtime files and saved layouts of their own, too.
    environment = {
        # Unbuffered output would hide that an address stays in the pipe.
        **{
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("NBGRADER", "JUPYTER", "PYTHONUNBUFFERED"))
        },
        "JUPYTER_CONFIG_DIR": str(home),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "IPYTHONDIR": str(home / "ipython"),
        "ALPACA_QUICK": "1",
        "CUDA_VISIBLE_DEVICES": "-1",
    }
    command = [str(Path(sys.executable).with_name("alpaca")), "lab", LAB, "--empty"]
    log = home / "lab.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*command, "--no-browser", "--student", STUDENT, "--json"],
            cwd=course.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    try:
        yield _addresses(process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)  # waits, and closes its end of the pipe


def _addresses(process: subprocess.Popen[bytes], log: Path) -> Servers:
    """Read the JSON object that says where the servers are; it ends with a line ``}``."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in iter(process.stdout.readline, b""):
        lines.append(line.decode())
        if lines[-1].rstrip() == "}":
            break
    text = "".join(lines)
    assert text, f"alpaca lab did not start:\n{log.read_text(encoding='utf-8')}"
    found = json.loads(text)
    student, instructor = (
        Address(found[side]["url"], Path(found[side]["folder"]))
        for side in ("student", "instructor")
    )
    return Servers(student, instructor)


@pytest.fixture(scope="session")
def student(context: BrowserContext, servers: Servers) -> Page:
    """The student's JupyterLab."""
    return _open(context, servers.student.url)


@pytest.fixture(scope="session")
def instructor(context: BrowserContext, servers: Servers) -> Page:
    """The instructor's JupyterLab."""
    return _open(context, servers.instructor.url)


def _open(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    page.locator("#jp-main-dock-panel").wait_for()
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    return page
