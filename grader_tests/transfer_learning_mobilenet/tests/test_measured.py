"""What numbers in evidence say, against what is known of how they came about."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader_tests.transfer_learning_mobilenet.rules import measured
from notebooks.transfer_learning_mobilenet.evidence import probes
from notebooks.transfer_learning_mobilenet.evidence.seen import MarksSeen

CHALLENGES = st.binary(min_size=16, max_size=16).map(bytes.hex)
CHALLENGE = "0123456789abcdef" * 2
patient = settings(max_examples=50, deadline=None)


def moved(challenge: str, way: Callable[[complex], complex], count: int = 4) -> MarksSeen:
    places = [
        (one.real, one.imag, two.real, two.imag)
        for one, two in (tuple(map(way, spots)) for spots in probes.spots(challenge, "test", count))
    ]
    return MarksSeen(places=tuple(places), light=(0.9, 1.0))


@patient
@given(challenge=CHALLENGES, turn=st.floats(-0.24, 0.24), mirror=st.booleans())
def test_a_turn_is_found_and_a_mirrored_picture_is_told_apart(
    challenge: str, turn: float, mirror: bool
) -> None:
    def way(spot: complex) -> complex:
        return cmath.exp(2j * cmath.pi * turn) * (-spot.conjugate() if mirror else spot)

    seen = moved(challenge, way)
    found = measured.turns(challenge, "test", seen)
    assert all(motion.mirrored == mirror for motion in found)
    assert all(abs(motion.turn - turn) < 1e-6 for motion in found)
    assert measured.contents_kept(seen, found)


@patient
@given(challenge=CHALLENGES, shift=st.complex_numbers(max_magnitude=0.14), flip=st.booleans())
def test_a_shift_is_no_turn_but_a_motion(challenge: str, shift: complex, flip: bool) -> None:
    seen = moved(challenge, lambda spot: (spot.conjugate() if flip else spot) + shift)
    found = measured.motions(challenge, "test", seen)
    assert measured.contents_kept(seen, found)
    assert all(motion.moved for motion in found) or (abs(shift) < 0.04 and not flip)


@patient
@given(challenge=CHALLENGES)
def test_pictures_of_another_challenge_are_not_moved_by_anything(challenge: str) -> None:
    seen = moved(CHALLENGE, lambda spot: spot, count=16)
    found = measured.motions(challenge, "test", seen)
    assert measured.contents_kept(seen, found) == (challenge == CHALLENGE)


@pytest.mark.parametrize(
    "way",
    [
        lambda spot: 1.3 * spot,  # zoomed
        lambda spot: complex(spot.real, 1.4 * spot.imag),  # stretched
        lambda spot: spot if spot.imag > 0 else 0j,  # one spot is gone
        lambda spot: 0j,
    ],
)
def test_what_changes_contents_is_no_motion(way: Callable[[complex], complex]) -> None:
    seen = moved(CHALLENGE, way, count=16)
    assert not measured.contents_kept(seen, measured.motions(CHALLENGE, "test", seen))


def adam(challenge: str, rate: float, one: float = 0.9, two: float = 0.999) -> list[list[float]]:
    """Step by step, as the paper's algorithm says."""
    first, second, steps = [0.0] * 3, [0.0] * 3, []
    for time, gradients in enumerate(probes.gradients(challenge), 1):
        first = [one * m + (1 - one) * g for m, g in zip(first, gradients, strict=True)]
        second = [two * v + (1 - two) * g * g for v, g in zip(second, gradients, strict=True)]
        steps.append(
            [
                -rate * (m / (1 - one**time)) / (math.sqrt(v / (1 - two**time)) + 1e-7)
                for m, v in zip(first, second, strict=True)
            ]
        )
    return steps


@patient
@given(challenge=CHALLENGES, rate=st.floats(1e-6, 1.0), one=st.floats(0.5, 0.95))
def test_steps_of_adam_tell_its_rate(challenge: str, rate: float, one: float) -> None:
    rates = measured.adam_rates(challenge, adam(challenge, rate, one), (one, 0.999))
    assert rates is not None
    assert all(abs(found - rate) < 0.02 * rate for found in rates)


def descent(g: float, h: float) -> tuple[float, float]:
    return g, h


def signs(g: float, h: float) -> tuple[float, float]:
    return math.copysign(1.0, g), math.copysign(1.0, h)


def root_mean_square(g: float, h: float) -> tuple[float, float]:
    v = 0.1 * g * g
    return g / math.sqrt(v), h / math.sqrt(0.9 * v + 0.1 * h * h)


def summed(g: float, h: float) -> tuple[float, float]:
    return g / math.sqrt(0.1 + g * g), h / math.sqrt(0.1 + g * g + h * h)


def largest(g: float, h: float) -> tuple[float, float]:
    m = (0.09 * g + 0.1 * h) / 0.19
    return g / abs(g), m / max(0.999 * abs(g), abs(h))


@pytest.mark.parametrize("other", [descent, signs, root_mean_square, summed, largest])
@patient
@given(challenge=CHALLENGES)
def test_steps_of_another_optimizer_are_not_adams(
    other: Callable[[float, float], tuple[float, float]], challenge: str
) -> None:
    pairs = [other(g, h) for g, h in zip(*probes.gradients(challenge), strict=True)]
    steps = [[-1e-4 * one for one, _ in pairs], [-1e-4 * two for _, two in pairs]]
    assert measured.adam_rates(challenge, steps, (0.9, 0.999)) is None


@patient
@given(challenge=CHALLENGES)
def test_no_constant_is_a_loss_or_an_accuracy(challenge: str) -> None:
    shares = {batch / of for of in (1, 3, 4, 6) for batch in range(of + 1)}
    assert all(
        not measured.is_accuracy(challenge, [share] * 4, (-0.5, 0.0, 0.5, 1.0)) for share in shares
    )
    losses = measured.cross_entropies(challenge)
    assert max(losses) - min(losses) > 0.01
    assert measured.is_accuracy(challenge, measured.accuracies(challenge, 0.3), (0.3,))


@patient
@given(challenge=CHALLENGES)
def test_pixels_and_maps_are_told_from_constants(challenge: str) -> None:
    values = probes.pixel_values(challenge)
    assert measured.pixels_scaled(challenge, [value / 127.5 - 1 for value in values])
    for wrong in (lambda x: x**3, lambda x: math.copysign(1.0, x), lambda x: 0.0, math.sin):
        bent = [wrong(value / 127.5 - 1) for value in values]
        assert not measured.pixels_scaled(challenge, bent)
    maps = [values for _, values in probes.told_maps(challenge, (3, 3, 1280))]
    assert measured.maps_averaged(challenge, (3, 3, 1280), [sum(m) / 9 for m in maps])
    for wrong_pooling in (max, min, sum, lambda m: sum(max(x, 1.0) for x in m) / 9):
        assert not measured.maps_averaged(challenge, (3, 3, 1280), [wrong_pooling(m) for m in maps])
