"""Addresses of databases: one spelling, no password, and files of any name."""

from __future__ import annotations

from pathlib import Path

import pytest

from alpaca_course.course import Course
from alpaca_course.database_url import (
    DatabaseUrlError,
    file_url,
    in_one_spelling,
    put_password_aside,
    shown,
    sqlite_file,
    without_passwords,
)

ROOT = Path("/course")


@pytest.mark.parametrize("path", ["/a b/g.db", "/100%41 off?/[x]/ü#&;=.db", "/a%3Fb%25.db"])
def test_a_file_of_any_name(path: str) -> None:
    assert sqlite_file(file_url(Path(path))) == Path(path)


def test_a_course_in_a_folder_that_an_address_would_read_otherwise(course: Course) -> None:
    root = course.root.rename(course.root.with_name("100%41 off?"))
    assert sqlite_file(Course.load(root).db_url) == root / "gradebook.db"


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg2://u@h/d", "postgresql+psycopg2://u@h/d"),
        ("sqlite:///grades.db", "sqlite:////course/grades.db"),
        ("sqlite:////else/grades.db", "sqlite:////else/grades.db"),
    ],
)
def test_one_spelling(given: str, spelled: str) -> None:
    assert in_one_spelling(given, ROOT) == spelled


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://u:p%40ss@h/d",
        "postgresql+psycopg://u@h/d?password=p%40ss",
        "postgresql+psycopg://u:p%40ss@/d?host=/run/postgresql",
    ],
)
def test_a_password_is_put_aside(url: str) -> None:
    environment: dict[str, str] = {}
    bare = put_password_aside(url, environment)
    assert environment == {"PGPASSWORD": "p@ss"}
    assert "ss" not in bare.replace("psycopg", "").replace("password", "").replace("host", "")
    assert put_password_aside(bare, {}) == bare
    assert "p%40ss" not in shown(url)


@pytest.mark.parametrize("url", ["postgresql://u:p@ss@h/d", "no address", "postgresql://u:p@h:x/d"])
def test_what_is_no_address_is_said_without_it(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match="cannot be read") as error:
        put_password_aside(url, {})
    assert url not in str(error.value)
    assert shown(url) == "named in nbgrader_config.py"


def test_settings_without_passwords() -> None:
    settings = b"""c.CourseDirectory.db_url = "postgresql+psycopg://u:p@ss@h/d"  # 100 %
key, other = 'p@ss', "https://example.org/a@b"
"""
    hidden = without_passwords(settings, {"PGPASSWORD": "p@ss"})
    assert b"ss" not in hidden.replace(b"sqlite", b"")
    assert hidden.replace(b"***", b"p@ss") == settings
