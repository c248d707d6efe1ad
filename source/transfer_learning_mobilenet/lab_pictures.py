"""The pictures: where they lie, which of them can be used, and in a sentence what was left out."""

from __future__ import annotations

import atexit
import contextlib
import csv
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

CLASS_FOLDERS = ("alpaca", "not alpaca")
# What Keras reads; it passes over files with other endings without a word.
PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".gif")
PASSED_OVER = (".heic", ".heif", ".webp", ".avif", ".tif", ".tiff", ".jfif", ".jpe")
SHOWN = 5


class Looked(NamedTuple):
    """What a look at the folder of the pictures found.

    ``pictures`` are those that can be read, by class, in Keras' order; ``left_out`` says of each
    folder and file that is not used what it is; ``unused`` is whether Keras would use some of it.
    """

    pictures: dict[str, list[Path]]
    left_out: list[str]
    unused: bool

    def counts(self, most: int | None = None) -> str:
        found = {name: len(paths[:most]) for name, paths in self.pictures.items()}
        listed = ", ".join(f"{count} {name}" for name, count in found.items())
        return f"{sum(found.values())} pictures ({listed})"


def holds_pictures(folder: Path) -> bool:
    return all((folder / name).is_dir() for name in CLASS_FOLDERS)


def look(folder: Path) -> Looked:
    """Look at every picture of both classes, and at what else lies there."""
    # Not every Keras passes over folders that begin with a dot; nobody has to hear of them.
    others = [
        p.name for p in sorted(folder.iterdir()) if p.is_dir() and p.name not in CLASS_FOLDERS
    ]
    left_out = [
        f"the folder '{name}', which is no class of this lab"
        for name in others
        if not name.startswith(".")
    ]
    pictures: dict[str, list[Path]] = {}
    unused = bool(others)
    for name in CLASS_FOLDERS:
        pictures[name] = []
        for path in _files(folder / name):
            ending = path.suffix.lower()
            if ending in PICTURE_ENDINGS and not (fault := _fault(path)):
                pictures[name].append(path)
            elif ending in PICTURE_ENDINGS:
                left_out.append(f"{path.relative_to(folder).as_posix()}, {fault}")
                unused = True
            elif ending in PASSED_OVER:
                kind = ending[1:].upper()
                left_out.append(f"{path.relative_to(folder).as_posix()}, {kind}: {_CONVERT}")
    return Looked(pictures, left_out, unused)


def _files(folder: Path) -> Iterator[Path]:
    """All files below ``folder`` in Keras' order."""
    for root, _, names in sorted(os.walk(folder)):
        yield from (Path(root) / name for name in sorted(names))


_CONVERT = "open it and save it as JPEG"


def _fault(path: Path) -> str:
    """Why a file is no picture that TensorFlow reads; empty where it is one."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return f"which cannot be read ({error.strerror})"
    if not data:
        return "which is empty (0 bytes)"
    if _looks_whole(data) or _can_be_decoded(data):
        return ""
    if data[4:8] == b"ftyp":
        return f"HEIC or the like under another name: {_CONVERT}"
    note = path.name.startswith("._")
    return "which is a note that a Mac made" if note else "which is damaged or no picture"


def _can_be_decoded(data: bytes) -> bool:
    import tensorflow as tf

    try:
        tf.io.decode_image(data, channels=3, expand_animations=False)
    except tf.errors.OpError:
        return False
    return True


def _looks_whole(data: bytes) -> bool:
    """Whether it begins and ends as JPEG or PNG do; decoding every picture would take seconds."""
    jpeg = data.startswith(b"\xff\xd8\xff") and data.endswith(b"\xff\xd9")
    return jpeg or (data.startswith(b"\x89PNG\r\n") and data[-8:-4] == b"IEND")


_record: dict[str, Any] = {}


def source_of(folder: Path) -> str:
    """Where the pictures come from, as ``SOURCE.json`` beside them says, or an empty text."""
    _record.clear()
    with contextlib.suppress(OSError, ValueError, TypeError):
        _record.update(json.loads((folder / "SOURCE.json").read_text(encoding="utf-8")))
    with contextlib.suppress(OSError, ValueError, KeyError, csv.Error):
        with (folder / "CREDITS.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        _record["credits"] = {
            row["file"]: f"“{row['title']}” by {row['author']}, {row['licence']}" for row in rows
        }
    named = _record.get("source")
    return f", source: {named}" if isinstance(named, str) else ""


def record_of() -> dict[str, Any]:
    """What ``SOURCE.json`` says beside the pictures that :func:`source_of` was last asked for.

    ``credits``, from ``CREDITS.csv``, is who made which picture.

    Kept, because what is then read may be a copy of the pictures alone.
    """
    return _record


def say_left_out(looked: Looked) -> None:
    """Name what is not used, and a class without pictures."""
    for line in looked.left_out[:SHOWN]:
        print(f"Left out: {line}.")
    if len(looked.left_out) > SHOWN:
        print(f"Left out: {len(looked.left_out) - SHOWN} more.")
    for name, paths in looked.pictures.items():
        if not paths:
            print(f"The folder '{name}' holds no picture that can be used, so training will fail.")


def collected(folder: Path, looked: Looked, most: int | None = None) -> Path:
    """A temporary folder with the pictures that can be used, ``most`` of each class."""
    small = Path(tempfile.mkdtemp(prefix="alpaca_pictures_"))
    atexit.register(shutil.rmtree, small, ignore_errors=True)
    for name, paths in looked.pictures.items():
        (small / name).mkdir()
        for path in paths[:most]:
            target = small / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, target)
            except OSError:  # another disk, or one without links
                shutil.copy(path, target)
    return small
