"""The lab's claims: told from numbers, and each from a section that the lab has."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from benchmarks.claims import CLAIMS, FED_RAW, FED_RIGHT, PIXELS, RANDOM, RATES, rows
from benchmarks.lab_claims import EPOCHS
from grader_tests.transfer_learning_mobilenet.tests.lab.conftest import LAB


def _head(right: int, loss: float) -> dict[str, float]:
    return {"right": right, "loss": loss, "low": right / 65 - 0.1, "high": right / 65 + 0.05}


AS_CLAIMED: dict[str, Any] = {
    "pictures": 65,
    "eyes": {
        PIXELS: _head(36, 0.7),
        RANDOM: _head(38, 0.7),
        FED_RAW: _head(40, 0.7),
        FED_RIGHT: _head(62, 0.1),
    },
    "augmented": {
        "none": _head(62, 0.10),
        "flip": _head(62, 0.10),
        "flip, ±11°": _head(62, 0.11),
        "flip, ±72°": _head(61, 0.17),
    },
    "frozen": [0.6, 0.5, 0.45, 0.4, 0.38],
    "rates": dict(zip(RATES, [[[0.4, 0.3]] * 2, [[0.4, 0.6]] * 2, [[0.4, 9.0]] * 2], strict=True)),
    "stayed": _head(59, 0.28),
    "tuned": _head(62, 0.20),
    "moved": [12, 12],
    "norms_frozen": _head(62, 0.22),
}


def test_what_is_claimed_holds_where_the_numbers_are_so() -> None:
    assert [row[2] for row in rows([AS_CLAIMED])] == ["1 of 1"] * len(CLAIMS)


@pytest.mark.parametrize(
    ("key", "value", "lost"),
    [
        ("stayed", _head(59, 0.15), "fine-tuning lowers the loss by more"),
        ("tuned", _head(50, 0.5), "fine-tuned gets no fewer right"),
        ("moved", [0, 12], "12 freed normalization layers"),
        ("frozen", [0.4, 0.5], "still falls"),
        ("norms_frozen", _head(62, 0.1), "kept frozen"),
    ],
)
def test_what_is_claimed_is_lost_where_they_are_not(key: str, value: Any, lost: str) -> None:
    other = copy.deepcopy(AS_CLAIMED)
    other[key] = value
    (held,) = (row[2] for row in rows([AS_CLAIMED, other]) if lost in row[1])
    assert held == "1 of 2"


def test_every_claim_names_a_section_of_the_lab() -> None:
    script = LAB.script.read_text(encoding="utf-8")
    sections = set(re.findall(r"^# #+ (\d+(?:\.\d+)?) ", script, flags=re.M))
    named = {section for claim in CLAIMS for section in claim.cell.split(", ")}
    assert named <= sections


def test_it_trains_as_long_as_the_lab() -> None:
    script = LAB.script.read_text(encoding="utf-8")
    assert re.findall(r"lab_setup\.epochs\((\d+)\)", script) == [str(EPOCHS)] * 2
