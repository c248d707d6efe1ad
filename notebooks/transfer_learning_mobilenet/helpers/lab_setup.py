"""Gets the lab ready: weights, pictures, a quiet TensorFlow, the quick mode.

Import this before TensorFlow: Keras reads ``KERAS_HOME`` when it is imported.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Quick when asked for, and when nbgrader's Validate button runs everything while a student waits.
QUICK = (
    os.environ.get("ALPACA_QUICK", "") not in ("", "0")
    or os.environ.get("NBGRADER_EXECUTION") == "validate"
)
QUICK_PICTURES_PER_CLASS = 12
QUICK_EPOCHS = 2
CLASS_FOLDERS = ("alpaca", "not alpaca")
PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".gif")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Silence the process's stderr, native code included.

    TensorFlow writes notes about the processor straight to file descriptor 2, which Python's own
    ``sys.stderr`` never sees. Errors are still raised.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    try:
        saved = os.dup(2)
    except OSError:  # no such descriptor, as under pythonw: nothing to silence
        yield
        return
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(saved, 2)
        os.close(null)
        os.close(saved)


def _and_above(start: Path) -> list[Path]:
    return [start, *start.parents]


def use_own_weights(start: Path | None = None) -> Path | None:
    """Point Keras at the weights that came with the lab, if there are any.

    Looks for ``keras/`` beside the notebook and for the course's ``.alpaca/keras/`` above it; an
    existing ``KERAS_HOME`` wins. Returns the folder in use, or None for Keras' own default.
    """
    if os.environ.get("KERAS_HOME"):
        return Path(os.environ["KERAS_HOME"])
    begin = (start or Path.cwd()).resolve()
    for folder in _and_above(begin):
        for name in ("keras", ".alpaca/keras"):
            home = folder / name
            # Keras silently uses another folder when this one cannot be written.
            if any((home / "models").glob("mobilenet_v2*.h5")) and os.access(home, os.W_OK):
                os.environ["KERAS_HOME"] = str(home)
                return home
    return None


def _holds_pictures(folder: Path) -> bool:
    return all((folder / name).is_dir() for name in CLASS_FOLDERS)


def _pictures_in(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in PICTURE_ENDINGS)


def _describe(folder: Path) -> str:
    counts = {name: len(_pictures_in(folder / name)) for name in CLASS_FOLDERS}
    listed = ", ".join(f"{count} {name}" for name, count in counts.items())
    source = folder / "SOURCE.json"
    origin = ""
    if source.is_file():
        with contextlib.suppress(ValueError, AttributeError):
            named = json.loads(source.read_text(encoding="utf-8")).get("source")
            origin = f", source: {named}" if isinstance(named, str) else ""
    return f"{sum(counts.values())} pictures ({listed}){origin}"


def _subset(folder: Path) -> Path:
    """A folder with the first pictures of each class, for the quick mode."""
    small = Path(tempfile.mkdtemp(prefix="alpaca_quick_"))
    atexit.register(shutil.rmtree, small, ignore_errors=True)
    for name in CLASS_FOLDERS:
        (small / name).mkdir()
        for picture in _pictures_in(folder / name)[:QUICK_PICTURES_PER_CLASS]:
            shutil.copy(picture, small / name / picture.name)
    return small


def find_pictures(directory: str) -> str:
    """The folder with the pictures.

    ``directory`` itself, or one of that name in a folder above the notebook, or what the
    environment variable ``ALPACA_DATASET`` names.

    Returns a path for ``image_dataset_from_directory``. If there is none, it says what to do and
    returns ``directory`` unchanged, so that the next cell fails with that folder's name.
    """
    begin = Path.cwd().resolve()
    places = [folder / directory for folder in _and_above(begin)]
    if os.environ.get("ALPACA_DATASET"):
        places.append(Path(os.environ["ALPACA_DATASET"]))
    found = next(filter(_holds_pictures, places), None)
    if found is None:
        print(
            f"No pictures found: '{directory}' should hold the folders "
            + " and ".join(f"'{name}'" for name in CLASS_FOLDERS)
            + ".\nPut the course's dataset folder beside this notebook, or run `alpaca data` in "
            "the course's folder, then run this cell again."
        )
        return directory
    print(f"Pictures: {_describe(found)}")
    if QUICK:
        found = _subset(found)
        print(f"Quick mode: a subset, {_describe(found)}, and {QUICK_EPOCHS} epochs of training")
    return str(found) if found != begin / directory else directory


def epochs(count: int) -> int:
    """``count`` epochs, or a few in quick mode."""
    return min(count, QUICK_EPOCHS) if QUICK else count


def set_seeds(seed: int) -> None:
    """Same numbers at each run: Python, NumPy and TensorFlow (``keras.utils.set_random_seed``)."""
    import keras

    random.seed(seed)
    keras.utils.set_random_seed(seed)


use_own_weights()
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
