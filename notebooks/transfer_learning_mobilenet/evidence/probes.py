"""Challenge -> probes: what the student's functions are asked, fresh for each execution.

Everything derives from the 32 hexadecimal digits of the challenge, so recorded answers are
worthless. What the right answers are, only the rules know; they ask for the same probes again.
What a rule compares numbers with is drawn by the standard library; NumPy draws whole pictures.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Pictures that pass through random layers. A picture keeps its face with probability 1/2 under a
# flip, so the chance that 24 all do is 2**-24.
PICTURES = 24
# Sides of the notebook's pictures.
LAB_SIZE = 160
# Sizes that have weights of their own and are smaller than the lab's, so that probes cost less.
MODEL_SIZES = (96, 128)
CONSTANTS = (0.0, 127.5, 255.0)
# Pixels of one noise picture whose values are told.
PIXELS = 12
# Pictures, for each size, of which the network's answer is known; and numbers that are told of it.
KNOWN_PICTURES = 8
MIXTURES = 8
FEATURES = 1280
# Feature maps whose pooled values are told, each of a scale of its own.
MAPS = 4
SCALES = (1e-2, 1.0, -1.0, 1e3)
# What the layers behind a head are asked.
LOGITS = (-30.0, -1.0, 0.0, 2.0, 30.0)
# Pictures of a batch in the notebook.
BATCH = 32


@dataclass(frozen=True)
class Batch:
    """Labels (0 or 1) and logits, each for one picture."""

    labels: tuple[float, ...]
    logits: tuple[float, ...]


@dataclass(frozen=True)
class Pixel:
    """A place in a picture, and its value there."""

    row: int
    column: int
    channel: int
    value: float


def batches(challenge: str) -> tuple[Batch, ...]:
    """Batches of 1 to 6 pairs, both labels on both sides of zero, of a half, of one and far out.

    The last is as large as the notebook's.
    """
    source = _random(challenge, "loss")
    pairs = [
        (label, sign * source.uniform(low, high))
        for label in (1.0, 0.0)
        for sign, low, high in ((-1, 1.2, 3.0), (-1, 0.2, 1.0), (1, 0.1, 0.4), (1, 0.6, 0.9))
    ]
    for low, high in ((1.2, 3.0), (3.0, 9.0), (9.0, 30.0)):
        pairs += [
            (label, source.choice((-1, 1)) * source.uniform(low, high)) for label in (0.0, 1.0)
        ]
    source.shuffle(pairs)
    found = []
    pairs += [(source.choice((0.0, 1.0)), source.uniform(-4.0, 4.0)) for _ in range(BATCH)]
    for count in (1, 3, 4, 6, BATCH):
        chosen, pairs = pairs[:count], pairs[count:]
        found.append(Batch(tuple(label for label, _ in chosen), tuple(z for _, z in chosen)))
    return tuple(found)


def gradients(challenge: str) -> tuple[tuple[float, ...], ...]:
    """Gradients of a variable of three numbers for two steps of an optimizer.

    Small, so that no usual clipping touches them; of both signs and several sizes. In the second
    step one is much smaller, one smaller and one larger, by which optimizers differ.
    """
    source = _random(challenge, "step")
    first = [sign * 10 ** source.uniform(-3.0, -1.3) for sign in (1.0, -1.0, 1.0)]
    shares = (source.uniform(-0.3, -0.1), source.uniform(0.4, 0.6), source.uniform(-1.8, -1.4))
    second = [share * value for share, value in zip(shares, first, strict=True)]
    return tuple(first), tuple(second)


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

    drawn = generator(challenge, name).random((count, *size, 3), np.float32)
    return np.multiply(drawn, np.float32(255.0), out=drawn)


def pixel_values(challenge: str) -> tuple[float, ...]:
    """Values of the pixels that are told of a noise picture; the first two are 0 and 255."""
    source = _random(challenge, "pixels")
    return (0.0, 255.0, *(source.uniform(1.0, 254.0) for _ in range(PIXELS - 2)))


def pixels(challenge: str, side: int) -> tuple[Pixel, ...]:
    """Where these values stand in a square picture."""
    source = _random(challenge, "places")
    places = source.sample(range(side * side), PIXELS)
    return tuple(
        Pixel(*divmod(place, side), source.randrange(3), value)
        for place, value in zip(places, pixel_values(challenge), strict=True)
    )


def constant_pictures(size: tuple[int, int]) -> NDArray[np.float32]:
    """One picture for each of 0, 127.5 and 255, shape (3, height, width, 3)."""
    import numpy as np

    values = np.asarray(CONSTANTS, np.float32).reshape(-1, 1, 1, 1)
    return np.broadcast_to(values, (len(CONSTANTS), *size, 3)).copy()


def known_picture(challenge: str, side: int) -> str:
    """Name of the picture whose answer by the network is told."""
    return f"{side}/{_random(challenge, 'network').randrange(KNOWN_PICTURES)}"


def network_picture(name: str) -> NDArray[np.float32]:
    """The square picture of that name, in [-1, 1]: noise over blocks of colour."""
    import numpy as np

    side = int(name.partition("/")[0])
    generator = np.random.default_rng(_random("network", name).getrandbits(64))
    blocks = generator.random((side // 16, side // 16, 3), np.float32)
    noise = generator.random((side, side, 3), np.float32)
    return np.kron(blocks, np.ones((16, 16, 1), np.float32)) + noise - 1.0


def mixtures(challenge: str, features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Sums of the features with random signs: of single ones most are zero in any picture.

    Args:
        challenge: of the execution.
        features: shape (features,).
    """
    import numpy as np

    signs = generator(challenge, "mixtures").integers(0, 2, (MIXTURES, len(features))) * 2 - 1
    return np.asarray(signs @ features.astype(np.float64))


def features(challenge: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Feature maps of several scales, of which none is zero.

    Numbers of the first ``MAPS`` pictures have both signs, and in each of these one map is what
    :func:`told_maps` says. Those of the others are positive, as a backbone's are that ends in a
    ReLU: whatever is dropped is counted there.
    """
    import numpy as np

    drawn = generator(challenge, "features").random(shape, np.float32)
    drawn += np.float32(0.5)
    drawn[:MAPS] *= np.where(drawn[:MAPS] < 1.0, np.float32(-1.0), np.float32(1.0))
    scale = np.asarray(SCALES, np.float32)[np.arange(shape[0]) % len(SCALES)]
    scale[MAPS:] = np.abs(scale[MAPS:])
    drawn *= scale.reshape(-1, *(1 for _ in shape[1:]))
    if len(shape) == 4:
        for picture, (channel, values) in enumerate(told_maps(challenge, shape[1:])):
            drawn[picture, :, :, channel] = np.reshape(values, shape[1:3])
    return drawn


def told_maps(challenge: str, shape: tuple[int, ...]) -> tuple[tuple[int, tuple[float, ...]], ...]:
    """Of one map in each of the first pictures: its channel, and its values row by row.

    Args:
        challenge: of the execution.
        shape: height, width and channels of the maps.
    """
    source = _random(challenge, "maps")
    height, width, channels = shape
    return tuple(
        (
            source.randrange(channels),
            tuple(scale * source.uniform(-0.7, 1.0) for _ in range(height * width)),
        )
        for scale in SCALES[:MAPS]
    )


def levels(challenge: str, channels: int) -> tuple[float, ...]:
    """The averages of :func:`level_maps`, none of them zero."""
    source = _random(challenge, "levels")
    return tuple(source.choice((-1.0, 1.0)) * source.uniform(0.5, 1.5) for _ in range(channels))


def level_maps(challenge: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """One picture's feature maps, whose averages are those of :func:`levels` whatever their size.

    Args:
        challenge: of the execution.
        shape: sides of the maps, if they have any, and their number.
    """
    import numpy as np

    drawn = generator(challenge, "level maps").random(shape, np.float32)
    places = tuple(range(len(shape) - 1))
    drawn -= drawn.mean(axis=places)
    return np.asarray([drawn + np.asarray(levels(challenge, shape[-1]), np.float32)])


def spots(challenge: str, name: str, count: int) -> tuple[tuple[complex, complex], ...]:
    """Where the two spots of each marked picture lie, from its centre, in shorter sides.

    The imaginary part goes upwards. The second lies a quarter of a turn from the first, more or
    less, to one side or the other: mirrored, the two are not what a turn makes of them. Both are so
    near the centre that nothing a fill mode repeats of them comes near the part that is looked at.
    """
    source = _random(challenge, f"spots {name}")
    found = []
    for _ in range(count):
        angle = source.uniform(-math.pi, math.pi)
        apart = source.choice((-1.0, 1.0)) * source.uniform(0.3 * math.pi, 0.7 * math.pi)
        near, far = source.uniform(0.13, 0.2), source.uniform(0.13, 0.2)
        found.append((_polar(near, angle), _polar(far, angle + apart)))
    return tuple(found)


def _polar(radius: float, angle: float) -> complex:
    return complex(radius * math.cos(angle), radius * math.sin(angle))


def _random(challenge: str, name: str) -> random.Random:
    return random.Random(f"{challenge}/{name}")


def generator(challenge: str, name: str) -> np.random.Generator:
    """NumPy's random numbers of that name."""
    import numpy as np

    return np.random.default_rng(_random(challenge, name).getrandbits(64))
