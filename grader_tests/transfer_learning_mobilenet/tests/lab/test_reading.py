"""Sentences that are chosen by numbers: the right one for each outcome that a run can have."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import numpy as np
import pytest

from grader_tests.transfer_learning_mobilenet.tests.lab.conftest import HELPERS


@pytest.fixture(scope="module")
def reading() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lab_reading", HELPERS / "lab_reading.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Wilson's intervals as tables have them, to two digits.
@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [(65, 65, 0.94, 1.0), (64, 65, 0.92, 1.0), (0, 10, 0.0, 0.28), (5, 10, 0.24, 0.76)],
)
def test_intervals(reading: ModuleType, right: int, total: int, low: float, high: float) -> None:
    assert reading.Share(right, total).interval == pytest.approx((low, high), abs=0.005)


def test_an_interval_of_nothing_says_nothing(reading: ModuleType) -> None:
    assert reading.Share(0, 0).interval == (0, 1)


def test_logits_are_cut_at_zero(reading: ModuleType) -> None:
    logits, truth = np.array([-0.1, 0.2, 0.4, 3.0]), np.array([0, 1, 0, 1])
    assert reading.right_answers(logits, truth) == (3, 4)


def test_loss_is_the_cross_entropy_of_logits(reading: ModuleType) -> None:
    probability = 1 / (1 + np.exp(-2.0))
    assert reading.loss_of([2.0], [1]) == pytest.approx(-np.log(probability))
    assert reading.loss_of([2.0], [0]) == pytest.approx(-np.log(1 - probability))
    assert np.isfinite(reading.loss_of([1e4], [0]))


@pytest.mark.parametrize(
    ("one", "other", "chance"), [(0, 0, 1.0), (5, 0, 0.0625), (0, 6, 0.03125), (3, 3, 1.0)]
)
def test_sign_test(reading: ModuleType, one: int, other: int, chance: float) -> None:
    assert reading.coin_chance(one, other) == pytest.approx(chance)


@pytest.mark.parametrize(
    ("stayed", "tuned", "words"),
    [
        (0.3, 0.1, "33% of the gain would have come with more training alone"),
        (0.1, 0.2, "gains nothing that more training would not have gained"),
        (0.2, 0.2, "gains nothing that more training would not have gained"),
        (0.5, 0.1, "all of the gain is fine-tuning's"),
        (0.5, 0.6, "Neither branch"),
        (0.3, 0.6, "gains nothing"),
    ],
)
def test_branches(reading: ModuleType, stayed: float, tuned: float, words: str) -> None:
    assert words in reading.branches(0.4, stayed, tuned)


def test_the_same_pictures_twice(reading: ModuleType) -> None:
    none, names = [False] * 8, ("frozen", "tuned")
    assert "Both get the same pictures right: 0 of 8" in reading.paired(none, none, names)
    few = reading.paired(none, [True] * 3 + [False] * 5, names)
    assert "3 are right only tuned and 0 only frozen" in few
    assert "too few to tell" in few
    assert "in 0.8% of cases: a difference" in reading.paired(none, [True] * 8, names)
    many = reading.paired([False] * 40, [True] * 40, names)
    assert "in less than 0.1% of cases: a difference" in many


def test_learning_rates_are_told_apart_by_their_numbers(reading: ModuleType) -> None:
    small, large = [0.5, 0.4, 0.3], [0.5, 0.6, 2.0]
    *each, last = reading.learning_rates({0.1: [large, small], 0.2: [small, large]})
    assert "below its start in 1 of 2 orders, better at every step in 1" in each[0]
    assert last == "Best at the end: 0.1 in 1, 0.2 in 1 of 2 orders. Worst: 0.1 in 1, 0.2 in 1."


@pytest.mark.parametrize(
    ("wrong", "words"),
    [((0, 0), "No mistake"), ((3, 0), "too few mistakes"), ((9, 1), "'alpaca' is harder")],
)
def test_mistakes(reading: ModuleType, wrong: tuple[int, int], words: str) -> None:
    truth = np.repeat([0, 1], 20)
    said = truth.copy()
    said[: wrong[0]], said[20 : 20 + wrong[1]] = 1, 0
    assert words in reading.mistakes(("alpaca", "not alpaca"), truth, said)


# One mistake of 25 and nine of 40: as many as equally hard classes of these sizes often have.
@pytest.mark.parametrize(
    ("counts", "chance"),
    [
        ((1, 9, 25, 40), 0.0858),
        ((9, 1, 25, 40), 0.0009),
        ((9, 1, 20, 20), 0.0084),
        ((0, 0, 5, 5), 1),
    ],
)
def test_classes_of_different_size(
    reading: ModuleType, counts: tuple[int, int, int, int], chance: float
) -> None:
    """Twice the smaller tail of the hypergeometric distribution."""
    assert reading.uneven_chance(*counts) == pytest.approx(chance, abs=5e-4)


@pytest.mark.parametrize(
    ("tuned", "words"),
    [
        ((0.1, 0.1, 0.1), "after 3 of 3 epochs."),
        ((0.1, 0.5, 0.1), "after 2 of 3 epochs: which is ahead depends on where one stops."),
        ((0.5, 0.5, 0.5), "after 0 of 3 epochs."),
    ],
)
def test_which_line_is_lower(reading: ModuleType, tuned: tuple[float, ...], words: str) -> None:
    assert reading.lower_line((0.3, 0.3, 0.3), tuned).endswith(words)


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ((10.0, 20.5, 11.0), "takes 54% of its time without"),
        ((10.0, 20.0, 19.5), "gains next to nothing"),
        ((10.4, 59.8, 11.6), "make 20.8 ms, but a step without prefetching took 59.8 ms"),
        ((40.0, 50.0, 30.0), "Run the cell again"),
    ],
)
def test_prefetching(reading: ModuleType, times: tuple[float, ...], words: str) -> None:
    assert words in reading.prefetching(*times)


@pytest.mark.parametrize(
    ("losses", "words"),
    [
        ((0.20, 0.19, 0.30), ("No augmentation lowers", "'72' hurts: its loss is 1.5 times")),
        ((0.20, 0.10, 0.19), ("'flip' is best: loss 0.10 instead of 0.20", "does no harm")),
    ],
)
def test_augmentations(
    reading: ModuleType, losses: tuple[float, ...], words: tuple[str, ...]
) -> None:
    said = reading.augmentation(dict(zip(("none", "flip", "72"), losses, strict=True)))
    assert all(word in said for word in words)
