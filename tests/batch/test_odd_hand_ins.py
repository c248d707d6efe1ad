"""Whatever lies in ``submitted/``: it ends in a state with a reason, hangs nothing, reads nobody.

One class in which nearly nothing is as it should be, graded by the command in one go.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from alpaca_course.course import Course
from tests import light
from tests.light import ASSIGNMENT, NOTEBOOK
from tests.processes import grader_and_workers, peak_of

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no such files there")
FILE = f"{NOTEBOOK}.ipynb"
HEAD = b'{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":['
TIMES = {
    "future": b"9999-12-31 23:59:59 UTC",
    "first year": b"0001-01-01 00:00:00 UTC",
    "before the first year": b"0001-01-01 00:00:00 Asia/Tokyo",
    "large": b"2026-01-01 " * 1_000_000,
    "binary": bytes(range(256)),
    "text": b"soon",
    "many digits": b"9" * 4000,
}
FLOODS = {
    "cells of nothing": HEAD + b"{}," * (13 * 2**20) + b"{}]}",
    "lists": HEAD + b'],"x":[' + b"[]," * (13 * 2**20) + b"[]]}",
    "strings": HEAD + b'],"x":[' + b'"",' * (13 * 2**20) + b'""]}',
    "wide": HEAD + b'],"x":"' + "\U0001f999".encode() + b"a" * (39 * 2**20) + b'"}',
    "only wide": HEAD + b'],"x":"' + "\U0001f999".encode() * (9 * 2**20) + b'"}',
    "a string without an end": HEAD + b",,,," * 200_000 + b'"' + b'\\"' * (18 * 2**20),
    "nested": b"[" * (39 * 2**20),
}
REFUSED = {
    "student's folder is a link": "folder.link",
    "lab's folder is a link": "folder.link",
    "lab's folder is a link to nothing": "folder.link",
    "lab's folder is a link to itself": "folder.link",
    "lab's folder is a link to the system's": "folder.link",
    "notebook is a link": "file.unreadable",
    "notebook is a pipe": "file.not_regular",
    "notebook is a socket": "file.not_regular",
    "folder in it is a link": "file.missing",
    **{f"flood of {name}": "file.too_large" for name in FLOODS},
    "flood of wide": "notebook.other",
}
LEFT_OUT = ["\ttab", "line\nfeed", "bell\x07", "colour\x1b[31m", "turned\u202e", " blank"]


def hand_in(course: Course, student: str, data: bytes | None) -> Path:
    folder = course.submitted / student / ASSIGNMENT
    folder.mkdir(parents=True)
    if data is not None:
        (folder / FILE).write_bytes(data)
    return folder


def make(course: Course) -> None:
    solved = nbformat.writes(light.solved(course)).encode()
    honest = hand_in(course, "honest", solved)
    for name, data in TIMES.items():
        (hand_in(course, f"time {name}", solved) / "timestamp.txt").write_bytes(data)
    (hand_in(course, "time folder", solved) / "timestamp.txt").mkdir()
    os.mkfifo(hand_in(course, "time pipe", solved) / "timestamp.txt")
    (hand_in(course, "time link", solved) / "timestamp.txt").symlink_to("/dev/zero")
    os.mkfifo(hand_in(course, "secret pipe", solved) / "submission_secret.txt")
    (course.submitted / "student's folder is a link").symlink_to("honest")
    for name, target in (
        ("a link", str(honest)),
        ("a link to nothing", "nowhere"),
        ("a link to itself", ASSIGNMENT),
        ("a link to the system's", "/etc"),
    ):
        folder = course.submitted / f"lab's folder is {name}"
        folder.mkdir()
        (folder / ASSIGNMENT).symlink_to(target)
    (hand_in(course, "notebook is a link", None) / FILE).symlink_to(honest / FILE)
    (hand_in(course, "folder in it is a link", None) / "in").symlink_to(honest)
    os.mkfifo(hand_in(course, "notebook is a pipe", None) / FILE)
    here = Path.cwd()
    os.chdir(hand_in(course, "notebook is a socket", None))
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(FILE)
    os.chdir(here)
    for name, data in FLOODS.items():
        hand_in(course, f"flood of {name}", data)
    for name in LEFT_OUT:
        hand_in(course, name, solved)


@pytest.fixture(scope="module")
def graded(
    new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    course = new_course(tmp_path_factory.mktemp("odd") / "course")
    make(course)
    command = [str(Path(sys.executable).with_name("alpaca")), "grade", "--json", "--workers", "1"]
    process = subprocess.Popen(
        command, cwd=course.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with peak_of(lambda: grader_and_workers(process.pid)) as peak:
        out, err = process.communicate(timeout=300)
    assert process.returncode == 3, err
    found: dict[str, Any] = json.loads(out)
    found["peak"] = peak[0]
    found["course"] = course
    return found


def by_student(graded: dict[str, Any]) -> dict[str, Any]:
    return {each["student"]: each for each in graded["submissions"]}


def test_all_have_a_state_or_are_named(graded: dict[str, Any]) -> None:
    found = by_student(graded)
    times = {f"time {name}" for name in (*TIMES, "folder", "pipe", "link")}
    assert set(found) == {"honest", "secret pipe", *times, *REFUSED}
    assert all(each["state"] and not each["error"] for each in found.values())
    assert set(graded["left_out"]) == {ascii(name) for name in LEFT_OUT}
    assert graded["not_looked_at"] == []


def test_a_time_that_is_none_costs_nothing_and_is_said(graded: dict[str, Any]) -> None:
    for name, each in by_student(graded).items():
        if name.startswith("time "):
            assert (each["state"], each["points"]) == ("graded with repairs", 30), name
            codes = {note["code"] for note in each["repairs"]}
            assert codes & {"time.unreadable", "time.impossible"}, name


@pytest.mark.parametrize("student", REFUSED)
def test_what_is_no_hand_in_is_refused_in_words(student: str, graded: dict[str, Any]) -> None:
    found = by_student(graded)[student]
    assert (found["state"], found["points"]) == ("refused", 0)
    assert [note["code"] for note in found["reasons"]] == [REFUSED[student]]
    assert "cheat" not in found["reasons"][0]["text"]
    assert "adduser" not in json.dumps(found)


def test_floods_cost_little_memory(graded: dict[str, Any]) -> None:
    """MiB of the grader and its worker; nothing of one of the six stays for the next."""
    print(f"grader and worker: {graded['peak']:.0f} MiB")
    assert graded["peak"] < 500


def test_a_second_run_finds_all_of_it_done(graded: dict[str, Any]) -> None:
    course = graded["course"]
    command = [str(Path(sys.executable).with_name("alpaca")), "grade", "--json"]
    again = subprocess.run(
        [*command, "--student", "honest", "--student", "time pipe"],
        cwd=course.root, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    actions = {each["action"] for each in json.loads(again.stdout)["submissions"]}
    assert (again.returncode, actions) == (0, {"up to date"})
