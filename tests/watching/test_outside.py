"""What a watcher shows: a page for this machine alone, a status, and signs of life."""

from __future__ import annotations

import http.client
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.watching.estimates import Rate
from alpaca_course.watching.notify import notify
from alpaca_course.watching.outside import (
    Outside,
    page_file,
    read_rate,
    read_status,
    status_file,
)
from alpaca_course.watching.receipts import Stage
from alpaca_course.watching.serving import served
from alpaca_course.watching.status import Counts, Row, Status, lines, page
from alpaca_course.watching.telling import News

HOSTILE = "<script>alert(1)</script>\x1b[2J"


def status(*rows: Row, blocked: str = "") -> Status:
    return Status("lab", "here", 2, rows, 0, Counts(graded=3), Rate(4.0, 2.0), blocked)


def get(address: str, path: str = "/", host: str | None = None) -> tuple[int, bytes]:
    place = address.removeprefix("http://").rstrip("/")
    connection = http.client.HTTPConnection(place, timeout=10)
    connection.request("GET", path, headers={"Host": host or place})
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_the_page_is_served_to_this_machine_and_nothing_else_is(tmp_path: Path) -> None:
    (tmp_path / "status.html").write_text("<p>fine</p>")
    (tmp_path / "secret").write_text("secret")
    with served(tmp_path / "status.html", 0) as address:
        assert address.startswith("http://127.0.0.1:")
        assert get(address) == (200, b"<p>fine</p>")
        assert get(address, "/live") == (200, b"<p>fine</p>")
        for path in ("/live/", "/secret", "/../secret", "/status.html", "/?x"):
            assert get(address, path)[0] == 404
        # A page elsewhere that has given its own name to this address.
        assert get(address, host="evil.example:80")[0] == 404
        port = int(address.rstrip("/").rpartition(":")[2])
        with pytest.raises(CourseError, match="cannot be had"), served(tmp_path, port):
            pass


def test_names_are_shown_as_text(course: Course) -> None:
    outside = Outside(course, course.lab(), lambda: None)
    outside.fault(HOSTILE, HOSTILE)
    news = News(Stage.QUEUED, 1, 12.0, why=HOSTILE)
    outside.show(lambda: status(Row(HOSTILE, news), blocked=HOSTILE))
    shown = page_file(outside.folder).read_text()
    assert "<script" not in shown
    assert "/live" not in shown  # where nobody serves it
    assert "\x1b" not in shown
    assert "default-src 'none'" in shown
    kept = read_status(course, course.lab())
    assert kept is not None
    assert all(line.isprintable() for line in lines(kept, datetime.now(UTC)))


def test_a_status_tells_a_process_that_runs_from_one_that_does_not(course: Course) -> None:
    alive: list[int] = []
    outside = Outside(course, course.lab(), lambda: alive.append(1))
    outside.show(lambda: status(Row("ann", News(Stage.GRADING))))
    assert alive == [1]
    kept = read_status(course, course.lab())
    assert kept is not None
    now = datetime.fromisoformat(kept["updated"])
    assert "running" in lines(kept, now)[0]
    assert "no sign for" in lines(kept, now + timedelta(minutes=5))[0]
    outside.end()
    kept = read_status(course, course.lab())
    assert kept is not None
    assert "not running" in lines(kept, now)[0]
    assert "not running" in page(kept, now)
    # The next process begins with what this one measured.
    rate = read_rate(course, course.lab())
    assert (rate.alone, rate.each) == (4.0, 2.0)


def test_a_status_of_an_older_process_is_read(course: Course) -> None:
    outside = Outside(course, course.lab(), lambda: None)
    outside.show(status)
    file = status_file(outside.folder)
    file.write_text(file.read_text().replace('"assignment"', '"lab"'))
    kept = read_status(course, course.lab())
    assert kept is not None
    assert lines(kept, datetime.now(UTC))[0].startswith(course.lab().name)
    assert read_rate(course, course.lab()).alone == 4.0


def test_a_fault_is_said_once(course: Course) -> None:
    outside = Outside(course, course.lab(), lambda: None)
    assert outside.fault("ann", "no room")
    assert not outside.fault("ann", "no room")
    assert outside.fault("bob", "no room")
    assert outside.fault("ann", "no sandbox")


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs Unix sockets")
@pytest.mark.parametrize("abstract", [False, True])
def test_signs_reach_the_service_manager(
    abstract: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"@alpaca-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind("\0" + address[1:] if abstract else address)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        notify("READY=1")
        assert receiver.recv(64) == b"READY=1"
    notify("STOPPING=1")  # nobody listens any more
    monkeypatch.delenv("NOTIFY_SOCKET")
    notify("READY=1")
