"""Collecting hand-ins through nbgrader's exchange; ``options`` has nbgrader use it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

from nbgrader.exchange.default.collect import ExchangeCollect

from alpaca_course.contract.states import printable
from alpaca_course.opened import Opened

_FROM_KILOBYTES = 1000


class CollectFiles(ExchangeCollect):
    """Collects files, and of links no more than that they are links.

    Students write in the exchange, and who collects may read much more than they: nbgrader copies
    what a link leads to, be it the lab's solution, and stops at the first pipe. A link is put into
    ``submitted/`` as one, so that grading can say why it is no notebook.
    """

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy a hand-in; what cannot be copied is named, and stops neither it nor the others."""
        with tempfile.TemporaryDirectory(prefix="collect-") as scratch:
            copy = Path(scratch, "hand-in")
            copy.mkdir()
            links: dict[str, str] = {}
            try:
                with Opened(Path(src), own=1) as place:
                    links = self._take(place, copy)
            except OSError as error:
                self.log.warning("Not collected: %s (%s)", printable(src), error.strerror)
                return
            super().do_copy(str(copy), dest, log)
        for name, target in links.items():
            with contextlib.suppress(OSError):
                Path(dest, name).symlink_to(target)

    def _take(self, place: Opened, copy: Path) -> dict[str, str]:
        """Copy the files of an open folder; returns the links in it."""
        links = {}
        largest = int(self.coursedir.max_file_size) * _FROM_KILOBYTES
        for inside, folders, files in place.walk():
            (copy / inside).mkdir(exist_ok=True)
            for name in [*folders, *files]:
                path = inside / name
                if target := place.link(path):
                    links[str(path)] = target
                elif name in files:
                    self._copy(place, path, copy, largest)
        return links

    def _copy(self, place: Opened, path: PurePosixPath, copy: Path, largest: int) -> None:
        try:
            data, modified = place.read(path, largest)
        except OSError as error:
            self.log.warning("Left out: %s (%s)", printable(str(path)), error.strerror)
            return
        if len(data) > largest:
            name = printable(str(path))
            self.log.warning("Left out: %s (larger than %s bytes)", name, largest)
            return
        (copy / path).write_bytes(data)
        os.utime(copy / path, (modified, modified))
