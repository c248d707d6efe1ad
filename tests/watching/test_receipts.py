"""Receipts: what one side writes the other reads, and nothing else is taken for one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.utils import notebook_hash

from alpaca_course.watching.receipts import (
    LARGEST,
    Stage,
    StudentReceipt,
    page_name,
    parsed,
    read_receipt,
    receipt_name,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECEIPT = StudentReceipt(
    lab="lab",
    file="mine.ipynb",
    sha256="0" * 64,
    received="2026-03-01T11:59:00+00:00",
    state=Stage.QUEUED,
    position=3,
    seconds=40.0,
    why="Für dich",
    updated=NOW.isoformat(),
)


def test_what_was_written_is_read() -> None:
    assert parsed(RECEIPT.text()) == RECEIPT


def test_its_name_is_that_of_the_page_that_nbgrader_releases(tmp_path: Path) -> None:
    digest = notebook_hash(secret="secret", notebook_id="mine")
    assert page_name("secret", "mine") == f"{digest}.html"
    (tmp_path / f"{digest}.json").write_text(RECEIPT.text(), encoding="utf-8")
    assert read_receipt(tmp_path, "secret", "mine") == RECEIPT
    assert read_receipt(tmp_path, "other", "mine") is None


def test_a_reader_ignores_what_it_does_not_know() -> None:
    assert parsed(json.dumps({**json.loads(RECEIPT.text()), "new": [1]})) == RECEIPT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        "[" * 100_000,
        *(
            json.dumps({**json.loads(RECEIPT.text()), key: value})
            for key, value in [
                ("format", 2),
                ("state", "lost"),
                ("position", "1"),
                ("position", True),
                ("seconds", "soon"),
                ("page", 1),
                ("why", None),
            ]
        ),
    ],
)
def test_what_is_no_receipt_is_none(text: str) -> None:
    assert parsed(text) is None


def test_no_more_is_read_than_a_receipt_has(tmp_path: Path) -> None:
    (tmp_path / receipt_name("s", "n")).write_text(RECEIPT.text() + " " * 10 * LARGEST)
    assert read_receipt(tmp_path, "s", "n") == RECEIPT


def test_an_estimate_grows_old() -> None:
    assert RECEIPT.seconds_left(NOW + timedelta(seconds=15)) == 25
    assert RECEIPT.seconds_left(NOW + timedelta(hours=1)) == 0
    # The reader's clock is behind.
    assert RECEIPT.seconds_left(NOW - timedelta(hours=1)) == 40
