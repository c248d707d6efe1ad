"""Where Keras finds the pretrained weights, and in a sentence what is wrong with them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

FILE = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_{}_no_top.h5"
# The visible check of exercise 2 builds the small model, the lab itself the other.
SIZES_NEEDED = (96, 160)
AGAIN = "Put the zip file's folder `keras` beside the notebook again, then restart the kernel."
# Where weights end up that were unpacked one folder too high or too low.
PLACES = ("", "models/", "keras*/", "keras*/*/", "keras*/*/*/")
_HDF5 = b"\x89HDF\r\n\x1a\n"


def and_above(start: Path) -> list[Path]:
    return [start, *start.parents]


def use_own_weights(start: Path | None = None) -> Path | None:
    """Point Keras at the weights that came with the lab, if there are any.

    Looks for ``keras/`` beside the notebook and for the course's ``.alpaca/keras/`` above it; an
    existing ``KERAS_HOME`` wins. Returns the folder in use, or None for Keras' own default.
    """
    if os.environ.get("KERAS_HOME"):
        return Path(os.environ["KERAS_HOME"])
    begin = (start or Path.cwd()).resolve()
    for folder in and_above(begin):
        for name in ("keras", ".alpaca/keras"):
            home = folder / name
            # Keras silently uses another folder when this one cannot be written.
            if any((home / "models").glob("mobilenet_v2*.h5")) and os.access(home, os.W_OK):
                os.environ["KERAS_HOME"] = str(home)
                return home
    return None


def weights_folder() -> Path:
    home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    return Path(home) / "models"


def trouble(start: Path | None = None) -> str:
    """What is wrong with the weights files and what to do; empty where nothing is."""
    begin = (start or Path.cwd()).resolve()
    folder = weights_folder()
    if folder.is_dir() and not os.access(folder.parent, os.W_OK):
        return _not_writable(folder.parent)
    for name in map(FILE.format, SIZES_NEEDED):
        path = folder / name
        said = _damage(path) if path.is_file() else _absence(path, begin)
        if said:
            return said
    return ""


def _not_writable(folder: Path) -> str:
    return (
        f"{folder} cannot be written, and Keras uses no such folder. Copy the lab into a folder of "
        "your own, then restart the kernel."
    )


def _absence(path: Path, begin: Path) -> str:
    right = path.parent if os.environ.get("KERAS_HOME") else begin / "keras" / "models"
    found = next((hit for place in PLACES for hit in begin.glob(place + path.name)), None)
    if found is None:
        return (
            f"The weights file {path.name} is not in {path.parent}. {AGAIN} With a network, Keras "
            "fetches the file by itself."
        )
    if found.parent == right:
        return _not_writable(right.parent)
    return (
        f"The weights file {found} lies in the wrong folder: it belongs into {right}. Move it "
        "there, then restart the kernel."
    )


def _damage(path: Path) -> str:
    """What is wrong with the bytes of a weights file; empty where nothing can be seen."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(48)
    if not head.startswith(_HDF5):
        return f"The weights file {path} ({size:,} bytes) holds something else. {AGAIN}"
    # HDF5 writes down where the file ends.
    at = 40 if head[8] < 2 else 28
    whole = int.from_bytes(head[at : at + 8], "little")
    if len(head) == 48 and size >= whole:
        return ""
    return f"The weights file {path} is cut off: {size:,} of {whole:,} bytes are there. {AGAIN}"


def first_kernel(size: int) -> Any:
    """The first convolution's kernel in the weights file for pictures of ``size`` pixels, or None.

    Keras takes the file for 224 pixels where it has none for a size.
    """
    import h5py

    path = weights_folder() / FILE.format(size if size in (96, 128, 160, 192) else 224)
    try:
        with h5py.File(path) as file:
            found: list[Any] = []
            file["Conv1"].visititems(
                lambda name, each: found.append(each) if "kernel" in name else None
            )
            return next(each[()] for each in found if isinstance(each, h5py.Dataset))
    except (OSError, KeyError, StopIteration):
        return None


def cannot_be_fetched(message: str) -> str:
    """What it means that Keras could not fetch a file; ``message`` is Keras' own."""
    found = re.search(r"([^/\s]+\.h5)", message)
    name = found[1] if found else "a file"
    size = re.fullmatch(re.escape(FILE).replace(r"\{\}", r"(\d+)"), name)
    if size is None:
        return _other_network(name)
    cause = (
        "the certificate of the server was not accepted, as behind some firewalls or with a Python "
        "whose certificates were never installed"
        if "CERTIFICATE" in message.upper()
        else "there is no way to the network from here"
    )
    said = trouble() or f"The weights file {name} is not in {weights_folder()}. {AGAIN}"
    return f"This is not about your code. {said}\nKeras tried to fetch it, but {cause}."


def does_not_fit() -> str:
    """What it means that a weights file does not fit the network."""
    path = weights_folder() / FILE.format("…")
    return (
        f"A weights file does not fit the network. If your code makes MobileNetV2 as step 1 says, "
        f"the file ({path}) holds another network's weights. {AGAIN}"
    )


def _other_network(name: str) -> str:
    said = f"The network made here wants the weights file {name}, which is none of this lab's."
    if not name.startswith("mobilenet_v2"):
        return f"{said} Compare the name of the network with step 1: another one is asked for."
    if "_no_top" not in name:
        return f"{said} Compare the arguments of MobileNetV2 with step 1, above all for its top."
    return f"{said} Compare the arguments of MobileNetV2 with step 1: is its usual width changed?"
