"""A term goes into one file, comes back out of it, and leaves a clean course."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from alpaca_course.archiving import gradebook
from alpaca_course.archiving.archive import check, unpack, write
from alpaca_course.archiving.clean import clean, plan
from alpaca_course.archiving.manifest import NAME, ArchiveError
from alpaca_course.batch.grade import Batch
from alpaca_course.course import Course
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.results import read_results
from alpaca_course.judging.session import GradingSession
from alpaca_course.lms.roster import Roster, Student
from tests import commands, light
from tests.light import ASSIGNMENT

SIGNED = "# by Ann Lee <ann.lee@uni.example>\n"


def alpaca(course: Course, *words: str) -> tuple[int, str]:
    done = commands.run(course.root, "alpaca", *words)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def graded_once(pristine: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Ann, who signs her work, and Bob, who names her; a comment on her; a roster, deadlines."""
    from tests.conftest import copy_course

    course = copy_course(pristine, tmp_path_factory.mktemp("term") / "course")
    notebook = light.solved(course, double=light.WRONG_DOUBLE + SIGNED)
    notebook.cells.append(new_markdown_cell("Ann Lee wrote this, with Bob."))
    picture = new_output("display_data", {"image/png": "iVBORw0KGgo=", "text/plain": "Ann Lee"})
    notebook.cells.append(new_code_cell("print('Lee, Ann')", outputs=[picture]))
    notebook.metadata["colab"] = {"user": {"displayName": "Ann Lee"}}
    light.hand_in(course, "ann", notebook, name="lab_annlee_final.ipynb")
    folder = light.hand_in(course, "bob-x", light.solved(course)).parent
    (folder / "timestamp.txt").write_text("2026-11-02 10:00:00 UTC\n")
    (folder / "submission_secret.txt").write_text("secret of bob-x")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    with GradingSession(course, course.lab()) as session:
        list(Batch(session, NbGrader(course, course.lab())).run(["ann", "bob-x"]))
    with NbGrader(course, course.lab()).gradebook() as book:
        ann = book.find_student("ann")
        ann.first_name, ann.last_name, ann.email = "Ann", "Lee", "ann.lee@uni.example"
        found = book.find_submission_notebook(light.NOTEBOOK, ASSIGNMENT, "bob-x")
        found.comments[0].manual_comment = "Did Ann Lee help you?"
        book.db.commit()
    Roster.of(
        [
            Student("ann", "Ann", "Lee", "ann.lee@uni.example", canvas_id="4567890"),
            Student("bob-x", "Bob", "Núñez", sections=("Monday with Lee",)),
        ]
    ).save(course)
    course.deadlines.write_text(
        f'zone = "UTC"\n[labs.{ASSIGNMENT}]\ndue = 2026-11-01T00:00:00\n'
        f'penalty = {{ points = 2.0 }}\nextensions = [{{ student = "ann", by = "2 days", '
        'why = "a broken arm" }]\n'
    )
    assert alpaca(course, "regrade")[0] == 0
    assert alpaca(course, "feedback")[0] == 0
    return course


@pytest.fixture
def graded(graded_once: Course, tmp_path: Path) -> Course:
    from tests.conftest import copy_course

    return copy_course(graded_once, tmp_path / "course")


def totals(course: Course) -> dict[str, float]:
    return {name: each.total for name, each in read_results(course, course.lab()).results.items()}


@pytest.mark.skipif(os.name == "nt", reason="no such names of files there")
def test_names_of_any_letters_come_back(graded: Course, tmp_path: Path) -> None:
    names = ["C:\\work\\lab.ipynb", "c:", "..\\up", "line\nfeed", "-rf", "ü" * 120]
    for name in names:
        (graded.submitted / "ann" / name).write_bytes(name.encode())
    write(graded, tmp_path / "term.zip")
    unpack(tmp_path / "term.zip", tmp_path / "opened")
    for name in names:
        assert (tmp_path / "opened" / "submitted" / "ann" / name).read_bytes() == name.encode()


def test_a_term_is_regraded_from_its_archive(graded: Course, tmp_path: Path) -> None:
    path = tmp_path / "term.zip"
    written = write(graded, path)
    assert path.stat().st_mode & 0o077 == 0
    assert check(path).files == written.manifest.files
    unpack(path, tmp_path / "opened")
    opened = Course.load(tmp_path / "opened")
    assert totals(opened) == totals(graded)
    assert (opened.feedback / "ann" / ASSIGNMENT / f"{light.NOTEBOOK}.html").is_file()
    code, said = alpaca(opened, "regrade", "--dry-run")
    assert (code, "2 judged: 0 gain, 0 lose" in said) == (0, True), said
    # By another rule of then, the same evidence gives other points.
    rules = opened.lab().grader_tests / "rules" / "double.py"
    text = rules.read_text()
    rules.write_text(text.replace("abs", "abs "))
    assert alpaca(opened, "regrade", "--dry-run")[0] == 0
    versions = written.manifest.versions
    assert {"alpaca-course", "nbgrader", "python"} <= versions.keys()
    assert written.manifest.labs[ASSIGNMENT]["version"] == light.VERSION


def test_in_an_anonymous_archive_nobody_is_named(graded: Course, tmp_path: Path) -> None:
    path = tmp_path / "research.zip"
    (graded.root / "grades.csv").write_text("student_id,score\nann,22\n")
    written = write(graded, path, anonymous=True)
    assert sorted(written.who.values()) == ["ann", "bob-x"]
    assert written.doubtful == ()
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    term = {n: d for n, d in contents.items() if n.split("/")[0] in
            ("submitted", "autograded", ".alpaca", "roster.json", "deadlines.toml", "gradebook.db",
             NAME)}  # fmt: skip
    for name, data in term.items():
        for word in (b"annlee", b"Ann Lee", b"Lee, Ann", b"ann.lee", b"bob-x", b"Bob", b"4567890",
                     "Núñez".encode(), b"broken arm", b"iVBOR", b"displayName"):  # fmt: skip
            assert word not in data, (name, word)
            assert word.decode() not in name
    assert not [
        n for n in contents if n.endswith((".jpg", "submission_secret.txt", ".html", "grades.csv"))
    ]
    unpack(path, tmp_path / "opened")
    opened = Course.load(tmp_path / "opened")
    assert sorted(totals(opened).values()) == sorted(totals(graded).values())
    code, said = alpaca(opened, "regrade", "--dry-run")
    assert (code, "2 judged: 0 gain, 0 lose" in said) == (0, True), said
    # Pages are made again from what is there, and name nobody either.
    assert alpaca(opened, "feedback")[0] == 0
    pages = [each.read_text() for each in opened.feedback.rglob("*.html")]
    assert len(pages) == 2
    assert not any("Lee" in page for page in pages)


def test_nothing_of_names_stays_in_unused_pages_of_the_gradebook(
    graded: Course, tmp_path: Path
) -> None:
    copy = tmp_path / "gradebook.db"
    gradebook.copy(graded.root / "gradebook.db", copy)
    gradebook.rewrite(copy, lambda student: f"p-{len(student)}", lambda text: text.upper())
    data = copy.read_bytes()
    assert b"ann.lee" not in data
    assert b"bob-x" not in data
    assert b"DID ANN LEE HELP" in data
    with sqlite3.connect(copy) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("SELECT count(*) FROM submitted_assignment").fetchone() == (2,)


def test_what_the_archive_holds_is_removed_and_the_lab_stays(
    graded: Course, tmp_path: Path
) -> None:
    (graded.submitted / "ann" / "link").symlink_to("/etc/hostname")
    (graded.root / "grades.csv").write_text("student_id,score\nann,22\n")
    path = tmp_path / "term.zip"
    assert "submitted/ann/link" in write(graded, path).manifest.left_out
    before = {each for each in graded.root.rglob("*") if each.is_file()}
    code, said = alpaca(graded, "archive", "--clean", str(path))
    assert (code, "Nothing was removed" in said) == (0, True), said
    assert "files: deadlines.toml, grades.csv, roster.json, those in " in " ".join(said.split())
    assert {each for each in graded.root.rglob("*") if each.is_file()} == before | {
        graded.state / "grading.lock"
    }
    code, said = alpaca(graded, "archive", "--clean", str(path), "--yes")
    assert code == 0, said
    left = {each.relative_to(graded.root).parts[0] for each in graded.root.rglob("*")}
    assert not left & {
        "submitted",
        "feedback",
        "gradebook.db",
        "roster.json",
        "deadlines.toml",
        "grades.csv",
    }
    assert left >= {"notebooks", "grader_tests", "source", "release", "nbgrader_config.py"}
    assert not graded.evidence_store.exists()
    assert Path("/etc/hostname").exists()
    # The next term begins, and the archive brings the last one back.
    light.hand_in(graded, "new", light.solved(graded))
    assert alpaca(graded, "grade")[0] == 0
    assert totals(Course.load(graded.root)) == {"new": 30.0}
    unpack(path, tmp_path / "opened")
    assert set(totals(Course.load(tmp_path / "opened"))) == {"ann", "bob-x"}


def newer_hand_in(course: Course) -> None:
    light.hand_in(course, "ann", b"{}", name="newer.ipynb")


def newer_points(course: Course) -> None:
    with NbGrader(course, course.lab()).gradebook() as book:
        book.find_submission_notebook(light.NOTEBOOK, ASSIGNMENT, "ann").grades[0].manual_score = 3
        book.db.commit()


def newer_roster(course: Course) -> None:
    Roster.load(course).drop(["ann"], "2026-12-01").save(course)


@pytest.mark.parametrize("change", [newer_hand_in, newer_points, newer_roster])
def test_nothing_is_removed_that_the_archive_has_not(
    change: Any, graded: Course, tmp_path: Path
) -> None:
    write(graded, tmp_path / "term.zip")
    plan(graded, tmp_path / "term.zip")
    change(graded)
    with pytest.raises(ArchiveError, match="not in the archive as they are now"):
        plan(graded, tmp_path / "term.zip")
    assert (graded.submitted / "ann").is_dir()


def test_an_anonymous_archive_removes_nothing(graded: Course, tmp_path: Path) -> None:
    write(graded, tmp_path / "term.zip", anonymous=True)
    with pytest.raises(ArchiveError, match="has pseudonyms"):
        clean(plan(graded, tmp_path / "term.zip"))


def rebuilt(path: Path, change: Any) -> Path:
    """An archive with something changed in it."""
    other = path.with_name("other.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            for named, data in change(name, old.read(name)):
                new.writestr(named, data)
    return other


def damaged(name: str, data: bytes) -> list[tuple[str, bytes]]:
    return [(name, data + b" " if name.endswith("lab.toml") else data)]


def outside(name: str, data: bytes) -> list[tuple[str, bytes]]:
    if name != NAME:
        return [(name, data)]
    manifest = json.loads(data)
    entry = manifest["files"].pop("nbgrader_config.py")
    manifest["files"]["../outside.py"] = entry
    return [(name, json.dumps(manifest).encode())]


def without_manifest(name: str, data: bytes) -> list[tuple[str, bytes]]:
    return [] if name == NAME else [(name, data)]


@pytest.mark.parametrize(
    ("change", "why"),
    [(damaged, "damaged"), (outside, "would lie elsewhere"), (without_manifest, "no archive")],
)
def test_what_is_no_archive_or_damaged_is_unpacked_nowhere(
    change: Any, why: str, graded: Course, tmp_path: Path
) -> None:
    write(graded, tmp_path / "term.zip")
    bad = rebuilt(tmp_path / "term.zip", change)
    with pytest.raises(ArchiveError, match=why):
        unpack(bad, tmp_path / "opened")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["course", "other.zip", "term.zip"]
    unpack(tmp_path / "term.zip", tmp_path / "opened")
    with pytest.raises(ArchiveError, match="is there already"):
        unpack(tmp_path / "term.zip", tmp_path / "opened")


@pytest.mark.skipif(sys.platform != "linux", reason="names are letters there")
@pytest.mark.parametrize("anonymous", [False, True])
def test_names_that_are_no_letters_are_told_all_at_once(
    anonymous: bool, graded: Course, tmp_path: Path
) -> None:
    own = os.fsencode(graded.submitted / "ann" / ASSIGNMENT)
    os.mkdir(own + b"/b\xe4r")  # noqa: PTH102
    for name in (b"/b\xe4r/one", b"/b\xe4r/two", b"/\xff.txt"):
        Path(os.fsdecode(own + name)).write_text("")
    os.symlink("nowhere", own + b"/\xfe")  # noqa: PTH211
    with pytest.raises(ArchiveError, match="rename each of them") as refused:
        write(graded, tmp_path / "term.zip", anonymous=anonymous)
    told = str(refused.value)
    assert [told.count(each) for each in (r"b\udce4r", r"\udcff.txt", r"\udcfe")] == [1, 1, 1]
    assert not (tmp_path / "term.zip").exists()


@pytest.mark.skipif(os.name == "nt", reason="no such folders there")
def test_folders_deeper_than_a_path_are_named(graded: Course, tmp_path: Path) -> None:
    here, names = Path.cwd(), ["d" * 250] * 17
    os.chdir(graded.submitted / "ann")
    try:
        for name in names:
            os.mkdir(name)  # noqa: PTH102
            os.chdir(name)
    finally:
        os.chdir(here)
    with pytest.raises(ArchiveError, match=r"submitted/ann/ddd.*… folders lie .*`rm -r`"):
        write(graded, tmp_path / "term.zip")
