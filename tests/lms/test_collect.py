"""``alpaca roster`` and ``alpaca collect``: what comes in lies where grading looks for it."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from alpaca_course.course import Course
from alpaca_course.intake.timestamp import read_timestamp
from alpaca_course.lms import taking
from alpaca_course.lms.collected import Collected
from alpaca_course.lms.roster import Roster
from tests import light
from tests.commands import ATTENTION, alpaca, answer
from tests.light import ASSIGNMENT
from tests.lms.made import (
    CLASS,
    Person,
    canvas_export,
    canvas_file,
    moodle_folder,
    notebook,
    worksheet,
    zipped,
)

ANN, BOB = CLASS[:2]
ZONE = ("--zone", "Europe/Berlin")


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The light course with the class as Canvas has it; do not change it."""
    root = tmp_path_factory.mktemp("enrolled")
    course = light.lay_out(root / "course")
    (root / "roster.csv").write_bytes(canvas_export(CLASS))
    assert alpaca(course, "roster", "import", str(root / "roster.csv")).returncode == 0
    return course


@pytest.fixture
def place(enrolled: Course, tmp_path: Path) -> Course:
    """Such a course of the test's own."""
    shutil.copytree(enrolled.root, tmp_path / "course")
    return Course.load(tmp_path / "course")


def folder(course: Course, student: str) -> Path:
    return course.submitted / student / ASSIGNMENT


def lies(course: Course) -> dict[str, dict[str, bytes]]:
    """Everything in ``submitted/``."""
    found: dict[str, dict[str, bytes]] = {}
    for path in sorted(course.submitted.rglob("*")):
        if path.is_file():
            student, _, *rest = path.relative_to(course.submitted).parts
            found.setdefault(student, {})["/".join(rest)] = path.read_bytes()
    return found


def from_canvas(course: Course, path: Path, files: Mapping[str, bytes], *more: str) -> Any:
    return answer(course, "collect", str(zipped(path, files)), *more)


def test_a_roster_goes_into_the_gradebook_too(place: Course) -> None:
    with Gradebook(place.db_url) as book:
        gus = book.find_student("gus")
        assert (gus.first_name, gus.last_name, gus.lms_user_id) == ("小明", "王", "105")
    assert len(answer(place, "roster list")["students"]) == len(CLASS)


def test_a_dry_run_of_a_roster_changes_nothing(course: Course, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_bytes(canvas_export(CLASS))
    found = answer(course, "roster import", str(tmp_path / "roster.csv"), "--dry-run")
    assert (len(found["added"]), found["written"]) == (7, False)
    assert not Roster.load(course).students
    with Gradebook(course.db_url) as book:
        assert not book.students


def test_who_dropped_and_handed_in_stays_in_the_gradebook(place: Course, tmp_path: Path) -> None:
    with Gradebook(place.db_url) as book:
        book.add_assignment(ASSIGNMENT)
        book.add_submission(ASSIGNMENT, "ann")
    (tmp_path / "less.csv").write_bytes(canvas_export(CLASS[2:]))
    found = answer(place, "roster import", str(tmp_path / "less.csv"))
    assert found["gradebook"] == {"added": [], "removed": ["bob"], "kept": ["ann"]}
    with Gradebook(place.db_url) as book:
        assert {each.id for each in book.students} == {each.login for each in CLASS} - {"bob"}


def test_rows_that_cannot_be_taken_are_named(course: Course, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("id,email\nann,a@x.org\na/b,b@x.org\n")
    done = alpaca(course, "roster", "import", str(tmp_path / "r.csv"))
    assert done.returncode == ATTENTION
    assert "line 3" in done.stderr
    assert [each.id for each in Roster.load(course).students] == ["ann"]


def test_canvas_to_submitted(place: Course, tmp_path: Path) -> None:
    files = {canvas_file(each, each.number, "lab.ipynb"): notebook(each.login) for each in CLASS}
    files[canvas_file(ANN, 900, "lab-1.ipynb", late=True)] = notebook("again")
    files["__MACOSX/._x"] = b""
    dry = from_canvas(place, tmp_path / "c.zip", files, "--dry-run")
    assert not place.submitted.exists()
    found = answer(place, "collect", str(tmp_path / "c.zip"))
    assert {**dry, "written": True, "table": found["table"]} == found
    wanted = {each.login: {"lab.ipynb": notebook(each.login)} for each in CLASS}
    assert lies(place) == {**wanted, "ann": {"lab-1.ipynb": notebook("again")}}
    assert not list(place.submitted.glob(".*"))
    # Every file of the download has its row, also in the file that is kept.
    assert [row["file"] for row in found["files"]] == [*files]
    with Path(found["table"]).open(encoding="utf-8-sig") as table:
        assert [row["status"] for row in csv.DictReader(table)] == [
            row["status"] for row in found["files"]
        ]
    collected = Collected.load(place, ASSIGNMENT)
    assert collected.said_of("ann")[0].startswith("Canvas marks it as late")
    assert collected.said_of("bob") == ("Canvas does not mark it as late", False)
    assert collected.said_of("nobody") == ("", False)


def test_moodles_times_by_its_worksheet(place: Course, tmp_path: Path) -> None:
    files = {f"{moodle_folder(each)}/lab.ipynb": notebook(each.login) for each in (ANN, BOB)}
    times = {"ann": "Wednesday, 4 November 2026, 11:59 PM"}
    (tmp_path / "w.csv").write_bytes(worksheet(CLASS, times))
    arguments = (str(zipped(tmp_path / "m.zip", files)), "--times", str(tmp_path / "w.csv"))
    assert "in which zone" in alpaca(place, "collect", *arguments).stderr
    assert not place.submitted.exists()
    # The roster is Canvas's: the worksheet's rows are found once it is imported, too.
    assert alpaca(place, "roster", "import", str(tmp_path / "w.csv")).returncode == 0
    found = answer(place, "collect", *arguments, *ZONE)
    wanted = datetime(2026, 11, 4, 22, 59, tzinfo=UTC)
    assert read_timestamp(folder(place, "ann")).time == wanted
    assert read_timestamp(folder(place, "bob")).time is None
    assert "Europe/Berlin" in found["files"][0]["time_from"]
    (place.deadlines).write_text('zone = "Asia/Tokyo"')
    answer(place, "collect", *arguments)
    assert read_timestamp(folder(place, "ann")).time == datetime(2026, 11, 4, 14, 59, tzinfo=UTC)


def test_a_time_that_may_be_read_in_two_ways_is_not_read(place: Course, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,time\nann,04/05/2026 10:00\n")
    source = str(zipped(tmp_path / "c.zip", {canvas_file(ANN, 1, "lab.ipynb"): b"{}"}))
    done = alpaca(place, "collect", source, "--times", str(tmp_path / "t.csv"), *ZONE)
    assert "which is the day" in done.stderr
    (tmp_path / "t.csv").write_text("id,time\nann,2099-05-04 10:00\n")
    done = alpaca(place, "collect", source, "--times", str(tmp_path / "t.csv"), *ZONE)
    assert "cannot be that of a hand-in" in done.stderr
    assert not place.submitted.exists()


def test_a_roster_comes_first(course: Course, tmp_path: Path) -> None:
    source = zipped(tmp_path / "c.zip", {canvas_file(ANN, 1, "lab.ipynb"): b"{}"})
    done = alpaca(course, "collect", str(source))
    assert (done.returncode, "alpaca roster import" in done.stderr) == (1, True)


def test_not_matched_ends_with_3(place: Course, tmp_path: Path) -> None:
    stranger = Person("zed", "Zed", "Z", 999)
    files = {canvas_file(each, 1, "lab.ipynb"): b"{}" for each in (ANN, stranger)}
    source = str(zipped(tmp_path / "c.zip", files))
    done = alpaca(place, "collect", source)
    assert done.returncode == ATTENTION
    assert "not matched zzed_999" in done.stdout
    assert [*lies(place)] == ["ann"]  # the others are taken all the same
    assert alpaca(place, "collect", source, "--match", "zzed_999=bob").returncode == 0
    assert [*lies(place)] == ["ann", "bob"]
    assert "no student nobody" in alpaca(place, "collect", source, "--match", "x=nobody").stderr


# What is there already
def test_the_same_download_again_changes_nothing(place: Course, tmp_path: Path) -> None:
    files = {canvas_file(ANN, 5, "lab.ipynb"): notebook("1")}
    from_canvas(place, tmp_path / "c.zip", files)
    before = folder(place, "ann").stat().st_mtime_ns
    found = from_canvas(place, tmp_path / "c.zip", files)
    assert found["students"]["ann"]["what"] == "unchanged"
    assert folder(place, "ann").stat().st_mtime_ns == before


def test_a_later_attempt_takes_the_place_and_the_former_is_kept(
    place: Course, tmp_path: Path
) -> None:
    from_canvas(place, tmp_path / "1.zip", {canvas_file(ANN, 5, "lab.ipynb"): notebook("1")})
    found = from_canvas(place, tmp_path / "2.zip", {canvas_file(ANN, 9, "lab-1.ipynb"): b"2"})
    assert found["students"]["ann"]["what"] == "newer"
    assert lies(place)["ann"] == {"lab-1.ipynb": b"2"}
    (former,) = (place.state / "replaced").rglob("lab.ipynb")
    assert former.read_bytes() == notebook("1")


def test_an_older_download_takes_nothing(place: Course, tmp_path: Path) -> None:
    from_canvas(place, tmp_path / "2.zip", {canvas_file(ANN, 9, "lab-1.ipynb"): b"2"})
    found = from_canvas(place, tmp_path / "1.zip", {canvas_file(ANN, 5, "lab.ipynb"): b"1"})
    assert found["students"]["ann"]["what"] == "older"
    assert "later" in found["files"][0]["why"]
    assert lies(place)["ann"] == {"lab-1.ipynb": b"2"}


def test_moodles_downloads_are_ordered_by_when_they_were_packed(
    place: Course, tmp_path: Path
) -> None:
    name = f"{moodle_folder(ANN)}/lab.ipynb"
    early = zipped(tmp_path / "1.zip", {name: b"1"}, when=(2026, 11, 1, 10, 0, 0))
    late = zipped(tmp_path / "2.zip", {name: b"2"}, when=(2026, 11, 2, 10, 0, 0))
    for source, lying in ((late, b"2"), (early, b"2")):
        answer(place, "collect", str(source))
        assert lies(place)["ann"]["lab.ipynb"] == lying


def test_times_decide_before_all(place: Course, tmp_path: Path) -> None:
    def collect(when: str, data: bytes) -> str:
        files = {"ann/lab.ipynb": data, "ann/timestamp.txt": when.encode()}
        found = from_canvas(place, tmp_path / "p.zip", files)
        return str(found["students"]["ann"]["what"])

    assert collect("2026-11-02 10:00:00 UTC", b"2") == "new"
    assert collect("2026-11-02 10:30:00 +0100", b"1") == "older"
    assert collect("2026-11-02 10:30:00 UTC", b"3") == "newer"
    assert lies(place)["ann"]["lab.ipynb"] == b"3"


def test_what_a_person_put_there_stays_unless_told(place: Course, tmp_path: Path) -> None:
    folder(place, "ann").mkdir(parents=True)
    (folder(place, "ann") / "mine.ipynb").write_bytes(b"mine")
    source = str(zipped(tmp_path / "c.zip", {canvas_file(ANN, 5, "lab.ipynb"): b"1"}))
    done = alpaca(place, "collect", source)
    assert (done.returncode, "--replace" in done.stdout) == (ATTENTION, True)
    assert lies(place)["ann"] == {"mine.ipynb": b"mine"}
    assert alpaca(place, "collect", source, "--replace").returncode == 0
    assert lies(place)["ann"] == {"lab.ipynb": b"1"}
    assert len([*(place.state / "replaced").rglob("mine.ipynb")]) == 1


def test_a_link_in_submitted_is_not_written_through(place: Course, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder(place, "ann").parent.mkdir(parents=True)
    folder(place, "ann").symlink_to(elsewhere)
    source = str(zipped(tmp_path / "c.zip", {canvas_file(ANN, 5, "lab.ipynb"): b"1"}))
    assert alpaca(place, "collect", source).returncode == ATTENTION
    assert alpaca(place, "collect", source, "--replace").returncode == 0
    assert not [*elsewhere.iterdir()]
    assert lies(place)["ann"] == {"lab.ipynb": b"1"}


def test_a_time_that_comes_later_is_written(place: Course, tmp_path: Path) -> None:
    files = {canvas_file(ANN, 5, "lab.ipynb"): b"1"}
    from_canvas(place, tmp_path / "c.zip", files)
    arguments = ("--times", str(tmp_path / "t.csv"))
    (tmp_path / "t.csv").write_text("id,submitted_at\nann,2026-11-04T22:00:00Z\n")
    found = from_canvas(place, tmp_path / "c.zip", files, *arguments)
    assert found["students"]["ann"]["what"] == "time"
    assert read_timestamp(folder(place, "ann")).time == datetime(2026, 11, 4, 22, tzinfo=UTC)


# All or nothing
def test_a_damaged_file_leaves_out_its_hand_in_alone(place: Course, tmp_path: Path) -> None:
    names = {canvas_file(ANN, 1, "lab.ipynb"): b"the text", canvas_file(BOB, 2, "lab.ipynb"): b"b"}
    source = zipped(tmp_path / "c.zip", names)
    data = bytearray(source.read_bytes())
    data[data.index(b"PK\x01\x02") + 16] ^= 0xFF  # the first one's check sum
    source.write_bytes(data)
    done = alpaca(place, "collect", str(source))
    assert (done.returncode, [*lies(place)]) == (ATTENTION, ["bob"])
    assert "download it again" in done.stdout


@pytest.mark.parametrize("which", [0, 1, 2])
def test_where_moving_fails_all_is_as_it_was(
    place: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: int
) -> None:
    from_canvas(place, tmp_path / "1.zip", {canvas_file(ANN, 1, "lab.ipynb"): b"1"})
    before, count = lies(place), [0]
    kept = Collected.load(place, ASSIGNMENT)
    move = shutil.move

    def failing(*arguments: Any, **others: Any) -> Any:
        count[0] += 1
        if count[0] == which + 1:
            raise OSError(28, "No space left on device")
        return move(*arguments, **others)

    names = {canvas_file(each, 7, "lab-1.ipynb"): b"2" for each in (ANN, BOB)}
    source = str(zipped(tmp_path / "2.zip", names))
    with monkeypatch.context() as patch:
        patch.setattr(taking.shutil, "move", failing)
        done = alpaca(place, "collect", source)
    assert (done.returncode, "moved back" in done.stderr) == (1, True)
    assert lies(place) == before
    assert Collected.load(place, ASSIGNMENT) == kept
    assert alpaca(place, "collect", source).returncode == 0
    assert [*lies(place)] == ["ann", "bob"]


def test_no_room(place: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = str(zipped(tmp_path / "c.zip", {canvas_file(ANN, 1, "lab.ipynb"): b"1"}))
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(taking.shutil, "disk_usage", lambda _: usage)
    done = alpaca(place, "collect", source)
    assert (done.returncode, "are free" in done.stderr) == (1, True)
    assert not place.submitted.exists()


def test_what_an_ended_run_left_is_removed(place: Course, tmp_path: Path) -> None:
    left = place.submitted / ".collecting-x" / "ann" / ASSIGNMENT
    left.mkdir(parents=True)
    (left / "lab.ipynb").write_text("{}")
    from_canvas(place, tmp_path / "c.zip", {canvas_file(BOB, 1, "lab.ipynb"): b"1"})
    assert [*lies(place)] == ["bob"]


# Clones
def test_the_time_of_a_clone_is_its_last_commits(place: Course, tmp_path: Path) -> None:
    from dulwich import porcelain

    clone = tmp_path / "clones" / "lab-ann"
    clone.mkdir(parents=True)
    porcelain.init(str(clone)).close()
    (clone / "lab.ipynb").write_bytes(notebook("x"))
    porcelain.add(str(clone), [str(clone / "lab.ipynb")])
    porcelain.commit(
        str(clone), b"done", author=b"A <a@x>", committer=b"A <a@x>",
        commit_timestamp=1790000000, commit_timezone=3600,
    )  # fmt: skip
    os.utime(clone / "lab.ipynb", (1700000000, 1700000000))
    (tmp_path / "clones" / "lab-bob" / ".git").mkdir(parents=True)  # no repository at all
    (tmp_path / "clones" / "lab-bob" / "lab.ipynb").write_bytes(b"{}")
    found = answer(place, "collect", str(tmp_path / "clones"))
    assert found["from"] == "github"
    assert read_timestamp(folder(place, "ann")).time == datetime.fromtimestamp(1790000000, UTC)
    assert "UTC+1" in found["files"][1]["time_from"]
    assert read_timestamp(folder(place, "bob")).time is None
    assert (folder(place, "ann") / "lab.ipynb").stat().st_mtime == 1700000000
