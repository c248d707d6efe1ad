"""The lab's claims: when each holds, judged by the numbers of one seed."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

ORDERS = 2
HEADINGS = ["cell", "claim", "held in", "middle (lowest to highest)"]
Measured = Mapping[str, Any]


class Claim(NamedTuple):
    """A sentence of the lab, when it holds, and the number that goes with it."""

    cell: str
    sentence: str
    holds: Callable[[Measured], bool]
    number: Callable[[Measured], float]
    unit: str


def _loss(group: str, name: str) -> Callable[[Measured], float]:
    return lambda m: float(m[group][name]["loss"])


def _right(group: str, name: str) -> Callable[[Measured], float]:
    return lambda m: m[group][name]["right"] / m["pictures"]


def _share_of_gain(m: Measured) -> float:
    """How much of fine-tuning's gain the control has, too; all of it where there is no gain."""
    start = m["frozen"][-1]
    gain = start - m["tuned"]["loss"]
    return min(1.0, float((start - m["stayed"]["loss"]) / gain)) if gain > 0 else 1.0


def _best(measured: Measured, order: int) -> str:
    return min(RATES, key=lambda rate: measured["rates"][rate][order][-1])


RATES = ("0.0001", "0.001", "0.01")
FED_RIGHT, FED_RAW = "pretrained, fed -1 to 1", "pretrained, fed 0 to 255"
RANDOM, PIXELS = "random weights", "16×16 pixels, no network"
CLAIMS = (
    Claim(
        "6.4",
        "pretrained features, fed right, beat random weights and pixels by 0.15 and more",
        lambda m: (
            min(_right("eyes", FED_RIGHT)(m) - _right("eyes", n)(m) for n in (RANDOM, PIXELS))
            >= 0.15
        ),
        _right("eyes", FED_RIGHT),
        "share right",
    ),
    Claim(
        "6.4",
        "the wrong range of values costs 0.15 and more",
        lambda m: _right("eyes", FED_RIGHT)(m) - _right("eyes", FED_RAW)(m) >= 0.15,
        _right("eyes", FED_RAW),
        "share right, raw",
    ),
    Claim(
        "6.5",
        "flip with ±72° has a higher loss than no augmentation",
        lambda m: _loss("augmented", "flip, ±72°")(m) > _loss("augmented", "none")(m),
        lambda m: _loss("augmented", "flip, ±72°")(m) / _loss("augmented", "none")(m),
        "loss / loss without",
    ),
    Claim(
        "6.5",
        "no augmentation lowers the loss by a tenth",
        lambda m: (
            min(each["loss"] for each in m["augmented"].values())
            > 0.9 * _loss("augmented", "none")(m)
        ),
        lambda m: (
            min(each["loss"] for each in m["augmented"].values()) / _loss("augmented", "none")(m)
        ),
        "lowest / without",
    ),
    Claim(
        "7.1",
        "validation loss still falls at epoch 5",
        lambda m: m["frozen"][-1] < m["frozen"][-2],
        lambda m: m["frozen"][-1],
        "loss",
    ),
    Claim(
        "8.1",
        "0.0001 ends below its start in every order",
        lambda m: all(run[-1] < run[0] for run in m["rates"]["0.0001"]),
        lambda m: statistics.median(run[-1] / run[0] for run in m["rates"]["0.0001"]),
        "end / start",
    ),
    Claim(
        "8.1",
        "0.0001 ends lowest of the three in every order",
        lambda m: all(_best(m, i) == "0.0001" for i in range(len(m["rates"]["0.0001"]))),
        lambda m: sum(_best(m, i) == "0.0001" for i in range(len(m["rates"]["0.0001"]))),
        f"of {ORDERS} orders",
    ),
    Claim(
        "8.1",
        "0.01 ends at more than twice its start in every order",
        lambda m: all(run[-1] > 2 * run[0] for run in m["rates"]["0.01"]),
        lambda m: statistics.median(run[-1] / run[0] for run in m["rates"]["0.01"]),
        "end / start",
    ),
    Claim(
        "8.2",
        "going on frozen lowers the loss",
        lambda m: m["stayed"]["loss"] < m["frozen"][-1],
        lambda m: m["stayed"]["loss"],
        "loss",
    ),
    Claim(
        "8.2",
        "fine-tuning lowers the loss by more than going on frozen",
        lambda m: m["tuned"]["loss"] < m["stayed"]["loss"],
        lambda m: m["tuned"]["loss"],
        "loss",
    ),
    Claim(
        "8.2",
        "more training alone is over a fifth of fine-tuning's gain",
        lambda m: _share_of_gain(m) > 0.2,
        _share_of_gain,
        "share of the gain",
    ),
    Claim(
        "8.2",
        "fine-tuned gets no fewer right than frozen",
        lambda m: m["tuned"]["right"] >= m["stayed"]["right"],
        lambda m: (m["tuned"]["right"] - m["stayed"]["right"]) / m["pictures"],
        "share more right",
    ),
    Claim(
        "8.2",
        "the intervals of the two shares overlap",
        lambda m: m["tuned"]["low"] <= m["stayed"]["high"],
        lambda m: m["tuned"]["low"] - m["stayed"]["high"],
        "gap",
    ),
    Claim(
        "8.2",
        "statistics of the 12 freed normalization layers move",
        lambda m: m["moved"][0] == 12,
        lambda m: m["moved"][0],
        "layers",
    ),
    Claim(
        "8.2, 12",
        "normalization kept frozen does not lower the loss by a tenth",
        lambda m: m["norms_frozen"]["loss"] > 0.9 * m["tuned"]["loss"],
        lambda m: m["norms_frozen"]["loss"] - m["tuned"]["loss"],
        "loss more",
    ),
)


def rows(measured: list[Measured]) -> list[list[str]]:
    """One row for each claim: where it is shown, in how many seeds it held, its number."""
    found = []
    for claim in CLAIMS:
        held = sum(claim.holds(each) for each in measured)
        values = [claim.number(each) for each in measured]
        spread = f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
        found.append(
            [claim.cell, claim.sentence, f"{held} of {len(measured)}", f"{spread} {claim.unit}"]
        )
    return found
