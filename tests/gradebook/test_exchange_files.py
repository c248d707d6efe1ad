"""The exchange's two small files go on to ``autograded/``; nothing in their place does."""

from __future__ import annotations

import os
from pathlib import Path

from alpaca_course.contract.receipt import EXCHANGE_FILES
from alpaca_course.gradebook.written import copy_exchange_files


def copied(source: Path, target: Path) -> set[str]:
    copy_exchange_files(source, target)
    return {path.name for path in target.iterdir()} if target.is_dir() else set()


def test_both_files_and_no_others(tmp_path: Path) -> None:
    source = tmp_path / "submitted"
    source.mkdir()
    for name in (*EXCHANGE_FILES, "notes.txt"):
        (source / name).write_text(name, encoding="utf-8")
    assert copied(source, tmp_path / "autograded") == set(EXCHANGE_FILES)
    # Read-only copies of an earlier time are no obstacle.
    for path in (tmp_path / "autograded").iterdir():
        path.chmod(0o444)
    assert copied(source, tmp_path / "autograded") == set(EXCHANGE_FILES)


def test_links_pipes_and_large_files_stay_behind(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of the instructor", encoding="utf-8")
    linked, large = tmp_path / "linked", tmp_path / "large"
    linked.mkdir()
    large.mkdir()
    (linked / "submission_secret.txt").symlink_to(secret)
    os.mkfifo(linked / "timestamp.txt")
    (large / "timestamp.txt").write_bytes(b"x" * 5000)
    assert copied(linked, tmp_path / "one") == set()
    assert copied(large, tmp_path / "two") == set()
