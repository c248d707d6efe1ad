"""Pictures with two bright spots each, by which is measured how they were moved.

The first spot is green, the second red and blue, so that swapped colours make no difference.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from notebooks.transfer_learning_mobilenet.evidence import probes
from notebooks.transfer_learning_mobilenet.evidence.seen import MarksSeen

_NOISE, _BRIGHT = 60.0, 190.0
_WIDTH = 0.06  # of a spot, in shorter sides
# What is looked at: a spot at 0.2 that is shifted by a tenth lies in it, with its light.
_RADIUS = 0.42
# Of the way from the background to the brightest: above noise, and below what interpolation leaves.
_THRESHOLD = 0.4
# Larger pictures are looked at in every second pixel or fewer, so that as many are left.
_FINE = 32


def marked_pictures(
    challenge: str, name: str, count: int, size: tuple[int, int]
) -> NDArray[np.float32]:
    """Dim noise with the spots of :func:`probes.spots`, in [0, 255]; (count, height, width, 3)."""
    noise = probes.generator(challenge, name).random((*size, 3), np.float32)
    images = np.repeat((np.float32(_NOISE) * noise)[None], count, axis=0)
    x, y = _axes(size)
    places = np.asarray(probes.spots(challenge, name, count))
    for channel, spot in ((1, 0), (0, 1), (2, 1)):
        # A Gaussian is a product of two, one of the row and one of the column.
        rows = np.exp(-((y - places[:, spot, None].imag) ** 2) / (2 * _WIDTH**2))
        columns = np.exp(-((x - places[:, spot, None].real) ** 2) / (2 * _WIDTH**2))
        images[..., channel] += _BRIGHT * rows[:, :, None] * columns[:, None, :]
    return images


def marks_of(before: NDArray, after: NDArray) -> MarksSeen | None:
    """Where the spots are in ``after``; None where nothing in ``before`` is brighter than the rest.

    Args:
        before: the pictures, or what a step that changes values alone makes of them.
        after: the same, moved.
    """
    if before.shape != after.shape or before.ndim != 4 or before.shape[3] != 3:
        return None
    step = max(1, min(before.shape[1:3]) // _FINE)
    x, y = (axis[::step] for axis in _axes(before.shape[1:3]))
    before, after = before[:, ::step, ::step], after[:, ::step, ::step]
    dark, bright = float(before.mean()), float(before.max())
    if not bright > dark:
        return None
    level = dark + _THRESHOLD * (bright - dark)
    seen = (x[None, :] ** 2 + y[:, None] ** 2 < _RADIUS**2).astype(np.float32)
    was = _light(before, level, seen).sum(axis=(1, 2))
    light = _light(after, level, seen)
    total = light.sum(axis=(1, 2)) + 1e-9
    across = np.einsum("ijkl,k->il", light, x) / total
    upwards = np.einsum("ijkl,j->il", light, y) / total
    places = np.stack([across, upwards], axis=2).reshape(len(after), 4)
    kept = total / (was + 1e-9)
    return MarksSeen(
        places=tuple(tuple(round(float(each), 3) for each in row) for row in places),  # type: ignore[misc]
        light=(round(float(kept.min()), 3), round(float(min(kept.max(), 1e6)), 3)),
    )


def _light(images: NDArray, level: float, seen: NDArray) -> NDArray:
    """What is above ``level`` within the part that is looked at, by picture, place and spot."""
    spots = np.stack([images[..., 1], 0.5 * (images[..., 0] + images[..., 2])], axis=3)
    return np.clip(spots - level, 0.0, None) * seen[None, :, :, None]


def _axes(size: tuple[int, ...]) -> tuple[NDArray, NDArray]:
    """Of columns to the right and of rows upwards, from the centre, in shorter sides."""
    height, width = size
    side = min(size)
    x = (np.arange(width) - (width - 1) / 2) / side
    y = ((height - 1) / 2 - np.arange(height)) / side
    return x.astype(np.float32), y.astype(np.float32)
