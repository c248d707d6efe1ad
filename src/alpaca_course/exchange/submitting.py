"""Handing in through nbgrader's exchange; the students' side of ``options`` has nbgrader use it."""

from __future__ import annotations

import shutil
from pathlib import Path

from nbgrader.exchange.default.submit import ExchangeSubmit


class SubmitWhole(ExchangeSubmit):
    """A hand-in is in the exchange whole or not at all.

    nbgrader copies into the folder that it collects from: who collects in that moment, or after
    the disk was full, takes half a hand-in for a newer one. Here the copy gets its name when it is
    whole, in the exchange first and then in the student's own list of hand-ins.
    """

    assignment_filename: str

    def copy_files(self) -> None:
        name = self.assignment_filename
        # Begins with a dot, so that no pattern finds it; nbgrader names both copies by it.
        self.assignment_filename = f".{name}"
        kept = name.rsplit("+", 1)[0] if self.add_random_string else name
        places = [(Path(self.inbound_path), name), (Path(self.cache_path), kept)]
        try:
            super().copy_files()
            for folder, final in places:
                (folder / f".{final}").rename(folder / final)
        except BaseException:
            for folder, final in places:
                shutil.rmtree(folder / f".{final}", ignore_errors=True)
            raise
        finally:
            self.assignment_filename = name
