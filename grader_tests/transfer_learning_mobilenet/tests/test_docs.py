"""The page about the rules names every rule, with its points and what decides it."""

from __future__ import annotations

import re
from pathlib import Path

from grader_tests.transfer_learning_mobilenet.rules import EXERCISES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "rules.md"
ROW = re.compile(r"^\| `([\w.]+)` \| (\d+) \| .+ \|$", re.MULTILINE)


def test_every_rule_is_in_the_page_with_its_points() -> None:
    written = [(name, int(points)) for name, points in ROW.findall(PAGE.read_text("utf-8"))]
    declared = [
        (f"{exercise.id}.{rule.name}", rule.points)
        for exercise in EXERCISES
        for rule in exercise.rules
    ]
    assert written == declared


def test_every_advisory_is_in_the_page() -> None:
    text = PAGE.read_text("utf-8")
    names = [name for exercise in EXERCISES for name, _ in exercise.advisories]
    assert [name for name in names if f"`{name}`" not in text] == []
