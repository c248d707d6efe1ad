"""Commands with a gradebook in PostgreSQL: archive, doctor, nbgrader's own, and no password."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alpaca_course.archiving.archive import unpack, write
from alpaca_course.archiving.clean import clean, plan
from alpaca_course.archiving.manifest import ArchiveError
from alpaca_course.batch.regrade import changes
from alpaca_course.course import CONFIG_FILE, Course
from alpaca_course.database_url import sqlite_file
from alpaca_course.gradebook.engine import opened
from alpaca_course.gradebook.examining import examine
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.postgres_local import LocalServer
from alpaca_course.gradebook.results import read_results
from alpaca_course.judging.session import GradingSession
from tests import light
from tests.database import grade, tables, with_gradebook
from tests.light import ASSIGNMENT, NOTEBOOK

BIN = Path(sys.executable).parent
# With what an address, a settings file of Alembic's and a shell read as something else.
PASSWORD = "s3cr%t@h/u:$sh"
ESCAPED = "s3cr%25t%40h%2Fu%3A$sh"
WITHOUT_DRIVER = (
    "import sys; sys.modules['psycopg'] = None; sys.argv = sys.argv[1:]; "
    "from {} import main; sys.exit(main())"
)
MAINS = {"alpaca": "alpaca_course.cli", "nbgrader": "nbgrader.apps.nbgraderapp"}


def run(place: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=place,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def secret(postgres: LocalServer, new_database: Callable[[], str]) -> str:
    """A database whose owner has to give a password; its address, with it."""
    url = new_database()
    name = url.partition("?")[0].rpartition("/")[2]
    rules = postgres.data / "pg_hba.conf"
    rules.write_text("local all teacher scram-sha-256\n" + rules.read_text())
    quoted = PASSWORD.replace("'", "''")
    postgres.run(f"CREATE ROLE teacher LOGIN PASSWORD '{quoted}'".replace(":", r"\:"))
    postgres.run(f'ALTER DATABASE "{name}" OWNER TO teacher')
    postgres.run("SELECT pg_reload_conf()")
    return url.replace("alpaca@", f"teacher:{ESCAPED}@")


@pytest.fixture(scope="module")
def term(
    secret: str,
    new_course: Callable[[Path], Course],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Course]:
    """A class that was graded, in a course whose settings hold the password."""
    before = dict(os.environ)
    course = with_gradebook(new_course(tmp_path_factory.mktemp("term") / "course"), secret)
    for student, double in (("ann", light.WRONG_DOUBLE), ("bob-x", light.DOUBLE)):
        light.hand_in(course, student, light.solved(course, double=double))
    grade(course, ["ann", "bob-x"])
    with opened(course) as book:
        book.find_student("ann").first_name = "Annabel"
        book.db.commit()
    assert os.environ["PGPASSWORD"] == PASSWORD
    yield course
    os.environ.clear()
    os.environ.update(before)


def hidden(*said: str) -> None:
    for text in said:
        assert PASSWORD not in text
        assert ESCAPED not in text


def test_a_password_is_in_nothing_that_is_kept_or_said(term: Course, tmp_path: Path) -> None:
    assert "teacher@" in term.db_url
    hidden(term.db_url, str(term.config))
    write(term, tmp_path / "term.zip")
    with zipfile.ZipFile(tmp_path / "term.zip") as archive:
        for name in archive.namelist():
            hidden(archive.read(name).decode("utf-8", "replace"))
        assert "teacher:***@" in archive.read(CONFIG_FILE).decode()
    for path in term.root.rglob("*"):
        if path.is_file() and path.name != CONFIG_FILE:
            hidden(path.read_bytes().decode("utf-8", "replace"))


@pytest.mark.parametrize(
    "command",
    [
        ("alpaca", "doctor", "--json"),
        ("nbgrader", "db", "upgrade"),
        ("nbgrader", "autograde", ASSIGNMENT, "--force", "--debug"),
    ],
    ids=" ".join,
)
def test_commands_know_the_password_and_do_not_say_it(
    command: tuple[str, ...], term: Course
) -> None:
    done = run(term.root, *command, PGPASSWORD="another one")
    hidden(done.stdout, done.stderr)
    if command[0] == "alpaca":
        found = {each["name"]: each for each in json.loads(done.stdout)["checks"]}
        assert found["Database server"]["state"] == found["Gradebook's tables"]["state"] == "ok"
        assert found["Password"]["state"] == "note"
    else:
        assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("term")
def test_the_address_comes_from_the_environment(
    secret: str,
    new_course: Callable[[Path], Course],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    course = new_course(tmp_path / "course")
    done = run(course.root, "alpaca", "export", "-o", "-", ALPACA_DB_URL=secret)
    assert "Annabel" in done.stdout, done.stderr
    wrong = run(course.root, "alpaca", "export", ALPACA_DB_URL=secret.replace("s3cr", "wr0ng"))
    assert wrong.returncode == 1
    assert "password authentication failed" in wrong.stderr
    assert "Traceback" not in wrong.stderr
    hidden(wrong.stderr.replace("wr0ng", "s3cr"))
    monkeypatch.setenv("ALPACA_DB_URL", "postgresql://u:p@ss@host/db")
    with pytest.raises(SystemExit, match="cannot be read") as bad:
        Course.load(course.root)
    assert "ss@host" not in str(bad.value)


@pytest.mark.parametrize(
    "words",
    [
        ("alpaca", "grade"),
        ("alpaca", "gradebook", "copy", "gradebook.db", "course"),
        ("nbgrader", "autograde", ASSIGNMENT),
        ("nbgrader", "db", "student", "list"),
    ],
    ids=" ".join,
)
def test_a_missing_driver_is_a_sentence(words: tuple[str, ...], term: Course) -> None:
    code = WITHOUT_DRIVER.format(MAINS[words[0]])
    done = run(term.root, "python", "-c", code, *words)
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "its driver psycopg is not installed" in " ".join(said.split())
    assert ".[postgres]" in said
    assert "Traceback" not in said


def test_a_term_is_regraded_from_its_archive_and_not_in_the_database(
    term: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALPACA_DB_URL", term.db_url)
    write(term, tmp_path / "term.zip")
    unpack(tmp_path / "term.zip", tmp_path / "opened")
    there = Course.load(tmp_path / "opened")
    assert sqlite_file(there.db_url) == tmp_path / "opened" / "gradebook.db"
    assert tables(there.db_url) == tables(term.db_url)
    found = read_results(there, there.lab()).results
    assert {name: each.total for name, each in found.items()} == {"ann": 22, "bob-x": 30}
    before = tables(term.db_url)
    rules = there.lab().grader_tests / "rules" / "double.py"
    assert rules.is_file()
    with GradingSession(there, there.lab()) as session:
        nbgrader = NbGrader(there, there.lab())
        assert not any(each.changed or each.error for each in changes(session, nbgrader))
    light.hand_in(there, "ann", light.solved(there))
    assert grade(there, ["ann"])["ann"].ok
    assert tables(term.db_url) == before


def test_an_anonymous_archive_names_nobody(term: Course, tmp_path: Path) -> None:
    write(term, tmp_path / "term.zip", anonymous=True)
    with zipfile.ZipFile(tmp_path / "term.zip") as archive:
        for name in ("gradebook.db", CONFIG_FILE):
            assert b"Annabel" not in archive.read(name)
            assert b"bob-x" not in archive.read(name)


def test_feedback_of_nbgraders_own_and_a_clean_course(
    term: Course, postgres: LocalServer, tmp_path: Path
) -> None:
    done = run(term.root, "nbgrader", "generate_feedback", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    assert (term.feedback / "ann" / ASSIGNMENT / f"{NOTEBOOK}.html").is_file()
    write(term, tmp_path / "term.zip")
    planned = plan(term, tmp_path / "term.zip")
    with opened(term) as book:
        book.find_student("ann").first_name = "Anna"
        book.db.commit()
    with pytest.raises(ArchiveError, match="was changed meanwhile; nothing was removed"):
        clean(planned)
    assert term.submitted.is_dir()
    with pytest.raises(ArchiveError, match=r"gradebook\.db"):
        plan(term, tmp_path / "term.zip")
    write(term, tmp_path / "again.zip")
    clean(plan(term, tmp_path / "again.zip"))
    assert not any(tables(term.db_url).values())
    assert not term.submitted.exists()
    light.hand_in(term, "next", light.solved(term))
    assert grade(term, ["next"])["next"].ok


def test_what_doctor_finds(
    course: Course, postgres: LocalServer, new_database: Callable[[], str]
) -> None:
    def found(url: str) -> dict[str, tuple[str, str]]:
        place = with_gradebook(course, url)
        return {each.name: (each.state, each.found + each.remedy) for each in examine(place)}

    empty = new_database()
    assert found(empty)["Gradebook's tables"] == ("ok", "none yet: grading makes them")
    postgres.run("CREATE ROLE reader LOGIN")
    reader = empty.replace("alpaca@", "reader@")
    assert "may make none" in found(reader)["Gradebook's tables"][1]
    with opened(with_gradebook(course, empty)):
        pass
    name = empty.partition("?")[0].rpartition("/")[2]
    postgres.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", name)
    state, said = found(reader)["Rights in the gradebook"]
    assert state == "note"
    assert "INSERT on course" in said
    postgres.run("UPDATE alembic_version SET version_num = 'old'", name)
    assert found(empty)["Gradebook's tables"][0] == "mend"
    latin = "ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
    assert "encoding=UTF8" in found(postgres.create("latin", latin))["Database server"][1]
    state, said = found(empty.replace("/course", "/absent"))["Gradebook"]
    assert (state, "does not exist" in said) == ("mend", True)
