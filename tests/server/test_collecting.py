"""Collecting from an exchange in which students may put whatever they like."""

from __future__ import annotations

import copy
import logging
import os
import sys
from pathlib import Path

import pytest
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory

from alpaca_course.course import Course
from alpaca_course.exchange.publishing import publish, published
from alpaca_course.lab import Lab

STAMP = "2026-03-01 10:00:00.000000 UTC"


def collect(course: Course, lab: Lab, *, update: bool = False) -> None:
    config = copy.deepcopy(course.config)
    config.CourseDirectory.root = str(course.root)
    config.CourseDirectory.assignment_id = lab.name
    collector = ExchangeFactory(config=config).Collect(
        coursedir=CourseDirectory(config=config),
        authenticator=Authenticator(config=config),
        config=config,
    )
    collector.log = logging.getLogger("collect")
    collector.update = update
    collector.start()


@pytest.mark.skipif(os.name == "nt", reason="nbgrader has no exchange there")
def test_links_and_pipes_bring_nothing_of_others(
    course: Course,
    lab: Lab,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # nbgrader calls alembic by name.
    programs = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", programs + os.pathsep + os.environ["PATH"])
    publish(course, lab)
    inbound = published(course, lab).parents[1] / "inbound"
    secret = course.root / "secret.ipynb"
    secret.write_text("of the instructor", encoding="utf-8")

    def handed_in(student: str) -> Path:
        folder = inbound / f"{student}+{lab.name}+{STAMP}"
        folder.mkdir()
        (folder / "timestamp.txt").write_text(STAMP, encoding="utf-8")
        return folder

    honest = handed_in("ada")
    (honest / lab.file_name).write_text("mine", encoding="utf-8")
    (honest / "more" / "deep").mkdir(parents=True)
    (honest / "more" / "deep" / "data.csv").write_text("1", encoding="utf-8")
    linked = handed_in("bob")
    (linked / lab.file_name).symlink_to(secret)
    (linked / "folder").symlink_to(course.root)
    piped = handed_in("cem")
    os.mkfifo(piped / lab.file_name)
    (piped / "notes.txt").write_text("notes", encoding="utf-8")
    os.mkfifo(piped / "a\x1b[2J\nNot collected: everybody")
    (inbound / f"dan+{lab.name}+{STAMP}").symlink_to(course.root)

    with caplog.at_level(logging.WARNING, logger="collect"):
        collect(course, lab)
    got = {name: course.submitted / name / lab.name for name in ("ada", "bob", "cem", "dan")}
    assert (got["ada"] / lab.file_name).read_text(encoding="utf-8") == "mine"
    assert (got["ada"] / "more" / "deep" / "data.csv").is_file()
    assert (got["bob"] / lab.file_name).is_symlink()
    assert (got["bob"] / "folder").is_symlink()
    assert sorted(path.name for path in got["cem"].iterdir()) == ["notes.txt", "timestamp.txt"]
    assert not got["dan"].exists()
    told = " ".join(caplog.messages)
    assert f"Left out: {lab.file_name}" in told
    assert "Not collected" in told
    assert "dan+" in told
    assert all(message.isprintable() for message in caplog.messages)
    for path in course.submitted.rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert "of the instructor" not in path.read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="nbgrader has no exchange there")
@pytest.mark.usefixtures("nobody_may_enter")
def test_a_folder_that_may_not_be_read_is_named_and_the_rest_of_the_hand_in_collected(
    course: Course,
    lab: Lab,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    programs = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", programs + os.pathsep + os.environ["PATH"])
    publish(course, lab)
    folder = published(course, lab).parents[1] / "inbound" / f"ada+{lab.name}+{STAMP}"
    for name in ("locked", "more"):
        (folder / name).mkdir(parents=True)
        (folder / name / "data.csv").write_text("1", encoding="utf-8")
    (folder / lab.file_name).write_text("mine", encoding="utf-8")
    with caplog.at_level(logging.WARNING, logger="collect"):
        collect(course, lab)
    got = course.submitted / "ada" / lab.name
    found = {path.relative_to(got).as_posix() for path in got.rglob("*")}
    assert found == {"locked", "more", "more/data.csv", lab.file_name}
    assert "Left out: the folder locked" in caplog.text


@pytest.mark.skipif(os.name == "nt", reason="nbgrader has no exchange there")
def test_names_and_times_that_cannot_be_read_stop_nobody_and_a_later_one_comes_whole(
    course: Course, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", programs + os.pathsep + os.environ["PATH"])
    publish(course, lab)
    inbound = published(course, lab).parents[1] / "inbound"
    for name in (f"ada+{lab.name}+soon", f"..+{lab.name}+{STAMP}", f"+{lab.name}+{STAMP}"):
        (inbound / name).mkdir()
    endless = {"bob": "/dev/zero", "cem": str(course.root / "nowhere")}
    for student in ("ada", *endless):
        folder = inbound / f"{student}+{lab.name}+{STAMP}"
        folder.mkdir()
        (folder / lab.file_name).write_text("first", encoding="utf-8")
        (folder / "timestamp.txt").symlink_to(endless.get(student, STAMP))
    collect(course, lab)
    later = STAMP.replace("10:00", "11:00")
    for student in ("ada", *endless):
        folder = inbound / f"{student}+{lab.name}+{later}"
        folder.mkdir()
        (folder / "other.ipynb").write_text("second", encoding="utf-8")
    # Of a process that was ended in the middle.
    (course.submitted / "ada" / ".collect-half").mkdir()
    collect(course, lab, update=True)
    for student in ("ada", *endless):
        found = {path.name for path in (course.submitted / student / lab.name).iterdir()}
        assert found == {"other.ipynb"}
        assert [path.name for path in (course.submitted / student).iterdir()] == [lab.name]
    assert sorted(path.name for path in course.submitted.iterdir()) == ["ada", "bob", "cem"]
    assert not (course.root / lab.name).exists()
