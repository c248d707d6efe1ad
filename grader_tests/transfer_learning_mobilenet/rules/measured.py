"""What numbers in evidence say: the challenge's probes are asked again, and what is right computed.

Standard library and NumPy only. Nothing of this is beside students' code.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from alpaca_course.keras_probe.seen import SLOPED
from notebooks.transfer_learning_mobilenet.evidence import probes
from notebooks.transfer_learning_mobilenet.evidence.seen import AnswerSeen, MarksSeen

# Of where a spot is found, in shorter sides: half a pixel of 32, and what interpolation does to it.
_MISS = 0.03
# Of a spot's light: what interpolation takes and adds. In 238 executions of right augmentations the
# least and the most of 32 spots lay between 0.67 and 1.53.
_LIGHT = (0.5, 2.0)
# What evidence says is not believed: no network of Keras has more maps.
_MOST_MAPS = 8192
# Noise in place of a move looks like turns up to 0.007, and like shifts up to 0.01. Of what the lab
# asks for, a picture is turned by less than this with probability 1/10.
_TURNED, _SHIFTED = 0.02, 0.03


class KnownNetwork(Protocol):
    """See :class:`alpaca_course.assets.answers.KnownNetwork`."""

    fingerprints: Any

    def answer(
        self, fingerprint: str, name: str, picture: Callable[[], NDArray[Any]]
    ) -> NDArray[Any]: ...


@dataclass(frozen=True)
class Motion:
    """How a picture was moved.

    Attributes:
        mirrored: left and right are swapped, or top and bottom.
        turn: counter-clockwise, in turns, after mirroring left to right.
        shift: in shorter sides.
        miss: by how much the spots are elsewhere than that says.
    """

    mirrored: bool
    turn: float
    shift: float
    miss: float

    @property
    def moved(self) -> bool:
        """Clearly more than what is seen of a picture that keeps its place."""
        return self.mirrored or abs(self.turn) > _TURNED or self.shift > _SHIFTED


def turns(challenge: str, name: str, seen: MarksSeen) -> list[Motion]:
    """How each picture was turned about its centre, and whether it was mirrored."""
    return [
        min((_turned(rest, now, mirror) for mirror in (False, True)), key=lambda m: m.miss)
        for rest, now in _pairs(challenge, name, seen)
    ]


def motions(challenge: str, name: str, seen: MarksSeen) -> list[Motion]:
    """The same for what may also be shifted, upright or mirrored, without being turned."""
    found = []
    for rest, now in _pairs(challenge, name, seen):
        ways = [_turned(rest, now, mirror) for mirror in (False, True)]
        upside_down = (rest[0].conjugate(), rest[1].conjugate())
        ways += [_shifted(rest, now, False), _shifted(_mirror(rest), now, True)]
        ways += [_shifted(upside_down, now, True)]
        # A turn or a shift by nothing is the same: then the one that says so.
        found.append(min(ways, key=lambda m: (round(m.miss / _MISS), m.mirrored, m.shift)))
    return found


def contents_kept(seen: MarksSeen, found: Iterable[Motion], *, scaled: bool = True) -> bool:
    """Whether what is in the pictures is still there, moved and nothing else.

    Where values are ``scaled`` in a way of their own, light tells of that, and places alone count.
    """
    low, high = _LIGHT
    bright = low <= seen.light[0] and seen.light[1] <= high
    return (bright or not scaled) and all(motion.miss < _MISS for motion in found)


_Two = tuple[complex, complex]


def _pairs(challenge: str, name: str, seen: MarksSeen) -> list[tuple[_Two, _Two]]:
    places = [(complex(a, b), complex(c, d)) for a, b, c, d in seen.places]
    return list(zip(probes.spots(challenge, name, len(places)), places, strict=True))


def _mirror(spots: _Two) -> _Two:
    return -spots[0].conjugate(), -spots[1].conjugate()


def _turned(rest: _Two, now: _Two, mirror: bool) -> Motion:
    start = _mirror(rest) if mirror else rest
    # The turn that brings both nearest: least squares in the plane of complex numbers.
    turn = cmath.phase(sum(a.conjugate() * b for a, b in zip(start, now, strict=True)))
    there = [cmath.exp(1j * turn) * a for a in start]
    return Motion(mirror, turn / math.tau, 0.0, _rms(there, now))


def _shifted(start: _Two, now: _Two, mirrored: bool) -> Motion:
    shift = sum(b - a for a, b in zip(start, now, strict=True)) / 2
    return Motion(mirrored, 0.0, abs(shift), _rms([a + shift for a in start], now))


def _rms(one: Sequence[complex], other: Sequence[complex]) -> float:
    return math.sqrt(sum(abs(a - b) ** 2 for a, b in zip(one, other, strict=True)) / 2)


def pixels_scaled(challenge: str, seen: Sequence[float | None]) -> bool:
    """Whether each single pixel reached the backbone as x / 127.5 - 1."""
    wanted = [value / 127.5 - 1.0 for value in probes.pixel_values(challenge)]
    return _all_near(seen, wanted, 2e-3)


def features_averaged(challenge: str, maps: int, seen: Sequence[float | None]) -> bool:
    """Whether so many maps of known averages are reduced to these."""
    if not 0 < maps <= _MOST_MAPS:
        return False
    wanted = _level_mixtures(challenge, maps)
    size = math.sqrt(maps)
    return _all_near(
        [None if value is None else value / size for value in seen],
        [value / size for value in wanted],
        2e-3,
    )


@lru_cache(maxsize=8)
def _level_mixtures(challenge: str, maps: int) -> tuple[float, ...]:
    levels = np.asarray(probes.levels(challenge, maps), np.float32)
    return tuple(map(float, probes.mixtures(challenge, levels)))


def straight(seen: Sequence[float | None]) -> bool:
    """Whether logits go through as a straight line that is not level."""
    pairs = [(z, value) for z, value in zip(probes.LOGITS, seen, strict=False) if value is not None]
    if len(pairs) != len(probes.LOGITS) or len(seen) != len(pairs):
        return False
    (left, low), (right, high) = pairs[0], pairs[-1]
    slope = (high - low) / (right - left)
    size = abs(slope) * (right - left)
    return size > 0.0 and all(
        abs(low + slope * (z - left) - value) <= 1e-3 * size for z, value in pairs
    )


def maps_averaged(challenge: str, shape: tuple[int, ...], seen: Sequence[float | None]) -> bool:
    """Whether the maps that the challenge names are reduced to their averages."""
    told = probes.told_maps(challenge, shape)
    wanted = [sum(values) / len(values) for _, values in told]
    # Numbers of both signs cancel: the largest of them says how exact a sum is.
    largest = [max(map(abs, values)) for _, values in told]
    return len(seen) == len(wanted) and all(
        value is not None and abs(value - want) <= 1e-4 * (abs(want) + most)
        for value, want, most in zip(seen, wanted, largest, strict=True)
    )


def answers_as_known(
    challenge: str, known: KnownNetwork, fingerprint: str, seen: AnswerSeen
) -> bool:
    """Whether the network gives for the challenge's picture what its weights give."""
    name = probes.known_picture(challenge, seen.side)
    maps = known.answer(fingerprint, name, lambda: probes.network_picture(name))
    features = maps.reshape(-1, maps.shape[-1]).mean(axis=0)
    size = math.sqrt(float((features.astype(float) ** 2).sum()))
    return _all_near(
        [None if value is None else value / size for value in seen.values],
        [float(value) / size for value in probes.mixtures(challenge, features)],
        0.02,
    )


def cross_entropies(challenge: str) -> list[float]:
    """Mean binary cross-entropy of each of the batches: log(1 + e^z) - y z."""
    return [
        sum(
            max(z, 0.0) + math.log1p(math.exp(-abs(z))) - y * z
            for y, z in zip(batch.labels, batch.logits, strict=True)
        )
        / len(batch.labels)
        for batch in probes.batches(challenge)
    ]


def are_slopes_of_cross_entropy(challenge: str, seen: Sequence[float | None]) -> bool:
    """Whether a loss goes with each logit of the first batches by 1 / (1 + e^-z) - y."""
    wanted = [
        1.0 / (1.0 + math.exp(-z)) - y
        for batch in probes.batches(challenge)[:SLOPED]
        for y, z in zip(batch.labels, batch.logits, strict=True)
    ]
    return _all_near(seen, wanted, 5e-3)


def is_accuracy(challenge: str, seen: Sequence[float | None], thresholds: Iterable[float]) -> bool:
    """Whether a metric gives the share of right decisions of each batch, at one threshold."""
    return any(_all_near(seen, accuracies(challenge, threshold), 1e-4) for threshold in thresholds)


def accuracies(challenge: str, threshold: float) -> list[float]:
    """Share of logits in each batch that are on their label's side of the threshold."""
    return [
        sum((z > threshold) == (y > 0.5) for y, z in zip(b.labels, b.logits, strict=True))
        / len(b.labels)
        for b in probes.batches(challenge)
    ]


# Of a direction's number. Single precision and epsilon make 0.001 of difference at most, and
# Adamax, the nearest of the others, 0.017 at least (20,000 challenges).
_STEP = 0.01


def adam_rates(
    challenge: str, steps: Sequence[Sequence[float | None]], decays: tuple[float, float]
) -> list[float] | None:
    """The learning rate of each step, if they are steps of Adam; else None.

    Algorithm 1 of Kingma and Ba 2015, arXiv:1412.6980: its first step has the learning rate's size
    whatever the gradient is, and its second step follows from both gradients.
    """
    one, two = decays
    first, second = probes.gradients(challenge)
    if len(steps) != 2 or not (0.0 <= one < 1.0 and 0.0 <= two < 1.0):
        return None
    directions = [
        [-math.copysign(1.0, g) for g in first],
        [
            -((one * (1 - one) * g + (1 - one) * h) / (1 - one**2))
            / math.sqrt((two * (1 - two) * g * g + (1 - two) * h * h) / (1 - two**2))
            for g, h in zip(first, second, strict=True)
        ],
    ]
    rates = []
    for step, direction in zip(steps, directions, strict=True):
        rate = _size(step) / _size(direction)
        if not rate or not _all_near([_over(n, rate) for n in step], direction, _STEP):
            return None
        rates.append(rate)
    return rates


def _size(step: Sequence[float | None]) -> float:
    return sum(abs(number or 0.0) for number in step)


def _over(number: float | None, rate: float) -> float | None:
    return None if number is None else number / rate


def _all_near(seen: Sequence[float | None], wanted: Sequence[float], within: float) -> bool:
    return len(seen) == len(wanted) and all(
        value is not None and abs(value - want) <= within * max(1.0, abs(want))
        for value, want in zip(seen, wanted, strict=True)
    )
