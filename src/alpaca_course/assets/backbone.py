"""The weights file of MobileNetV2 1.0 without top: its layout, read and written without Keras.

Keras reads the file ``weights='imagenet'`` asks for in its legacy HDF5 layout: the attribute
``layer_names`` on the root, and for each layer a group with the attribute ``weight_names`` and one
data set for each name. Layers are matched by order, not by name. h5py alone reads and writes it,
so a file from elsewhere never reaches a loader that can run code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from alpaca_course.assets.errors import AssetError
from alpaca_course.keras_probe.fingerprint import fingerprint_of_arrays

if TYPE_CHECKING:
    import h5py

Array = NDArray[np.float32]

# (expansion, output channels, repeats), table 2 of Sandler et al. 2018, arXiv:1801.04381.
BOTTLENECKS = ((1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1))
STEM_CHANNELS = 32
HEAD_CHANNELS = 1280

NORMALIZATION = ("gamma", "beta", "moving_mean", "moving_variance")


@dataclass(frozen=True)
class LayerWeights:
    """One layer that has weights: its name, and its arrays by name in Keras' order."""

    name: str
    arrays: Mapping[str, Array]


def expected_shapes() -> list[tuple[str, str, tuple[int, ...]]]:
    """Layer, weight and shape of all 260 arrays, in the order of Keras' ``model.weights``."""
    found: list[tuple[str, str, tuple[int, ...]]] = []

    def kernel(layer: str, shape: tuple[int, ...]) -> None:
        found.append((layer, "kernel", shape))

    def normalization(layer: str, channels: int) -> None:
        found.extend((layer, weight, (channels,)) for weight in NORMALIZATION)

    kernel("Conv1", (3, 3, 3, STEM_CHANNELS))
    normalization("bn_Conv1", STEM_CHANNELS)
    channels, block = STEM_CHANNELS, 0
    for expansion, outputs, repeats in BOTTLENECKS:
        for _ in range(repeats):
            prefix = f"block_{block}_" if block else "expanded_conv_"
            wide = channels * expansion
            if block:
                kernel(f"{prefix}expand", (1, 1, channels, wide))
                normalization(f"{prefix}expand_BN", wide)
            kernel(f"{prefix}depthwise", (3, 3, wide, 1))
            normalization(f"{prefix}depthwise_BN", wide)
            kernel(f"{prefix}project", (1, 1, wide, outputs))
            normalization(f"{prefix}project_BN", outputs)
            channels, block = outputs, block + 1
    kernel("Conv_1", (1, 1, channels, HEAD_CHANNELS))
    normalization("Conv_1_bn", HEAD_CHANNELS)
    return found


def _names(group: h5py.Group, attribute: str) -> list[str]:
    values = group.attrs.get(attribute, ())
    return [v.decode("utf-8") if isinstance(v, bytes) else str(v) for v in values]


def read_layers(path: Path) -> list[LayerWeights]:
    """The layers with weights in a legacy weights file, in its order.

    Raises:
        AssetError: not an HDF5 file, cut short, or not in that layout.
    """
    import h5py

    layers = []
    try:
        with h5py.File(path, "r") as file:
            for name in _names(file, "layer_names"):
                group = file[name]
                arrays = {
                    weight.rsplit("/", 1)[-1].removesuffix(":0"): np.asarray(group[weight], "<f4")
                    for weight in _names(group, "weight_names")
                }
                if arrays:
                    layers.append(LayerWeights(name, arrays))
    except (OSError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise AssetError(f"{path} is no whole HDF5 file of Keras weights ({error}).") from error
    if not layers:
        raise AssetError(f"{path} has no 'layer_names': it is not a Keras weights file.")
    return layers


def check_structure(layers: Iterable[LayerWeights], what: str) -> None:
    """Refuse anything that is not a MobileNetV2 1.0 without top, with finite numbers.

    Shapes are compared in order, as Keras itself matches them; names are not, because files of
    different ages name the same layers differently.

    Raises:
        AssetError: naming the first difference.
    """
    found = [(layer.name, array) for layer in layers for array in layer.arrays.values()]
    expected = expected_shapes()
    if len(found) != len(expected):
        raise AssetError(
            f"{what} holds {len(found)} arrays; MobileNetV2 1.0 without top has {len(expected)}."
        )
    for (name, array), (layer, weight, shape) in zip(found, expected, strict=True):
        if array.shape != shape:
            raise AssetError(
                f"{what}: layer {name!r} has the shape {array.shape} where MobileNetV2's "
                f"{layer}/{weight} has {shape}."
            )
        if not np.isfinite(array).all():
            raise AssetError(f"{what}: layer {name!r} holds numbers that are not finite.")


def fingerprint(layers: Iterable[LayerWeights]) -> str:
    """The fingerprint that the network will have once Keras loaded this file."""
    return fingerprint_of_arrays(array for layer in layers for array in layer.arrays.values())


def write_layers(path: Path, layers: Iterable[LayerWeights], layer_names: Iterable[str]) -> None:
    """Write a legacy weights file; the same bytes for the same input.

    Args:
        path: the file to write.
        layers: the layers that have weights.
        layer_names: all layers of the model in order, those without weights too.
    """
    import h5py

    by_name = {layer.name: layer.arrays for layer in layers}
    # track_order=False and no time stamps: otherwise the bytes, and with them the hash, would
    # differ at every conversion.
    with h5py.File(path, "w", libver="earliest", track_order=False) as file:
        file.attrs["layer_names"] = [name.encode() for name in layer_names]
        file.attrs["backend"] = b"tensorflow"
        file.attrs["keras_version"] = b"2.15.0"
        for name in layer_names:
            group = file.create_group(name, track_order=False)
            arrays = by_name.get(name, {})
            group.attrs["weight_names"] = [f"{name}/{weight}".encode() for weight in arrays]
            for weight, array in arrays.items():
                group.create_dataset(f"{name}/{weight}", data=array, track_times=False)
