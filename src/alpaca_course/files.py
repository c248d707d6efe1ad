"""Writing students' work so that a reader never sees half of a file, and others none of it.

:func:`alpaca_course.assets.files.write_atomically` is for files that everybody may read.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``, creating its folder; killed at any moment, ``path`` is whole.

    Raises:
        OSError: the disk is full or the folder cannot be written; ``path`` is as it was before.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
