"""What MobileNetV2 without its top answers for a picture, from the weights alone. Trusted side.

NumPy computes it, so that the judge knows the network's answers without Keras and without asking
anything where students' code ran. It takes tens of milliseconds a picture, and agrees with
TensorFlow up to rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from alpaca_course.assets.backbone import BOTTLENECKS, Array, LayerWeights

# By which each stage of BOTTLENECKS divides height and width, in its first block: table 2 of
# Sandler et al. 2018, arXiv:1801.04381.
_STRIDES = (1, 2, 2, 2, 1, 2, 1)
# Of every BatchNormalization in Keras' MobileNetV2.
_EPSILON = 1e-3
_SCALE = 32


@dataclass(frozen=True)
class KnownNetwork:
    """What the trusted side knows of the pretrained network.

    Attributes:
        fingerprints: of its weights, by input size.
        weights: reads the layers whose weights have a fingerprint.
    """

    fingerprints: Mapping[str, str]
    weights: Callable[[str], Sequence[LayerWeights]]
    _answers: dict[tuple[str, str], Array] = field(default_factory=dict, compare=False)

    def answer(self, fingerprint: str, name: str, picture: Callable[[], Array]) -> Array:
        """Feature maps for a picture; computed once for each name and fingerprint, then kept.

        Args:
            fingerprint: of the weights; one of ``fingerprints``.
            name: of the picture; two pictures have two names.
            picture: makes it, see :func:`feature_maps`.
        """
        key = (fingerprint, name)
        if key not in self._answers:
            self._answers[key] = feature_maps(self.weights(fingerprint), picture())
        return self._answers[key]


def feature_maps(layers: Sequence[LayerWeights], picture: Array) -> Array:
    """What the network without its top gives for one picture in inference.

    Args:
        layers: those with weights, in Keras' order.
        picture: shape (height, width, 3), both a multiple of 32, values from -1 to 1.

    Returns:
        Shape (height / 32, width / 32, 1280).

    Raises:
        ValueError: of another size the network pads in another way than is computed here.
    """
    if any(side % _SCALE for side in picture.shape[:2]):
        raise ValueError(f"{picture.shape[:2]} is no multiple of {_SCALE}")
    rest = iter(layers)
    x = _relu6(_normalized(_stem(picture, next(rest)), next(rest)))
    inner = False
    for (expansion, _, repeats), stride in zip(BOTTLENECKS, _STRIDES, strict=True):
        for repeat in range(repeats):
            block = _block(x, rest, expansion > 1, 1 if repeat else stride)
            x = x + block if repeat and inner else block
            inner = True
    return _relu6(_normalized(_pointwise(x, next(rest)), next(rest)))


def _block(x: Array, rest: Iterator[LayerWeights], expands: bool, stride: int) -> Array:
    """An inverted residual without its shortcut."""
    if expands:
        x = _relu6(_normalized(_pointwise(x, next(rest)), next(rest)))
    x = _relu6(_normalized(_depthwise(x, next(rest), stride), next(rest)))
    return _normalized(_pointwise(x, next(rest)), next(rest))


def _only(layer: LayerWeights) -> Array:
    (kernel,) = layer.arrays.values()
    return kernel


def _taps(x: Array, stride: int) -> Iterator[tuple[int, int, Array]]:
    """The shifted views that a 3 x 3 kernel sees; of even sides, stride 2 pads at the far end."""
    near = 1 if stride == 1 else 0
    padded = np.pad(x, ((near, 1), (near, 1), (0, 0)))
    height, width = x.shape[0], x.shape[1]
    for row, column in product(range(3), range(3)):
        yield row, column, padded[row : row + height : stride, column : column + width : stride]


def _stem(x: Array, layer: LayerWeights) -> Array:
    kernel = _only(layer)
    return sum(view @ kernel[row, column] for row, column, view in _taps(x, 2))


def _depthwise(x: Array, layer: LayerWeights, stride: int) -> Array:
    kernel = _only(layer)[:, :, :, 0]
    return sum(view * kernel[row, column] for row, column, view in _taps(x, stride))


def _pointwise(x: Array, layer: LayerWeights) -> Array:
    return np.asarray(x @ _only(layer)[0, 0])


def _normalized(x: Array, layer: LayerWeights) -> Array:
    gamma, beta, mean, variance = layer.arrays.values()
    scale = gamma / np.sqrt(variance + np.float32(_EPSILON))
    return np.asarray(x * scale + (beta - mean * scale))


def _relu6(x: Array) -> Array:
    return np.clip(x, 0.0, 6.0)
