"""Your own pictures: what the model says to them, and what it looked at."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lab_branches import logits_of
from lab_messages import say
from lab_models import require
from lab_results import evidence_figure, grad_cam
from lab_widgets import show_or_say

FOLDER = "mine"
SHOWN = 8
ENDINGS = {".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".heic", ".avif"}


class Unreadable(Exception):  # noqa: N818 - it is no error of the program
    """A file that cannot be used as a picture; the text says why."""


def as_pixels(data: bytes, size: tuple[int, int]) -> np.ndarray:
    """A picture's bytes as pixels of the model's size, squeezed as the data set's pictures were.

    Raises:
        Unreadable: the bytes are no picture that Pillow opens.
    """
    import tensorflow as tf
    from PIL import Image, ImageOps

    if data[4:8] == b"ftyp" and data[8:12] not in (b"avif", b"avis"):
        raise Unreadable("it is HEIC or a film: open it and save it as JPEG")
    try:
        with Image.open(io.BytesIO(data)) as picture:
            # Telephones write down how they were held in place of turning the picture.
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except Exception as error:
        raise Unreadable(f"it cannot be opened as a picture ({type(error).__name__})") from None
    return np.asarray(tf.image.resize(np.asarray(upright), size), "float32")


def judge(model: Any, files: Sequence[tuple[str, bytes]], class_names: Sequence[str]) -> None:
    """Show the model's answer to each file, and what speaks for it."""
    require(model)
    size = tuple(model.input_shape[1:3])
    images, names = [], []
    for name, data in files:
        try:
            images.append(as_pixels(data, size))
            names.append(name)
        except Unreadable as why:
            print(f"Left out: {name}, {why}.")
    if len(images) > SHOWN:
        print(f"{len(images)} pictures: the first {SHOWN} are shown.")
    if not images:
        return
    batch = np.stack(images[:SHOWN])
    captions = []
    for name, logit in zip(names, logits_of(model, batch), strict=False):
        share = 1 / (1 + np.exp(-float(logit)))
        said, sure = (class_names[1], share) if logit > 0 else (class_names[0], 1 - share)
        short = name if len(name) <= 24 else name[:23] + "…"
        captions.append(f"{short}\nsaid {said} ({sure:.0%})")
    evidence_figure(batch, captions, grad_cam(model, batch))


def folder(model: Any, class_names: Sequence[str], place: str = FOLDER) -> None:
    """Judge the pictures in the folder ``mine`` beside the notebook."""
    here = Path(place)
    found = sorted(p for p in here.glob("*") if p.suffix.lower() in ENDINGS)
    if not found:
        say(
            f"No pictures in the folder '{place}' beside the notebook. Make it, put some into it "
            "(JPEG or PNG), and run this cell again; or use the button."
        )
        return
    judge(model, [(path.name, path.read_bytes()) for path in found], class_names)


def upload(model: Any, class_names: Sequence[str]) -> None:
    """A button to choose pictures with; they stay in this kernel's memory."""
    require(model)
    plain = f"No button here: put pictures into a folder '{FOLDER}' beside the notebook instead."
    show_or_say(lambda: _button(model, class_names), plain)


def uploaded(value: Any) -> list[tuple[str, bytes]]:
    """Names and contents in a ``FileUpload``'s value: by name in ipywidgets 7, a tuple in 8."""
    if isinstance(value, dict):
        return [(name, bytes(each["content"])) for name, each in value.items()]
    return [(each["name"], bytes(each["content"])) for each in value]


def _button(model: Any, class_names: Sequence[str]) -> Any:
    import ipywidgets as widgets

    button = widgets.FileUpload(
        accept="image/*",
        multiple=True,
        description="Choose pictures",
        layout=widgets.Layout(width="max-content"),
    )
    seen = widgets.Output()

    def chosen(change: Any) -> None:
        seen.clear_output(wait=True)
        with seen:
            judge(model, uploaded(change["new"]), class_names)

    button.observe(chosen, names="value")
    return widgets.VBox([button, seen])
