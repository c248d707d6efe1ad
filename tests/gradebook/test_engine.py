"""A gradebook that is made anew."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.dbutil import write_alembic_ini
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from alpaca_course.gradebook.engine import VERSIONS
from alpaca_course.gradebook.errors import GradingError, gradebook_in_words


def test_it_has_nbgraders_version_and_starts_no_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(tmp_path))
        with Gradebook(address, "course") as gradebook:
            found = gradebook.db.execute(text(f"SELECT version_num FROM {VERSIONS}")).scalar_one()
    settings = tmp_path / "alembic.ini"
    write_alembic_ini(str(settings), address)
    command = [sys.executable, "-m", "alembic", "-c", str(settings), "heads"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == found


def test_a_full_disk_is_called_one() -> None:
    full = OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))
    with pytest.raises(GradingError, match=r"is full .*: make room there"):
        with gradebook_in_words("sqlite:////course/gradebook.db"):
            raise full
