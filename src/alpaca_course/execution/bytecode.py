"""A lab's helper modules compiled once, and not by every kernel that imports them."""

from __future__ import annotations

import py_compile
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath


def with_bytecode(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """``files`` with the bytecode of those that are Python, where Python looks for it.

    It counts for a source of the same content and for no other, whenever that was written (PEP
    552), and for a kernel of the same Python as this process; others compile what they import.
    """
    found = dict(files)
    with tempfile.TemporaryDirectory() as place:
        for name, source in files.items():
            if name.endswith(".py"):
                found |= _compiled(name, source, Path(place))
    return found


def _compiled(name: str, source: bytes, place: Path) -> dict[str, bytes]:
    """The bytecode by its name; nothing for what cannot be compiled."""
    written, compiled = place / "source.py", place / "compiled"
    written.write_bytes(source)
    try:
        py_compile.compile(
            str(written),
            str(compiled),
            dfile=name,
            doraise=True,
            optimize=0,
            invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH,
        )
    except (py_compile.PyCompileError, ValueError):  # whoever imports it is told
        return {}
    path = PurePosixPath(name)
    # Not as importlib says, which may keep this process' bytecode in another folder.
    beside = path.parent / "__pycache__" / f"{path.stem}.{sys.implementation.cache_tag}.pyc"
    return {str(beside): compiled.read_bytes()}
