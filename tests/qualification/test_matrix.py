"""The constraints of a pair's environment, and the table of pairs."""

from pathlib import Path

from alpaca_course.qualification.matrix import (
    KINDS,
    Pair,
    PairResult,
    constraints_for,
    page,
    read_pairs,
)

ROOT = Path(__file__).parents[2]
PINNED = "# made by make\nkeras==3.15.1\nnumpy==2.4.6\nrich==15.0.0\ntensorflow-cpu==2.21.0 ; x\n"


def test_newest_pair_is_the_pinned_one() -> None:
    pairs, _ = read_pairs(ROOT / "pyproject.toml")
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert constraints_for(pairs[-1], pinned, frozenset({"numpy"})) == pinned


def test_older_pair_loosens_only_what_is_named() -> None:
    made = constraints_for(Pair("2.18.1", "3.5.0"), PINNED, frozenset({"numpy"})).splitlines()
    assert "rich==15.0.0" in made
    assert "keras==3.5.0" in made
    assert "tensorflow-cpu==2.18.1" in made
    assert not [line for line in made if line.startswith("numpy") or "2.21.0" in line]


def test_page_names_every_surprise() -> None:
    counts = {"total": 2, "as_expected": 1}
    found = dict.fromkeys(KINDS, counts)
    text = page([PairResult(Pair("1", "2"), "3.11", {**found, "surprises": ["a case: why"]})])
    assert "| 1 | 2 | 3.11 " + "| 1 of 2 " * len(KINDS) + "| 1 |" in text
    assert "* a case: why" in text
