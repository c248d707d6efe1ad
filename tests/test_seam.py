"""The engine knows no lab: where words of the course's own lab may stand, each place is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "alpaca_course"
LAB_WORDS = re.compile(r"alpaca_model|data_augmenter|fine_tun|mobilenet|UNQ_", re.IGNORECASE)
LIBRARY = re.compile(r"tensorflow", re.IGNORECASE)
# Inputs that a lab may declare, and what describes Keras objects, are allowed to know both.
ROOMS = ("assets/", "keras_probe/")
MAY_NAME_THE_LIBRARY = {
    "sandbox/process_one/__init__.py": "why a preloaded process may be forked",
    "sandbox/process_one/kernel.py": "what importing it leaves for garbage collection",
    "archiving/manifest.py": "which libraries' versions a term is kept with",
    "execution/program.py": "whose AutoGraph reads the text of functions",
    "qualification/matrix.py": "supported pairs of TensorFlow and Keras",
    "cli/matrix.py": "supported pairs of TensorFlow and Keras",
    "authoring/start_lab.py": "machines for which there is no wheel of it",
    "cli/doctor.py": "whether the pinned TensorFlow can be imported on this machine",
    "gate/names.py": "attributes of libraries' objects by which modules are reached",
}


def places(words: re.Pattern[str]) -> set[str]:
    """Files of the package, outside of the two rooms, in which ``words`` stand."""
    files = {
        path.relative_to(SOURCE).as_posix(): path
        for path in SOURCE.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    return {
        name
        for name, path in files.items()
        if not name.startswith(ROOMS)
        and words.search(path.read_text(encoding="utf-8", errors="ignore"))
    }


def test_no_word_of_the_lab_stands_in_the_engine() -> None:
    # The scaffold marks its graded cell as most courses do.
    allowed = {
        path.relative_to(SOURCE).as_posix()
        for path in (SOURCE / "authoring" / "templates" / "new_lab").rglob("*.txt")
    }
    assert places(LAB_WORDS) - allowed == set()
    assert places(re.compile("alpaca_model|data_augmenter|fine_tun|mobilenet", re.I)) == set()


def test_the_library_of_the_lab_is_named_where_it_must_be() -> None:
    assert places(LIBRARY) == set(MAY_NAME_THE_LIBRARY)


@pytest.mark.parametrize("room", ROOMS)
def test_the_two_rooms_are_there(room: str) -> None:
    assert (SOURCE / room).is_dir()
