"""Challenge -> probes: what the student's functions are asked, fresh for each execution.

Everything derives from the 32 hexadecimal digits of the challenge, so recorded answers are
worthless. What the right answers are, only the rules know; the part that they ask again
(:func:`loss_probe`) needs the standard library only.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Pictures that pass through random layers. A picture keeps its face with probability 1/2 under a
# flip, so the chance that 24 all do is 2**-24.
PICTURES = 24
# Sizes that have weights of their own and are not the lab's 160.
MODEL_SIZES = (96, 128, 192)
CONSTANTS = (0.0, 127.5, 255.0)


@dataclass(frozen=True)
class LossProbe:
    """Labels (0 or 1) and logits, each for one picture."""

    labels: tuple[float, ...]
    logits: tuple[float, ...]


def loss_probe(challenge: str) -> LossProbe:
    """Six pairs, both labels on both sides of zero and of one."""
    source = _random(challenge, "loss")
    logits = (
        source.uniform(-3.0, -1.2),
        source.uniform(-1.0, -0.2),
        source.uniform(0.2, 0.8),
        source.uniform(1.2, 3.0),
        source.uniform(-2.0, -0.2),
        source.uniform(1.2, 2.5),
    )
    return LossProbe((1.0, 0.0, 1.0, 0.0, 0.0, 1.0), logits)


def model_size(challenge: str) -> int:
    """Side of the square pictures of the model that is looked at closely."""
    return _random(challenge, "model").choice(MODEL_SIZES)


def augmenter_sizes(challenge: str) -> tuple[tuple[int, int], ...]:
    """Two picture sizes (height, width) for the augmenter, the second not square."""
    source = _random(challenge, "augmenter")
    side = source.choice((40, 48, 56))
    return (side, side), (source.choice((32, 36, 44)), source.choice((52, 60, 64)))


def pictures(challenge: str, name: str, count: int, size: tuple[int, int]) -> NDArray[np.float32]:
    """Noise in [0, 255] without any symmetry, shape (count, height, width, 3)."""
    import numpy as np

    generator = _generator(challenge, name)
    return generator.uniform(0.0, 255.0, (count, *size, 3)).astype(np.float32)


def constant_pictures(size: tuple[int, int]) -> NDArray[np.float32]:
    """One picture for each of 0, 127.5 and 255, shape (3, height, width, 3)."""
    import numpy as np

    values = np.asarray(CONSTANTS, np.float32).reshape(-1, 1, 1, 1)
    return np.broadcast_to(values, (len(CONSTANTS), *size, 3)).copy()


def features(challenge: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Positive feature maps in [1, 2], so that a zero can only come from dropout."""
    import numpy as np

    return _generator(challenge, "features").uniform(1.0, 2.0, shape).astype(np.float32)


def direction_pictures(count: int, side: int) -> NDArray[np.float32]:
    """Black pictures with one bright spot right of the centre, by which turns are measured.

    The spot lies 0.2 of a side from the centre: whatever a fill mode repeats of it beyond the
    border stays more than 0.29 of a side away, and :func:`measured_turns` looks no further.
    """
    import numpy as np

    rows, columns, _ = _grid(side)
    spot = np.exp(-((columns - 0.2 * side) ** 2 + rows**2) / (2 * (0.04 * side) ** 2))
    one = np.repeat((200.0 * spot)[:, :, None], 3, axis=2).astype(np.float32)
    return np.repeat(one[None], count, axis=0)


def measured_turns(images: NDArray[np.float32]) -> list[float]:
    """Angle of the bright spot of each picture in turns, from -0.5 to 0.5; 0 is where it began."""
    import numpy as np

    rows, columns, radius = _grid(images.shape[1])
    near = np.where(radius < 0.28 * images.shape[1], images.mean(axis=3), 0.0)
    weight = np.clip(near - 20.0, 0.0, None)
    total = weight.sum(axis=(1, 2)) + 1e-9
    x = (weight * columns).sum(axis=(1, 2)) / total
    y = (weight * rows).sum(axis=(1, 2)) / total
    return [float(turn) for turn in np.arctan2(-y, x) / (2 * np.pi)]


def _grid(side: int) -> tuple[NDArray, NDArray, NDArray]:
    import numpy as np

    axis = np.arange(side) - (side - 1) / 2
    rows, columns = np.meshgrid(axis, axis, indexing="ij")
    return rows, columns, np.hypot(rows, columns)


def _random(challenge: str, name: str) -> random.Random:
    return random.Random(f"{challenge}/{name}")


def _generator(challenge: str, name: str) -> np.random.Generator:
    import numpy as np

    return np.random.default_rng(_random(challenge, name).getrandbits(64))
