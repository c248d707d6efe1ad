"""The status page of `alpaca watch`, whatever students are called."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from alpaca_course.watching.serving import served
from alpaca_course.watching.status import LIVE_SECONDS
from alpaca_course.watching.status import page as status_page
from tests.browser.accessibility import faint_texts, grave_findings

NOW = datetime(2026, 11, 28, 10, tzinfo=UTC)
LONG = "W" * 230
ROW = {"position": 1, "state": "queued", "seconds": 3.0, "until": "", "why": LONG}
STATUS: dict[str, Any] = {
    "assignment": "light_lab", "from": "submitted", "running": True, "updated": NOW.isoformat(),
    "since": "10:00", "waiting": 2, "grading": 0, "workers": 1, "to_look_at": 0, "blocked": "",
    "counts": {"graded": 1, "people": 0, "refused": 0, "failed": {}},
    "rate": {"seconds_alone": 1.0, "seconds_each": 1.0, "an_hour": 10.0},
    "queue": [{**ROW, "student": LONG}, {**ROW, "student": "ann", "why": ""}],
    "faults": [{"time": "10:01", "about": LONG, "why": "<b>"}],
}  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "light"), (1280, "dark")])
def test_long_names_make_it_no_wider(
    width: int, scheme: Any, browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "status.html"
    path.write_text(status_page(STATUS, NOW))
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert grave_findings(page) == []
    if scheme == "light":
        assert faint_texts(page, "main") == []
    context.close()


def test_it_loads_itself_only_where_that_is_asked_for_and_can_be_stopped(
    browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "status.html"

    def write(waiting: int) -> None:
        path.write_text(status_page({**STATUS, "waiting": waiting}, NOW, served=True))

    write(2)
    page = browser.new_page()
    with served(path, 0) as address:
        page.goto(address)
        assert "As of 2026-11-28 10:00:00 UTC." in page.inner_text("main")
        write(3)
        page.wait_for_timeout(1000 * (LIVE_SECONDS + 2))
        assert "2 waiting" in page.inner_text("main")
        page.get_by_role("link", name="Load it again").click()
        page.get_by_text("3 waiting").wait_for()
        page.get_by_role("link", name="have it load itself").click()
        page.wait_for_url("**/live")
        write(4)
        page.get_by_text("4 waiting").wait_for()
        assert grave_findings(page) == []
        page.get_by_role("link", name="stop that").click()
        page.wait_for_url(address)
        write(5)
        page.wait_for_timeout(1000 * (LIVE_SECONDS + 2))
        assert "4 waiting" in page.inner_text("main")
    page.close()
