"""Seamless noise for coats and grounds, made once for a set of pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TILE = 512
Field = NDArray[np.float32]


@dataclass(frozen=True)
class Textures:
    """Tiles of TILE x TILE numbers, mean 0 and standard deviation 1; each wraps around.

    Attributes:
        wool: round curls.
        locks: curls drawn out downwards, as of suri fleece or feathers.
        hair: short fine strokes.
        grass: upright blades.
        cloud: large soft forms.
    """

    wool: Field
    locks: Field
    hair: Field
    grass: Field
    cloud: Field

    def crop(self, name: str, start: tuple[int, int], size: tuple[int, int], zoom: float) -> Field:
        """A piece of one tile from ``start`` (x, y) on, ``zoom`` times as coarse.

        Returns:
            An array of height x width for the ``size`` (width, height).
        """
        (x, y), (width, height) = start, size
        tile: Field = getattr(self, name)
        rows = (y + np.arange(height) / zoom).astype(np.intp) % TILE
        columns = (x + np.arange(width) / zoom).astype(np.intp) % TILE
        return tile[np.ix_(rows, columns)]


def _band(rng: np.random.Generator, sigma_x: float, sigma_y: float) -> Field:
    """White noise, smoothed in the frequency domain, so that the tile has no seams."""
    frequency = np.fft.fftfreq(TILE)
    spread_x = np.exp(-2 * (np.pi * sigma_x * frequency) ** 2)
    spread_y = np.exp(-2 * (np.pi * sigma_y * frequency) ** 2)
    spectrum = np.fft.fft2(rng.standard_normal((TILE, TILE))) * np.outer(spread_y, spread_x)
    noise = np.fft.ifft2(spectrum).real
    return ((noise - noise.mean()) / noise.std()).astype(np.float32)


def _mix(*bands: NDArray[np.floating]) -> Field:
    total = np.sum(bands, axis=0)
    return ((total - total.mean()) / total.std()).astype(np.float32)


def make_textures(seed: int) -> Textures:
    """The tiles of one set; equal seeds give equal tiles."""
    rng = np.random.Generator(np.random.PCG64(seed))
    curls = np.abs(_band(rng, 4.5, 4.5))  # the creases of |noise| look like curls of wool
    return Textures(
        wool=_mix(-1.0 * curls, 0.5 * _band(rng, 2, 2), 0.35 * _band(rng, 12, 12)),
        locks=_mix(-1.0 * np.abs(_band(rng, 2.2, 13)), 0.5 * _band(rng, 1.2, 9)),
        hair=_mix(_band(rng, 0.8, 3), 0.6 * _band(rng, 8, 8)),
        grass=_mix(_band(rng, 0.8, 5), 0.8 * _band(rng, 14, 8)),
        cloud=_mix(_band(rng, 60, 30), 0.5 * _band(rng, 22, 12), 0.2 * _band(rng, 7, 5)),
    )
