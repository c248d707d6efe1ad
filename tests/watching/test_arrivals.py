"""What is taken for a hand-in, when it is finished, and in which order hand-ins came."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alpaca_course.course import Course
from alpaca_course.watching import arrivals, inlets
from alpaca_course.watching.arrivals import Inbound, Order, notebooks_in, parsed
from alpaca_course.watching.inlets import FolderInlet
from tests.light import ASSIGNMENT

AT = "2026-03-01 10:00:00.000000"


@pytest.mark.parametrize(
    ("name", "student"),
    [
        (f"ada+lab+{AT} UTC+a_-B9", "ada"),
        (f"ada+lab+{AT} UTC", "ada"),
        (f"ada+lab+{AT} +0000+r4nd", "ada"),
        (f"ada+lab+{AT} +0000", "ada"),
        (f"a+b+lab+{AT} UTC+r4nd", "a+b"),
        (f"lab+lab+{AT} UTC+r4nd", "lab"),
        (f"*+lab+{AT} UTC+r4nd", "*"),
    ],
)
def test_whose_a_hand_in_is(name: str, student: str) -> None:
    found = parsed(name, "lab")
    assert found is not None
    assert (found.student, found.received) == (student, datetime(2026, 3, 1, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "lab",
        "ada+lab",
        "ada+lab+",
        "ada+lab+yesterday+x",
        f"+lab+{AT} UTC",
        f"..+lab+{AT} UTC",
        f".hidden+lab+{AT} UTC",
        f"a\nb+lab+{AT} UTC",
        f" ada+lab+{AT} UTC",
        f"ada+other+{AT} UTC+x",
        f"ada+lab+{'9' * 400}",
    ],
)
def test_what_is_no_hand_in_of_the_lab(name: str) -> None:
    assert parsed(name, "lab") is None


def named(student: str, time: datetime) -> str:
    return f"{student}+lab+{time:%Y-%m-%d %H:%M:%S.%f} UTC+x"


def found_in(names: list[str]) -> list[arrivals.Arrival]:
    return [each for name in names if (each := parsed(name, "lab")) is not None]


def test_order_of_arrival_survives_a_clock_that_is_set_back_and_a_new_process(
    tmp_path: Path,
) -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    first = [named("ada", noon), named("bob", noon - timedelta(hours=1))]
    order = Order(tmp_path / "order.json")
    assert [each.student for each in order.numbered(found_in(first))] == ["bob", "ada"]
    later = [*first, named("ada", noon - timedelta(days=1))]
    for each in (order, Order(tmp_path / "order.json")):
        names = [found.name for found in each.numbered(found_in(later))]
        assert names == [first[1], first[0], later[2]]
    # What is not there any more is forgotten, and its number is given to nobody else.
    assert [each.number for each in order.numbered(found_in(later[2:]))] == [3]
    assert max(each.number for each in order.numbered(found_in(later))) > 3


def test_a_damaged_order_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "order.json"
    path.write_text('{"a": "b", "c": 1.5}')
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert len(Order(path).numbered(found_in([named("ada", noon)]))) == 1


def handed_in(inbound: Path, student: str) -> Path:
    folder = inbound / f"{student}+lab+{AT} UTC+x"
    folder.mkdir()
    (folder / "lab.ipynb").write_text("{}")
    (folder / "timestamp.txt").write_text(f"{AT} UTC")
    return folder


@pytest.mark.usefixtures("nobody_may_enter")
def test_a_folder_that_may_not_be_read_keeps_no_hand_in_from_coming_to_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "UNSIGNED", -1.0)
    place = Inbound(tmp_path, "lab", owned=False)
    (handed_in(tmp_path, "ada") / "locked").mkdir()
    assert {each.student for each in place.arrivals()} == {"ada"}


def test_a_hand_in_that_may_not_be_read_is_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is fetched in vain then, which is told and tried again."""

    def refused(folder: Path) -> arrivals.Signature:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(arrivals, "signature", refused)
    place = Inbound(tmp_path, "lab", owned=False)
    handed_in(tmp_path, "ada")
    assert list(place.arrivals()) == []
    assert place.settling
    monkeypatch.setattr(arrivals, "UNSIGNED", -1.0)
    assert {each.student for each in place.arrivals()} == {"ada"}


def test_a_hand_in_is_taken_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Inbound(tmp_path, "lab", owned=False)
    folder = handed_in(tmp_path, "ada")
    assert list(place.arrivals()) == []
    assert place.settling
    (folder / "submission_secret.txt").write_text("s")
    assert list(place.arrivals()) == []
    folder.chmod(0o777)
    assert [each.student for each in place.arrivals()] == ["ada"]
    assert not place.settling
    # Of one that was put there by hand nobody says when it is whole: it has to rest.
    other = handed_in(tmp_path, "bob")
    assert [each.student for each in place.arrivals()] == ["ada"]
    monkeypatch.setattr(arrivals, "UNSIGNED", 0.0)
    assert {each.student for each in place.arrivals()} == {"ada", "bob"}
    for path in other.iterdir():
        path.unlink()
    other.rmdir()
    assert [each.student for each in place.arrivals()] == ["ada"]


def test_a_folder_without_files_is_the_beginning_of_a_hand_in(tmp_path: Path) -> None:
    (tmp_path / f"ada+lab+{AT} UTC+x" / "more").mkdir(parents=True)
    place = Inbound(tmp_path, "lab", owned=False)
    assert list(place.arrivals()) == []
    assert list(place.arrivals()) == []


def test_an_old_hand_in_rests_already_whatever_the_clock_says(tmp_path: Path) -> None:
    for student, seconds in (("ada", -3600.0), ("bob", 3600.0)):
        for path in handed_in(tmp_path, student).iterdir():
            os.utime(path, (time.time() + seconds,) * 2)
    found = Inbound(tmp_path, "lab", owned=False).arrivals()
    assert {each.student for each in found} == {"ada", "bob"}


@pytest.mark.skipif(os.name == "nt", reason="nbgrader has no exchange there")
def test_a_hand_in_of_another_owner_is_left_to_a_person(tmp_path: Path) -> None:
    folder = handed_in(tmp_path, "ada")
    (folder / "submission_secret.txt").write_text("s")
    folder.chmod(0o777)
    place = Inbound(tmp_path, "lab", owned=True)
    assert list(place.arrivals()) == []
    ((name, why),) = place.left_out.items()
    assert name == folder.name
    assert "look at it" in why


def test_links_in_a_hand_in_are_read_by_nobody(tmp_path: Path) -> None:
    outside = tmp_path / "secret"
    outside.write_text("of others")
    folder = handed_in(tmp_path, "ada")
    (folder / "submission_secret.txt").symlink_to(outside)
    (folder / "mine.ipynb").symlink_to(outside)
    assert arrivals.secret_in(folder) == ""
    assert "mine" not in notebooks_in(folder, "lab")
    linked = tmp_path / f"bob+lab+{AT} UTC+x"
    linked.symlink_to(folder)
    for _ in range(2):
        found = {each.student for each in Inbound(tmp_path, "lab", owned=False).arrivals()}
        assert "bob" not in found


def test_receipts_of_a_hand_in_are_bounded(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"n{number:03}.ipynb").write_text("{}")
    (tmp_path / "zz.ipynb").write_text("{}")
    found = notebooks_in(tmp_path, "zz")
    assert len(found) == arrivals.MOST
    assert len(found["zz"]) == 64


def test_a_file_of_no_year_stops_nobody(
    new_course: Callable[[Path], Course], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = new_course(tmp_path / "course")
    for student in ("ann", "bob"):
        (tmp_path / "inbox" / student / ASSIGNMENT).mkdir(parents=True)
    times = iter((2**60 * 1000, 1_700_000_000 * 10**9))
    monkeypatch.setattr(inlets, "signature", lambda _: (("light.ipynb", 2, next(times)),))
    found = FolderInlet(course, course.lab(), tmp_path / "inbox").arrivals()
    assert [each.student for each in found] == ["ann", "bob"]
    assert all(each.received <= datetime.now(UTC) for each in found)
