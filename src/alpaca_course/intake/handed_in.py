"""The folder of a hand-in and its files, or what to tell of them in words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from alpaca_course.contract.receipt import EXCHANGE_FILES
from alpaca_course.contract.states import SubmissionRefused, safe
from alpaca_course.opened import LeadsElsewhereError, NotOrdinaryError, Opened

LARGEST_EXCHANGE_FILE = 4096
"""Bytes of what nbgrader's exchange puts beside a hand-in: a time, a secret."""
OWN_FOLDERS = 2
"""Of the path of a hand-in: the student's folder, and the lab's in it."""


@contextlib.contextmanager
def open_hand_in(folder: Path) -> Iterator[Opened]:
    """The folder of a hand-in, ``<student>/<lab>``.

    Raises:
        SubmissionRefused: one of both is a link, or nobody may read them.
        OSError: it cannot be opened.
    """
    try:
        opened = Opened(folder, own=OWN_FOLDERS)
    except LeadsElsewhereError:
        raise SubmissionRefused(
            "folder.link",
            "The folder of this hand-in is a link to another place, and what lies there is not "
            "taken for it. The files themselves have to be in the folder.",
        ) from None
    except PermissionError:
        raise SubmissionRefused(
            "file.unreadable",
            "The folder of this hand-in may not be read by whoever grades. It needs other rights.",
        ) from None
    with opened as place:
        yield place


def read_file(place: Opened, path: PurePosixPath, limit: int) -> tuple[bytes, float]:
    """Bytes and time of change of a file; at most one byte more than ``limit`` is read.

    Raises:
        FileNotFoundError: there is none.
        SubmissionRefused: it is a link, a pipe, a device, or cannot be read.
    """
    try:
        return place.read(path, limit)
    except FileNotFoundError:
        raise
    except NotOrdinaryError:
        raise SubmissionRefused(
            "file.not_regular", f"'{safe(path.name)}' is no ordinary file. Hand in the notebook."
        ) from None
    except OSError as error:
        why = "it is a link" if isinstance(error, LeadsElsewhereError) else error.strerror
        raise SubmissionRefused(
            "file.unreadable",
            f"'{safe(path.name)}' cannot be read ({why}). Hand in the file itself, no link to it.",
        ) from None


def exchange_files(place: Opened) -> dict[str, bytes]:
    """What nbgrader's exchange put beside a hand-in; a link or a large file is none of it."""
    found = {}
    for name in EXCHANGE_FILES:
        with contextlib.suppress(OSError):
            data, _ = place.read(PurePosixPath(name), LARGEST_EXCHANGE_FILE)
            if len(data) <= LARGEST_EXCHANGE_FILE:
                found[name] = data
    return found
