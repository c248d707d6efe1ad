"""Which bytes were handed in, and when."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alpaca_course.intake.files import Found
from alpaca_course.intake.receipt import received
from alpaca_course.intake.timestamp import Stamp, parse_time, read_timestamp

TEN = datetime(2026, 11, 28, 10, tzinfo=UTC)
NO_ZONE = "UTC, since it names no zone"


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2026-11-28 10:00:00.000000 UTC", "UTC"),
        ("2026-11-28 11:00:00 +0100\n", "+0100"),
        ("2026-11-28 11:00:00 CET", "CET"),
        ("2026-11-28 11:00:00 Europe/Berlin", "Europe/Berlin"),
        ("2026-11-28T12:00:00+02:00", "+0200"),
        ("2026-11-28 10:00:00", "UTC, since it names no zone"),
        ("2026-11-28 10:00:00 Nowhere", "UTC, since no zone is called Nowhere"),
    ],
)
def test_times_are_utc_and_their_zone_is_told(text: str, zone: str) -> None:
    assert parse_time(text) == (TEN, zone)


@pytest.mark.parametrize(
    "stamp", [b"yesterday evening", b"\xff\xfe2026", b"99999999999999999999 10:00", b"", None]
)
def test_a_time_that_is_none_is_the_files_own(stamp: bytes | None, tmp_path: Path) -> None:
    if stamp is not None:
        (tmp_path / "timestamp.txt").write_bytes(stamp)
    receipt = received(Found(("x.ipynb",), b"{}", TEN.timestamp()), read_timestamp(tmp_path))
    assert receipt.handed_in is None
    assert (receipt.sha256, receipt.size) == (hashlib.sha256(b"{}").hexdigest(), 2)
    why = "there is no timestamp.txt" if stamp is None else "timestamp.txt cannot be read as one"
    assert receipt.when == f"2026-11-28 10:00:00 UTC (the file's own time: {why})"


def test_a_link_as_time_stamp_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("2020-01-01 10:00:00 UTC")
    (tmp_path / "timestamp.txt").symlink_to(tmp_path / "elsewhere")
    assert received(Found(("x.ipynb",), b"", 0.0), read_timestamp(tmp_path)).source == "file"


@pytest.mark.parametrize(
    ("text", "wanted", "zone"),
    [
        ("2026-12-04 11:59 PM", datetime(2026, 12, 4, 23, 59, tzinfo=UTC), NO_ZONE),
        ("2026-12-04 11:59 am", datetime(2026, 12, 4, 11, 59, tzinfo=UTC), NO_ZONE),
        ("Fri Dec  4 23:59:00 CET 2026", datetime(2026, 12, 4, 22, 59, tzinfo=UTC), "+0100"),
    ],
)
def test_times_as_people_write_them(text: str, wanted: datetime, zone: str) -> None:
    assert parse_time(text) == (wanted, zone)


@pytest.mark.parametrize("text", ["4.12.2026 23:59", "12/4/2026 11:59 PM", "23:59", "Friday", "12"])
def test_what_may_be_several_times_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_time(text)


@pytest.mark.parametrize("seconds", [2.0**40, 2.0**53, -(2.0**40)])
def test_a_time_of_the_file_that_no_calendar_has_is_none(seconds: float) -> None:
    receipt = received(Found(("x.ipynb",), b"{}", seconds), Stamp())
    assert receipt.when == "at an unknown time"
    assert (receipt.sha256, receipt.source) == (hashlib.sha256(b"{}").hexdigest(), "")
