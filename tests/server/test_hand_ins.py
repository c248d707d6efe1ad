"""What is said of a hand-in: short enough for a notice, whole in the list, true at each stage."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alpaca_course.contract.receipt import SECRET
from alpaca_course.files import sha256_of
from alpaca_course.server.hand_ins import HandIn, hand_ins
from alpaca_course.server.submit_button import in_words
from alpaca_course.watching.receipts import Stage, StudentReceipt, receipt_name

NOW = datetime(2026, 3, 1, 10, 0, 10, tzinfo=UTC)
SHA256 = "0123456789abcdef" * 4
TIME = "2026-03-01 10:00:00.123456 UTC"
NAME = "transfer_learning_with_mobilenet.ipynb"


def told(state: Stage, ago: float = 10, **more: Any) -> StudentReceipt:
    updated = (NOW - timedelta(seconds=ago)).isoformat()
    return StudentReceipt("lab", NAME, SHA256, updated, state, updated=updated, **more)


def handed_in(
    queue: StudentReceipt | None = None, *, ready: bool = False, page: str = ""
) -> dict[str, Any]:
    return HandIn("lab", TIME, ((NAME, SHA256),), ready, page, queue).to_json(NOW)


@pytest.mark.parametrize(
    ("queue", "words", "over"),
    [
        (None, "", False),
        (told(Stage.QUEUED, position=3, seconds=40), "Number 3 in the queue, about 30 s.", False),
        (told(Stage.QUEUED, position=90, seconds=610), "about 10 minutes", False),
        (told(Stage.QUEUED, position=1), "Number 1 in the queue.", False),
        (told(Stage.GRADING, seconds=1), "Being graded, about 1 s.", False),
        (told(Stage.QUEUED, position=2, ago=60, seconds=20), "longer than was thought", False),
        (told(Stage.WAITS, until="2026-03-01T12:00:00+00:00"), "at 2026-03-01 12:00 UTC", False),
        (told(Stage.SUPERSEDED), "You handed in again", True),
        (told(Stage.REFUSED, page=True), "looked at", True),
    ],
)
def test_each_stage_is_said(queue: StudentReceipt | None, words: str, over: bool) -> None:
    found = handed_in(queue)
    assert words in found["notice"]
    assert words in found["receipt"]
    assert found["over"] is over
    assert found["queued"] is (queue is not None)


def test_a_notice_is_short_and_the_list_has_all_digits() -> None:
    for found in (
        handed_in(told(Stage.QUEUED, position=200, seconds=80)),
        handed_in(told(Stage.DONE), ready=True),
    ):
        assert len(found["notice"]) <= 140
        assert "10:00:00 UTC" in found["notice"]
        assert SHA256 in found["receipt"]


def test_a_page_to_fetch_is_what_is_said() -> None:
    assert "press Fetch Feedback" in handed_in(told(Stage.DONE), ready=True)["notice"]
    assert handed_in(None, ready=True)["over"]
    fetched = handed_in(told(Stage.DONE), page="lab/feedback/10:00/a.html")
    assert "Fetch Feedback" not in fetched["receipt"]


def listed(folder: Path, **more: Any) -> list[dict[str, Any]]:
    """One hand-in, as nbgrader lists it."""
    notebook = {
        "notebook_id": "a", "path": str(folder / "a.ipynb"), "has_local_feedback": False,
        "has_exchange_feedback": False, "feedback_updated": False, "local_feedback_path": None,
    }  # fmt: skip
    each = {"timestamp": "10:00", "path": str(folder), "notebooks": [notebook | more]}
    return [{"assignment_id": "lab", "submissions": [each]}]


def test_the_queue_is_found_by_the_secret_alone(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text("{}")
    feedback = tmp_path / "feedback"
    feedback.mkdir()
    name = receipt_name("a secret", "a")
    (feedback / name).write_text(told(Stage.QUEUED, position=7).text())
    (found,) = hand_ins(listed(tmp_path), tmp_path, feedback)
    assert found.queue is None
    (tmp_path / SECRET).write_text("a secret")
    (found,) = hand_ins(listed(tmp_path), tmp_path, feedback)
    assert found.queue is not None
    assert found.queue.position == 7
    assert found.files == (("a.ipynb", sha256_of(tmp_path / "a.ipynb")),)
    arrived = replace(told(Stage.GRADING), file="a.ipynb")
    (feedback / name).write_text(arrived.text())  # whatever became of the student's copy since
    assert hand_ins(listed(tmp_path), tmp_path, feedback)[0].files == (("a.ipynb", SHA256),)
    (feedback / name).write_text("[" * 10_000)  # half of one, or no receipt at all
    assert hand_ins(listed(tmp_path), tmp_path, feedback)[0].queue is None
    assert hand_ins(listed(tmp_path), tmp_path, None)[0].queue is None


def test_a_page_elsewhere_is_not_offered(tmp_path: Path) -> None:
    page = tmp_path / "lab/feedback/10:00/a.html"
    here = listed(tmp_path, has_local_feedback=True, local_feedback_path=str(page))
    assert hand_ins(here, tmp_path, None)[0].page == "lab/feedback/10:00/a.html"
    assert hand_ins(here, tmp_path / "lab/own", None)[0].page == ""
    assert hand_ins(here, tmp_path, None)[0].files == (("a.ipynb", ""),)  # the copy is gone


@pytest.mark.parametrize(
    ("trace", "said"),
    [
        ("Traceback\n  File\nnbgrader.exchange.ExchangeError: Not there", "Not there."),
        ("Traceback\nOSError: [Errno 28] No space left on device", "[Errno 28] No space left on"),
        ("x\nnbgrader.E: Missing:\nExpected:\n\ta: FOUND", "Missing: Expected: \ta: FOUND."),
        ("SystemExit", "SystemExit."),
        ("", ""),
    ],
)
def test_a_traceback_becomes_what_it_says(trace: str, said: str) -> None:
    found = in_words(trace)
    assert said in found
    assert "Traceback" not in found
