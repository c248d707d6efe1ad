"""Reading what others put into a folder: through no link, waiting for nothing, once."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path, PurePosixPath

import pytest

from alpaca_course import opened
from alpaca_course.opened import DEEPEST, LeadsElsewhereError, NotOrdinaryError, Opened

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no such files there")
FILE = PurePosixPath("a", "file")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "student" / "lab" / "a").mkdir(parents=True)
    (tmp_path / "student" / "lab" / "a" / "file").write_bytes(b"mine")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_bytes(b"another's")
    return tmp_path / "student" / "lab"


@pytest.mark.parametrize("relative", [True, False])
def test_a_file_and_the_bound_on_it(
    relative: bool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "RELATIVE", relative)
    with Opened(folder, own=2) as place:
        assert place.read(FILE, 4)[0] == b"mine"
        assert len(place.read(FILE, 2)[0]) == 3
        assert [(str(path), files) for path, _, files in place.walk()] == [
            (".", []),
            ("a", ["file"]),
        ]
        with pytest.raises(FileNotFoundError):
            place.read(PurePosixPath("nothing"), 4)


@pytest.mark.parametrize("relative", [True, False])
@pytest.mark.parametrize("kind", ["pipe", "socket", "folder", "link", "link to a device"])
def test_what_is_no_file_is_not_opened(
    kind: str, relative: bool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "RELATIVE", relative)
    monkeypatch.chdir(folder / "a")
    Path("file").unlink()
    if kind == "pipe":
        os.mkfifo("file")
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind("file")
    elif kind == "folder":
        Path("file").mkdir()
    else:
        target = "/dev/zero" if kind == "link to a device" else folder.parents[1] / "other" / "file"
        Path("file").symlink_to(target)
    wanted = LeadsElsewhereError if kind.startswith("link") else NotOrdinaryError
    with Opened(folder, own=2) as place, pytest.raises(wanted):
        place.read(FILE, 4)


@pytest.mark.parametrize("level", ["student", "student/lab", "student/lab/a"])
def test_no_folder_on_the_way_may_be_a_link(level: str, folder: Path) -> None:
    top = folder.parents[1]
    (top / level).rename(top / "moved")
    (top / level).symlink_to(top / "moved")
    if level == "student/lab/a":
        with Opened(folder, own=2) as place, pytest.raises(LeadsElsewhereError):
            place.read(FILE, 4)
    else:
        with pytest.raises(LeadsElsewhereError):
            Opened(folder, own=2)


def test_the_instructors_own_links_are_followed(folder: Path) -> None:
    top = folder.parents[1]
    (top.parent / f"{top.name}-elsewhere").symlink_to(top)
    with Opened(top.parent / f"{top.name}-elsewhere" / "student" / "lab", own=2) as place:
        assert place.read(FILE, 4)[0] == b"mine"


def test_a_folder_that_is_replaced_meanwhile_is_still_the_one_that_was_opened(folder: Path) -> None:
    top = folder.parents[1]
    with Opened(folder, own=2) as place:
        folder.rename(top / "moved")
        folder.symlink_to(top / "other")
        assert place.read(FILE, 4)[0] == b"mine"
        (top / "moved" / "a").rename(top / "moved" / "b")
        (top / "moved" / "a").symlink_to(top / "other")
        with pytest.raises(LeadsElsewhereError):
            place.read(FILE, 9)


def test_whoever_swaps_files_all_the_time_gets_nothing_else_read(folder: Path) -> None:
    """A file, a link to another's and a pipe take turns in one place, as fast as they can."""
    top, done = folder.parents[1], threading.Event()
    makers = (
        lambda path: path.write_bytes(b"mine"),
        lambda path: path.symlink_to(top / "other" / "file"),
        os.mkfifo,
    )

    def swap() -> None:
        number = 0
        while not done.is_set():
            fresh = folder / "a" / f"x{number}"
            makers[number % 3](fresh)
            fresh.replace(folder / "a" / "file")
            number += 1

    swapping = threading.Thread(target=swap)
    swapping.start()
    seen: set[bytes] = set()
    try:
        # Threads may take turns so evenly that one of the three is met late.
        for number in range(100_000):
            if number > 3000 and b"mine" in seen:
                break
            with Opened(folder, own=2) as place:
                try:
                    seen.add(place.read(FILE, 100)[0])
                except (LeadsElsewhereError, NotOrdinaryError) as error:
                    seen.add(type(error).__name__.encode())
                except OSError as error:
                    seen.add(str(error.errno).encode())
    finally:
        done.set()
        swapping.join()
    assert b"another's" not in seen
    assert b"mine" in seen


@pytest.mark.parametrize("relative", [True, False])
def test_nobody_walks_deeper_than_a_hand_in_can_be(
    relative: bool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "RELATIVE", relative)
    (folder / "/".join("d" * (DEEPEST + 20))).mkdir(parents=True)
    with Opened(folder, own=2) as place:
        found = [(len(inside.parts), folders) for inside, folders, _ in place.walk()]
    assert max(deep for deep, _ in found) == DEEPEST
    assert (DEEPEST, ["d"]) in [(deep, ["d"]) for deep, _ in found]
