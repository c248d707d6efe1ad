"""Downloads of hand-ins: whose each file is, and what is not taken, and why."""

from __future__ import annotations

import os
import struct
import unicodedata
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from alpaca_course.lms import choosing, downloads
from alpaca_course.lms.choosing import LEFT_OUT, NOT_MATCHED, TAKEN, Choice, chosen
from alpaca_course.lms.downloads import DownloadError, opened
from alpaca_course.lms.formats import canvas, format_of, is_a_download, moodle
from alpaca_course.lms.importing import imported
from alpaca_course.lms.matching import Known
from alpaca_course.lms.roster import Roster, Student
from alpaca_course.lms.roster_files import read_listing
from alpaca_course.lms.tables import decoded, parse_table
from tests.lms.made import (
    CLASS,
    Person,
    canvas_export,
    canvas_file,
    moodle_folder,
    notebook,
    participants,
    worksheet,
    zipped,
)

LAB = "light_lab"
ANN, BOB = CLASS[:2]


def roster(data: bytes) -> Roster:
    return imported(Roster(), read_listing(parse_table(decoded(data))), "2026-11-29").roster


CANVAS = roster(canvas_export(CLASS))
MOODLE = roster(worksheet(CLASS))


def choose(source: Path, known: Roster, said: Mapping[str, str] | None = None) -> Choice:
    with opened(source, is_a_download) as entries:
        return chosen(entries, format_of(entries), LAB, Known(known), said)


def files(choice: Choice) -> dict[str, list[str]]:
    return {student: sorted(each.files) for student, each in choice.hand_ins.items()}


def status(choice: Choice) -> dict[str, str]:
    return {line.path: line.status for line in choice.lines}


# Canvas
@pytest.mark.parametrize(
    ("name", "owner", "file", "late"),
    [
        ("leeann_101_5_lab.ipynb", "101", "lab.ipynb", False),
        ("leeann_LATE_101_5_lab.ipynb", "101", "lab.ipynb", True),
        ("o_brien_101_5_my_2_3_lab.ipynb", "101", "my_2_3_lab.ipynb", False),
        ("LATE_101_5_lab.ipynb", "101", "lab.ipynb", True),
        ("leeann_101_text.html", "101", "text.html", False),
        ("leeann_LATE_101_link.html", "101", "link.html", True),
        ("王小明_101_5_実習.ipynb", "101", "実習.ipynb", False),
    ],
)
def test_names_of_canvas(name: str, owner: str, file: str, late: bool) -> None:
    found = canvas((name,))
    assert found is not None
    assert (found.number, found.file, found.late) == (owner, (file,), late)


def test_names_that_are_not_canvass() -> None:
    for name in ("lab.ipynb", "lab_1.ipynb", "101_5_lab.ipynb", "leeann_101_5_"):
        assert canvas((name,)) is None


def test_a_class_of_canvass_in_five_scripts(tmp_path: Path) -> None:
    packed = {canvas_file(each, 9000 + each.number, "lab.ipynb"): b"{}" for each in CLASS}
    for form in ("NFC", "NFD"):
        spelt = {unicodedata.normalize(form, name): data for name, data in packed.items()}
        found = choose(zipped(tmp_path / f"{form}.zip", spelt), CANVAS)
        assert files(found) == {each.login: ["lab.ipynb"] for each in CLASS}
    # By names alone, where the roster is not Canvas's.
    plain = Roster.of(Student(each.login, each.first, each.last) for each in CLASS)
    assert files(choose(zipped(tmp_path / "c.zip", packed), plain)) == files(found)


def test_of_attempts_the_latest_counts_and_each_is_named(tmp_path: Path) -> None:
    source = zipped(
        tmp_path / "c.zip",
        {
            canvas_file(ANN, 7, "lab-1.ipynb", late=True): b"2",
            canvas_file(ANN, 5, "lab.ipynb"): b"1",
            canvas_file(ANN, 6, "notes.txt"): b"n",
            canvas_file(BOB, 8, "lab-2.ipynb"): b"b",
        },
    )
    found = choose(source, CANVAS)
    assert files(found) == {"ann": ["lab-1.ipynb", "notes.txt"], "bob": ["lab-2.ipynb"]}
    assert found.hand_ins["ann"].marked_late
    lines = {line.path: line for line in found.lines}
    assert lines[canvas_file(ANN, 5, "lab.ipynb")].attempt == "1 of 2"
    assert lines[canvas_file(ANN, 7, "lab-1.ipynb", late=True)].attempt == "2 of 2"


def test_who_is_not_matched_is_named_and_can_be_told(tmp_path: Path) -> None:
    stranger = Person("zed", "Zed", "Zed", 999)
    namesake = Person("ann9", "Ann", "Lee", 998)  # another number is another person
    names = [canvas_file(stranger, 1, "a.ipynb"), canvas_file(namesake, 2, "b.ipynb")]
    names += ["anon_Ab12c_3_lab.ipynb", canvas_file(ANN, 4, "c.ipynb")]
    source = zipped(tmp_path / "c.zip", dict.fromkeys(names, b"{}"))
    found = choose(source, CANVAS)
    assert [*status(found).values()] == [NOT_MATCHED, NOT_MATCHED, NOT_MATCHED, TAKEN]
    assert all(line.needs_a_look for line in found.lines[:3])
    told = choose(source, CANVAS, {"zedzed_999": "bob", "anon_Ab12c": "eve"})
    assert files(told) == {"ann": ["c.ipynb"], "bob": ["a.ipynb"], "eve": ["lab.ipynb"]}


# Moodle
def test_names_of_moodle() -> None:
    for parts in (
        ("Ann Lee_101_assignsubmission_file_", "lab.ipynb"),
        ("Ann Lee_101_assignsubmission_file", "lab.ipynb"),
        ("unpacked", "Ann Lee_101_assignsubmission_file", "lab.ipynb"),
        ("Ann Lee_101_assignsubmission_file_lab.ipynb",),
    ):
        found = moodle(parts)
        assert found is not None
        assert (found.name, found.number, found.file) == ("Ann Lee", "101", ("lab.ipynb",))


def test_a_class_of_moodles(tmp_path: Path) -> None:
    packed = {f"{moodle_folder(each)}/lab.ipynb": b"{}" for each in CLASS}
    packed[f"{moodle_folder(ANN, 'onlinetext')}/onlinetext.html"] = b"<p>"
    packed[f"{moodle_folder(BOB)}/deep/er/data.csv"] = b"1"
    found = choose(zipped(tmp_path / "m.zip", packed), MOODLE)
    assert files(found)["ann@example.edu"] == ["lab.ipynb", "onlinetext.html"]
    assert files(found)["bob@example.edu"] == ["deep/er/data.csv", "lab.ipynb"]
    assert len(found.hand_ins) == len(CLASS)
    # By names, where the roster has none of Moodle's numbers.
    assert files(choose(tmp_path / "m.zip", roster(participants(CLASS)))) == files(found)


def test_a_groups_number_is_not_taken_for_a_students(tmp_path: Path) -> None:
    """Moodle names a group's folder by the group and its number, which may be somebody's, too."""
    names = ("Team A_101_assignsubmission_file/lab.ipynb", f"{moodle_folder(BOB)}/lab.ipynb")
    found = choose(zipped(tmp_path / "m.zip", dict.fromkeys(names, b"{}")), MOODLE)
    assert [*found.hand_ins] == ["bob@example.edu"]
    assert status(found)[names[0]] == NOT_MATCHED
    assert "its number is that of ann@example.edu, its name is not" in found.lines[0].why


def test_hidden_names_count_by_number(tmp_path: Path) -> None:
    names = [f"Participant_{each.number}_assignsubmission_file/lab.ipynb" for each in CLASS]
    found = choose(zipped(tmp_path / "m.zip", dict.fromkeys(names, b"{}")), MOODLE)
    assert len(found.hand_ins) == len(CLASS)


def test_two_students_of_one_name_are_not_guessed(tmp_path: Path) -> None:
    known = Roster.of([Student("a", "Ann", "Lee"), Student("b", "Ann", "Lee")])
    found = choose(zipped(tmp_path / "m.zip", {f"{moodle_folder(ANN)}/x.ipynb": b""}), known)
    assert "a, b" in found.lines[0].why
    # Of one who dropped and one who did not, the latter.
    gone = Roster.of([Student("a", "Ann", "Lee", dropped="2026-10-01"), Student("b", "Ann", "Lee")])
    assert [*choose(tmp_path / "m.zip", gone).hand_ins] == ["b"]


def test_downloads_within_a_download(tmp_path: Path) -> None:
    """One for each group, in a folder or in an archive; a student's own archive stays one."""
    own = zipped(tmp_path / "own.zip", {"lab.ipynb": b"{}"}).read_bytes()
    first = zipped(tmp_path / "1.zip", {f"{moodle_folder(ANN)}/own.zip": own})
    second = zipped(tmp_path / "2.zip", {f"{moodle_folder(BOB)}/lab.ipynb": b"{}"})
    folder = tmp_path / "groups"
    folder.mkdir()
    for each in (first, second):
        (folder / each.name).write_bytes(each.read_bytes())
    together = {each.name: each.read_bytes() for each in (first, second)}
    wanted = {"ann@example.edu": ["own.zip"], "bob@example.edu": ["lab.ipynb"]}
    assert files(choose(folder, MOODLE)) == wanted
    assert files(choose(zipped(tmp_path / "both.zip", together), MOODLE)) == wanted


def test_a_download_within_may_be_larger_than_a_hand_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = zipped(tmp_path / "1.zip", {f"{moodle_folder(ANN)}/lab.ipynb": os.urandom(5000)})
    own = zipped(tmp_path / "own.zip", {"x.ipynb": os.urandom(5000)})
    both = {"group.zip": group.read_bytes(), "bob.zip": own.read_bytes()}
    source = zipped(tmp_path / "c.zip", both)
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, data in both.items():
        (folder / name).write_bytes(data)
    monkeypatch.setattr(downloads, "MOST_BYTES", 2000)
    for each in (source, folder):
        lines = {line.path: line for line in choose(each, MOODLE).lines}
        assert lines[f"group.zip/{moodle_folder(ANN)}/lab.ipynb"].why == downloads._TOO_LARGE
        assert lines["bob.zip"].status == NOT_MATCHED


# GitHub Classroom, Blackboard, plain folders
def test_clones(tmp_path: Path) -> None:
    known = Roster.of(
        [Student("ann", github="octo-ann"), Student("bob"), Student("ann2", github="ann")]
    )
    for name in ("lab-1-octo-ann", "lab-1-bob", "lab-1-nobody"):
        clone = tmp_path / "clones" / name
        (clone / ".git" / "objects").mkdir(parents=True)
        (clone / ".git" / "HEAD").write_text("ref: refs/heads/main")
        (clone / "lab.ipynb").write_text("{}")
        (clone / ".github").mkdir()
        (clone / ".github" / "x.yml").write_text("")
    found = choose(tmp_path / "clones", known)
    assert files(found) == {"ann": ["lab.ipynb"], "bob": ["lab.ipynb"]}
    assert status(found)["lab-1-nobody/lab.ipynb"] == NOT_MATCHED
    assert status(found)["lab-1-bob/.git"] == LEFT_OUT  # once, and not each of its files
    assert len(found.lines) == 9


def test_one_students_repository_makes_no_clones_of_the_others(tmp_path: Path) -> None:
    for each in (ANN, BOB):
        place = tmp_path / "in" / moodle_folder(each)
        (place / ".git").mkdir(parents=True)
        (place / "lab.ipynb").write_text("{}")
    found = choose(tmp_path / "in", MOODLE)
    assert [*found.hand_ins] == ["ann@example.edu", "bob@example.edu"]
    assert not found.hand_ins["ann@example.edu"].clone
    for name in ("ann/.git/HEAD", "ann/lab.ipynb", "bob/lab.ipynb", "eve/lab.ipynb"):
        (tmp_path / "plain" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "plain" / name).write_text("{}")
    assert files(choose(tmp_path / "plain", CANVAS)) == {
        name: ["lab.ipynb"] for name in ("ann", "bob", "eve")
    }


def test_blackboards_latest_attempt(tmp_path: Path) -> None:
    attempts = {
        f"Lab 1_ann_attempt_2026-12-0{day}-10-00-00{rest}": b""
        for day in (1, 2)
        for rest in ("_lab.ipynb", "_data.csv", ".txt")
    }
    found = choose(zipped(tmp_path / "b.zip", attempts), CANVAS)
    assert files(found) == {"ann": ["data.csv", "hand-in.txt", "lab.ipynb"]}
    assert found.hand_ins["ann"].named_time == "2026-12-02-10-00-00"
    assert sum(line.attempt == "1 of 2" for line in found.lines) == 3


def test_brightspaces_latest_attempt(tmp_path: Path) -> None:
    attempts = {
        "116533-712 - Ann Lee - Dec 4, 2026 1259 AM - lab.ipynb": b"",
        "116533-715 - Ann Lee - Dec 5, 2026 1209 PM/lab.ipynb": b"",
        "116533-715 - Ann Lee - Dec 5, 2026 1209 PM/old/lab.ipynb": b"",
        "116534-713 - Sean O'Brien - December 4, 2026 141 PM - my - lab.ipynb": b"",
        "116535-714 - Ann - Foe - 4, 2026 141 PM - lab.ipynb": b"",
        "index.html": b"",
    }
    source = zipped(tmp_path / "b.zip", attempts)
    found = choose(source, CANVAS)
    assert files(found) == {"ann": ["lab.ipynb", "old/lab.ipynb"], "bob": ["my - lab.ipynb"]}
    assert found.hand_ins["ann"].named_time == "2026-12-05-12-09-00"
    assert found.hand_ins["bob"].named_time == "2026-12-04-13-41-00"
    assert status(found)["index.html"] == LEFT_OUT
    with opened(source, is_a_download) as entries:
        assert format_of(entries) == "brightspace"


def test_brightspaces_namesakes_are_told_apart_by_hand(tmp_path: Path) -> None:
    twins = Roster.of([Student("k1", "Kim", "Po"), Student("k2", "Kim", "Po")])
    source = zipped(
        tmp_path / "b.zip",
        {f"{n}-9 - Kim Po - Dec 4, 2026 141 PM - lab.ipynb": b"" for n in (11, 12)},
    )
    assert files(choose(source, twins)) == {}
    said = {"11 Kim Po": "k1", "12 Kim Po": "k2"}
    assert files(choose(source, twins, said)) == {"k1": ["lab.ipynb"], "k2": ["lab.ipynb"]}


@pytest.mark.parametrize(
    "path",
    [
        "ann/lab.ipynb",
        f"ann/{LAB}/lab.ipynb",
        f"submitted/ann/{LAB}/lab.ipynb",
        "download/ann/lab.ipynb",
        "Ann Lee/lab.ipynb",
        "Lee, Ann/lab.ipynb",
        "S101/lab.ipynb",
        "ann.ipynb",
        "ann_lab.ipynb",
        "Ann Lee - lab.ipynb",
        "Lee_Ann_ann_12345/lab.ipynb",
        "5517-20441 - Ann Lee - Nov 4, 2026 1159 PM/lab.ipynb",
        "lab 1 (Ann Lee).ipynb",
        "hand-in of ann@example.edu.ipynb",
    ],
)
def test_plain_shapes(tmp_path: Path, path: str) -> None:
    stranger = path.replace("nn", "nna")  # Anna is not in the course
    known = imported(CANVAS, read_listing(parse_table(decoded(worksheet(CLASS)))), "").roster
    found = choose(zipped(tmp_path / "p.zip", {path: b"{}", stranger: b""}), known)
    assert [*found.hand_ins] == ["ann"]
    assert len(found.hand_ins["ann"].files) == 1


def test_a_folder_around_students_with_a_loose_file_in_it(tmp_path: Path) -> None:
    """As Sakai packs an assignment: "Last, First(login)", and its table beside them."""
    names = {
        "Lab 1/Lee, Ann(ann)/Submission attachment(s)/lab.ipynb": b"{}",
        "Lab 1/grades.csv": b"",
    }
    found = choose(zipped(tmp_path / "p.zip", names), CANVAS)
    assert files(found) == {"ann": ["Submission attachment(s)/lab.ipynb"]}
    assert status(found)["Lab 1/grades.csv"] == NOT_MATCHED


def test_one_students_folders_are_not_students(tmp_path: Path) -> None:
    names = ("ann/a/lab.ipynb", "ann/b/data.csv")
    found = choose(zipped(tmp_path / "p.zip", dict.fromkeys(names, b"{}")), CANVAS)
    assert files(found) == {"ann": ["a/lab.ipynb", "b/data.csv"]}


def test_without_a_roster_folders_are_ids(tmp_path: Path) -> None:
    names = (f"s/zed/{LAB}/lab.ipynb", f"s/yan/{LAB}/lab.ipynb", "s/loose.ipynb", "s/.x/lab.ipynb")
    found = choose(zipped(tmp_path / "p.zip", dict.fromkeys(names, b"{}")), Roster())
    assert {*found.hand_ins} == {"zed", "yan"}
    assert status(found)["s/loose.ipynb"] == NOT_MATCHED


def test_the_exchanges_time_counts_only_where_the_exchange_puts_it(tmp_path: Path) -> None:
    names = {"ann/timestamp.txt": b"2026-12-01 10:00:00 UTC", "ann/lab.ipynb": b"{}"}
    found = choose(zipped(tmp_path / "p.zip", names), CANVAS)
    assert found.hand_ins["ann"].stamp is not None
    # A student may have handed in a file of this name.
    for name in (
        canvas_file(ANN, 1, "timestamp.txt"),
        canvas_file(ANN, 1, "submission_secret.txt"),
    ):
        found = choose(zipped(tmp_path / "c.zip", {name: b"2000-01-01 10:00:00 UTC"}), CANVAS)
        assert not found.hand_ins
        assert status(found)[name] == LEFT_OUT


def test_files_of_systems_and_programs(tmp_path: Path) -> None:
    junk = ("__MACOSX/._lab.ipynb", "ann/.ipynb_checkpoints/lab-checkpoint.ipynb", "ann/.DS_Store",
            "ann/Thumbs.db", "ann/desktop.ini")  # fmt: skip
    found = choose(zipped(tmp_path / "p.zip", dict.fromkeys([*junk, "ann/lab.ipynb"], b"")), CANVAS)
    assert files(found) == {"ann": ["lab.ipynb"]}
    assert not any(line.needs_a_look for line in found.lines)


def test_names_in_two_spellings_are_two_files(tmp_path: Path) -> None:
    names = (
        "ann/LAB.ipynb",
        "ann/lab.ipynb",
        "ann/zo\u00eb.txt",
        "ann/zoe\u0308.txt",
        "ann/a?b.txt",
    )
    found = choose(zipped(tmp_path / "p.zip", dict.fromkeys(names, b"")), CANVAS)
    assert files(found)["ann"] == sorted(
        ["LAB.ipynb", "lab (2).ipynb", "zo\u00eb.txt", "zo\u00eb (2).txt", "a_b.txt"]
    )


# What is hostile or broken
@pytest.mark.parametrize(
    "name", ["../../ann/lab.ipynb", "/etc/ann/lab.ipynb", "C:\\ann\\lab.ipynb", "ann/../../x.ipynb",
             "..\\ann\\lab.ipynb"]
)  # fmt: skip
def test_names_lead_nowhere(tmp_path: Path, name: str) -> None:
    found = choose(zipped(tmp_path / "p.zip", {name: b"{}", "bob/lab.ipynb": b"{}"}), CANVAS)
    assert all(name.isidentifier() for name in found.hand_ins)
    assert ".." not in "".join(file for each in found.hand_ins.values() for file in each.files)
    assert [*found.hand_ins] == ["bob"]
    assert (found.lines[0].why, found.lines[0].needs_a_look) == (downloads.LEADS_OUT, True)


def test_links_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "ann").mkdir(parents=True)
    (tmp_path / "secret.ipynb").write_text("secret")
    (folder / "ann" / "lab.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (folder / "bob").symlink_to(tmp_path)
    os.mkfifo(folder / "ann" / "pipe.ipynb")
    found = choose(folder, CANVAS)
    assert not found.hand_ins
    why = {line.path: line.why for line in found.lines}
    assert why["bob"] == why["ann/lab.ipynb"] == "it is a link"
    assert why["ann/pipe.ipynb"] == "it is no ordinary file"
    archive = tmp_path / "l.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        link = zipfile.ZipInfo("ann/lab.ipynb")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
    assert choose(archive, CANVAS).lines[0].why == "it is a link"


@pytest.mark.usefixtures("nobody_may_enter")
def test_a_folder_that_may_not_be_read_is_named_and_costs_nobody_else_anything(
    tmp_path: Path,
) -> None:
    for folder in ("ann/locked", "bob", "locked"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "lab.ipynb").write_text("{}")
    (tmp_path / "ann" / "lab.ipynb").write_text("{}")
    found = choose(tmp_path, CANVAS)
    assert {name: [*each.files] for name, each in found.hand_ins.items()} == {
        "ann": ["lab.ipynb"],
        "bob": ["lab.ipynb"],
    }
    closed = {line.path for line in found.lines if "may not be read" in line.why}
    assert closed == {"ann/locked", "locked"}


def test_bombs(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "b.zip", {"ann/lab.ipynb": b"\0" * (64 * 2**20), "bob/x.ipynb": b""})
    found = choose(bomb, CANVAS)
    assert [*found.hand_ins] == ["bob"]
    assert found.lines[0].needs_a_look
    # One that says to be small.
    data = bytearray(bomb.read_bytes())
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 100)
    bomb.write_bytes(data)
    with opened(bomb, is_a_download) as entries, pytest.raises(downloads.DamagedError):
        entries[0].copy(None)


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = {f"ann/{number}.txt": b"" for number in range(10_000)}
    found = choose(zipped(tmp_path / "p.zip", {**many, "bob/lab.ipynb": b""}), CANVAS)
    assert len(found.hand_ins["ann"].files) == choosing.MOST_OF_ONE
    assert len(found.lines) == 10_001
    monkeypatch.setattr(downloads, "MOST_ENTRIES", 1000)
    with pytest.raises(DownloadError, match="more than 1000 files"):
        choose(tmp_path / "p.zip", CANVAS)
    folder = tmp_path / "f"
    (folder / "ann").mkdir(parents=True)
    for number in range(1001):
        (folder / "ann" / f"{number}").touch()
    with pytest.raises(DownloadError, match="more than 1000 files"):
        choose(folder, CANVAS)


def test_what_is_no_download(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 cut off")
    (tmp_path / "x.rar").write_bytes(b"Rar!")
    for name in ("x.zip", "x.rar"):
        with pytest.raises(DownloadError, match="neither a folder nor a zip archive"):
            choose(tmp_path / name, CANVAS)
    os.mkfifo(tmp_path / "pipe")
    for name in ("nothing", "pipe"):
        with pytest.raises(DownloadError, match="There is no"):
            choose(tmp_path / name, CANVAS)


def test_passwords(tmp_path: Path) -> None:
    path = zipped(tmp_path / "p.zip", {"ann/lab.ipynb": b"{}"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(DownloadError, match="asks for a password"):
        choose(path, CANVAS)


def test_a_damaged_file_is_found_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("ann/lab.ipynb", b"the text of it")
    path.write_bytes(path.read_bytes().replace(b"the text", b"THE text"))
    with opened(path, is_a_download) as entries, pytest.raises(downloads.DamagedError):
        entries[0].copy(None)


def test_names_in_an_old_encoding(tmp_path: Path) -> None:
    """Programs write UTF-8 and do not say so; what is code page 437 stays that."""
    first, last = "Zo\u00eb", "M\u00fcller"
    for encoding in ("utf-8", "cp437"):
        path = tmp_path / f"{encoding}.zip"
        person = Person("x", first, last, 7)
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("A" * len(f"{moodle_folder(person)}/l.ipynb".encode(encoding)), b"{}")
        raw = f"{moodle_folder(person)}/l.ipynb".encode(encoding)
        path.write_bytes(path.read_bytes().replace(b"A" * len(raw), raw))
        known = Roster.of([Student("zoe", first, last)])
        assert [*choose(path, known).hand_ins] == ["zoe"]


def test_a_file_that_is_a_notebook_is_read_whole(tmp_path: Path) -> None:
    source = zipped(tmp_path / "p.zip", {"ann/lab.ipynb": notebook("x")})
    with opened(source, is_a_download) as entries, (tmp_path / "out").open("wb") as target:
        entries[0].copy(target)
    assert (tmp_path / "out").read_bytes() == notebook("x")
