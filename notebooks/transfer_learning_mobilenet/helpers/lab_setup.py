"""Gets the lab ready: weights, pictures, a quiet TensorFlow, the quick mode.

Import this before TensorFlow: Keras reads ``KERAS_HOME`` when it is imported.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import lab_pictures
import lab_weights

# Quick when asked for, and when nbgrader's Validate button runs everything while a student waits.
QUICK = (
    os.environ.get("ALPACA_QUICK", "") not in ("", "0")
    or os.environ.get("NBGRADER_EXECUTION") == "validate"
)
QUICK_PICTURES_PER_CLASS = 12
QUICK_EPOCHS = 2


@contextlib.contextmanager
def quiet(descriptor: int = 2) -> Iterator[None]:
    """Silence the process's stderr (or stdout: 1), native code included.

    TensorFlow writes notes about the processor straight to file descriptor 2, which Python's own
    ``sys.stderr`` never sees. Errors are still raised.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    stream = sys.stdout if descriptor == 1 else sys.stderr
    stream.flush()
    try:
        saved = os.dup(descriptor)
    except OSError:  # no such descriptor, as under pythonw: nothing to silence
        yield
        return
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, descriptor)
        yield
    finally:
        stream.flush()
        os.dup2(saved, descriptor)
        os.close(null)
        os.close(saved)


def find_pictures(directory: str) -> str:
    """The folder with the pictures.

    ``directory`` itself, or one of that name in a folder above the notebook, or what the
    environment variable ``ALPACA_DATASET`` names.

    Returns a path for ``image_dataset_from_directory``. Folders that are no class of the lab and
    files that are no pictures are named and left out: the path then is a copy without them. If
    there are no pictures, it says what to do and returns ``directory`` unchanged, so that the next
    cell fails with that folder's name.
    """
    begin = Path.cwd().resolve()
    places = [folder / directory for folder in lab_weights.and_above(begin)]
    if os.environ.get("ALPACA_DATASET"):
        places.append(Path(os.environ["ALPACA_DATASET"]))
    # A zip file is often unpacked into one folder more than meant.
    places += [inside for place in places[:1] for inside in sorted(place.glob("*"))]
    found = next(filter(lab_pictures.holds_pictures, places), None)
    if found is None:
        print(
            f"No pictures found: '{directory}' should hold the folders "
            + " and ".join(f"'{name}'" for name in lab_pictures.CLASS_FOLDERS)
            + ".\nPut the course's dataset folder beside this notebook, or run `alpaca data` in "
            "the course's folder, then run this cell again."
        )
        return directory
    looked = lab_pictures.look(found)
    print(f"Pictures: {looked.counts()}{lab_pictures.source_of(found)}")
    lab_pictures.say_left_out(looked)
    if QUICK:
        most = QUICK_PICTURES_PER_CLASS
        print(f"Quick mode: a subset, {looked.counts(most)}, and {QUICK_EPOCHS} epochs of training")
        return str(lab_pictures.collected(found, looked, most))
    if looked.unused:
        return str(lab_pictures.collected(found, looked))
    return str(found) if found != begin / directory else directory


def load(module: str) -> ModuleType:
    """One of the helper modules that only optional cells need."""
    return importlib.import_module(module)


def epochs(count: int) -> int:
    """``count`` epochs, or a few in quick mode."""
    return min(count, QUICK_EPOCHS) if QUICK else count


def set_seeds(seed: int) -> None:
    """Same numbers at each run: Python, NumPy and TensorFlow (``keras.utils.set_random_seed``)."""
    import keras

    random.seed(seed)
    keras.utils.set_random_seed(seed)


lab_weights.use_own_weights()
if os.environ.get("NBGRADER_EXECUTION") != "autograde" and (trouble := lab_weights.trouble()):
    print(trouble)
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
