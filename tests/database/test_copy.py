"""A gradebook is copied from SQLite to PostgreSQL and back: all of it, or nothing."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, inspect, text
from sqlalchemy.engine import Engine

from alpaca_course.course import Course
from alpaca_course.database_url import file_url
from alpaca_course.gradebook.copying import CopyError, copy
from alpaca_course.gradebook.engine import opened, raw_engine
from alpaca_course.gradebook.errors import GradingError
from tests import light
from tests.database import grade, tables, with_gradebook
from tests.light import ASSIGNMENT

ALPACA = Path(sys.executable).with_name("alpaca")
CLASS = ["ann", "Bob", "Ümit", "z" * 140]


@pytest.fixture(scope="module")
def term(new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class with everything in its gradebook that a column may hold."""
    course = new_course(tmp_path_factory.mktemp("term") / "course")
    for student in CLASS:
        light.hand_in(course, student, light.solved(course, extra=[f"who = {student!r}"]))
    grade(course, CLASS)
    with opened(course) as book:
        book.find_assignment(ASSIGNMENT).duedate = datetime(2026, 2, 1, 12, 0, 0, 123456)
        submission = book.find_submission(ASSIGNMENT, "ann")
        submission.extension = timedelta(days=-2, microseconds=7)
        (notebook,) = submission.notebooks
        notebook.grades[0].manual_score, notebook.grades[1].extra_credit = 1 / 3, 1e-300
        notebook.comments[0].manual_comment = "“look” → 李 \U0001f9f6\r\n\ttab"
        book.db.commit()
    return course


@pytest.fixture
def book(term: Course, tmp_path: Path) -> Path:
    return Path(shutil.copy(term.root / "gradebook.db", tmp_path / "gradebook.db"))


def change(book: Path, statement: str, *values: Any) -> None:
    with closing(sqlite3.connect(book)) as database:
        database.execute(statement, values)
        database.commit()


def made(url: str) -> list[str]:
    engine = raw_engine(url)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def test_there_and_back(book: Path, new_database: Callable[[], str], tmp_path: Path) -> None:
    first, second = new_database(), new_database()
    seen: list[tuple[int, int]] = []
    there = copy(file_url(book), first, advance=lambda *done: seen.append(done))
    assert seen[-1][0] == seen[-1][1] == 3 * sum(there.rows.values())
    assert (there.rows["student"], there.rows["grade"]) == (4, 8)
    assert tables(first) == tables(file_url(book))
    onward = copy(first, second)
    back = copy(second, file_url(tmp_path / "back.db"))
    assert there == onward == back
    assert tables(file_url(tmp_path / "back.db")) == tables(file_url(book))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["back.db", "gradebook.db"]


def test_the_copy_is_graded_on(
    term: Course, new_course: Callable[[Path], Course], database: str, tmp_path: Path
) -> None:
    course = Course.load(Path(shutil.copytree(term.root, tmp_path / "course")))
    copy(course.db_url, database)
    course = with_gradebook(course, database)
    (course.root / "gradebook.db").unlink()
    assert {each.action.value for each in grade(course, CLASS).values()} == {"up to date"}
    light.hand_in(course, "new", light.solved(course))
    assert grade(course, [*CLASS, "new"])["new"].ok
    assert not (course.root / "gradebook.db").exists()


def test_a_rehearsal_leaves_nothing(book: Path, database: str, tmp_path: Path) -> None:
    tried = copy(file_url(book), database, dry_run=True)
    assert made(database) == []
    assert copy(file_url(book), file_url(tmp_path / "new.db"), dry_run=True) == tried
    assert [each.name for each in tmp_path.iterdir()] == ["gradebook.db"]
    assert copy(file_url(book), database) == tried


def test_only_into_what_is_empty(book: Path, term: Course, new_database: Callable[[], str]) -> None:
    target = new_database()
    # A gradebook that was only opened, as formgrader does, is empty.
    with opened(with_gradebook(_bare(term, book.parent), target)):
        pass
    copy(file_url(book), target)
    before = tables(target)
    with pytest.raises(CopyError, match=r"is not empty: student, .* Nothing was copied"):
        copy(file_url(book), target)
    assert tables(target) == before
    other = book.with_name("other.db")
    shutil.copy(book, other)
    with pytest.raises(CopyError, match=r"other\.db is not empty"):
        copy(target, file_url(other))


def _bare(term: Course, folder: Path) -> Course:
    (folder / "bare").mkdir()
    shutil.copy(term.root / "nbgrader_config.py", folder / "bare")
    return Course.load(folder / "bare")


BAD: dict[str, tuple[tuple[Any, ...], str]] = {
    "text among numbers": (
        ("UPDATE grade SET manual_score = 'ten'",),
        r"of the table grade manual_score is 'ten'",
    ),
    "bytes among texts": (
        ("UPDATE student SET first_name = ? WHERE id = 'ann'", b"Ann"),
        r"row ann of the table student first_name is b'Ann'",
    ),
    "a time that is none": (
        ("UPDATE submitted_assignment SET timestamp = 'yesterday'",),
        r"table submitted_assignment cannot be read",
    ),
    "of a row that was lost": (
        ("DELETE FROM submitted_notebook WHERE id = (SELECT notebook_id FROM grade LIMIT 1)",),
        r"submitted_notebook has no such row",
    ),
    "of an earlier nbgrader": (
        ("UPDATE alembic_version SET version_num = '167914646830'",),
        r"nbgrader db upgrade",
    ),
    "a table lost": (("DROP TABLE comment",), r"it lacks comment"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_copied_is_named(case: str, book: Path, database: str) -> None:
    (statement, *values), why = BAD[case]
    change(book, statement, *values)
    before = book.read_bytes()
    with pytest.raises(CopyError, match=why):
        copy(file_url(book), database)
    assert made(database) == []
    assert book.read_bytes() == before


def test_what_no_database_but_sqlite_stores_is_replaced_and_counted(
    book: Path, database: str
) -> None:
    change(book, "UPDATE student SET last_name = ? WHERE id = 'ann'", "L\0ee")
    assert copy(file_url(book), database).replaced == 1
    names = {row["id"]: row["last_name"] for row in tables(database)["student"]}
    assert names["ann"] == "L\N{REPLACEMENT CHARACTER}ee"


@pytest.mark.parametrize("into", ["postgres", "sqlite"])
def test_what_fails_in_the_middle_leaves_nothing(
    into: str, book: Path, database: str, tmp_path: Path
) -> None:
    target = database if into == "postgres" else file_url(tmp_path / "new.db")

    def fail(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO grade "):
            raise OSError("made for this test")

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        with pytest.raises(OSError, match="made for this test"):
            copy(file_url(book), target)
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
    if into == "postgres":
        assert made(target) == []
    assert [each.name for each in tmp_path.iterdir()] == ["gradebook.db"]
    assert copy(file_url(book), target).rows["grade"] == 8


def test_a_copy_that_differs_is_undone(book: Path, database: str) -> None:
    """As where a rule of the database's own changes what is written."""
    copy(file_url(book), database)
    engine = raw_engine(database)
    rule = (
        "CREATE FUNCTION half() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN NEW.auto_score := NEW.auto_score / 2; RETURN NEW; END $$"
    )
    with engine.begin() as connection:
        names = ", ".join(f'"{name}"' for name in made(database) if name != "alembic_version")
        connection.execute(text(f"TRUNCATE {names}"))
        connection.execute(text(rule))
        connection.execute(
            text("CREATE TRIGGER half BEFORE INSERT ON grade FOR EACH ROW EXECUTE FUNCTION half()")
        )
    with pytest.raises(
        CopyError, match=r"differs in the row .* of the table grade, and was undone"
    ):
        copy(file_url(book), database)
    assert tables(database)["student"] == []
    engine.dispose()


def test_the_command(book: Path, database: str, tmp_path: Path) -> None:
    def alpaca(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(ALPACA), "gradebook", "copy", *words],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip

    secret = database.replace("alpaca@", "alpaca:se%40cret@")
    done = alpaca("gradebook.db", secret, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["rows"]["student"], said["written"]) == (4, True)
    again = alpaca("gradebook.db", secret)
    assert again.returncode == 1
    assert "is not empty" in again.stderr
    assert "se%40cret" not in done.stdout + again.stderr
    assert "se@cret" not in done.stdout + again.stderr
    absent = alpaca("absent.db", secret)
    assert "There is no gradebook" in absent.stderr


def test_a_server_that_is_not_there_is_said(book: Path, tmp_path: Path) -> None:
    url = f"postgresql+psycopg://someone:hush@/course?host={tmp_path}"
    with pytest.raises(GradingError, match="Look whether the server runs") as error:
        copy(file_url(book), url)
    assert "hush" not in str(error.value)
