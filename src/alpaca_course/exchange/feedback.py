"""Releasing feedback pages through nbgrader's exchange; ``options`` has nbgrader use it."""

from __future__ import annotations

import glob
import shutil
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default.release_feedback import ExchangeReleaseFeedback
from nbgrader.utils import notebook_hash

from alpaca_course.contract.ids import is_left_out, spelled
from alpaca_course.contract.receipt import SECRET


def notebook_names(coursedir: CourseDirectory, page: Path, student: str) -> set[str]:
    """What a page's notebook is called here, and what it was called when it was handed in."""
    submitted = Path(coursedir.root, coursedir.submitted_directory)
    folders = [each for each in submitted.glob("*") if spelled(each.name) == spelled(student)]
    found = [(each / coursedir.assignment_id).glob("*.ipynb") for each in folders]
    return {page.stem, *(path.stem for paths in found for path in paths)}


class ReleaseEveryFeedback(ExchangeReleaseFeedback):
    """Releases what can be released, and names the rest.

    nbgrader stops at the first hand-in that did not come through the exchange. And a student's side
    asks for a page by the hand-in's secret and the name that the notebook had there, so a page is
    released under each of those names.
    """

    def ensure_root(self) -> None:
        """Say of one that nobody made yet what it is; nbgrader calls it unwritable."""
        if not Path(self.root).exists():
            self.fail(
                f"There is no exchange {self.root} yet, so nobody handed in through it: `nbgrader "
                f"release_assignment {self.coursedir.assignment_id}` makes it. Until then give "
                f"students their pages from {self.coursedir.feedback_directory}."
            )
        super().ensure_root()

    def copy_files(self) -> None:
        skipped = []
        for found in sorted(glob.glob(f"{self.src_path}/*.html")):  # noqa: PTH207
            page = Path(found)
            student = page.parent.parent.name
            if is_left_out(spelled(student), "*", self.coursedir.student_id_exclude):
                continue
            try:
                secret = (page.parent / SECRET).read_text(encoding="utf-8")
            except (OSError, ValueError):
                secret = ""
            if not secret:
                skipped.append(student)
                continue
            for name in notebook_names(self.coursedir, page, student):
                self._release(page, notebook_hash(secret=secret, notebook_id=name))
            self.log.info("Feedback released for student '%s'", student)
        if skipped:
            self.log.warning(
                "Not released, since these were not handed in through the exchange (there is no "
                "%s): %s. Give them their pages from %s.",
                SECRET,
                ", ".join(dict.fromkeys(skipped)),
                self.coursedir.feedback_directory,
            )

    def _release(self, page: Path, name: str) -> None:
        half = Path(self.dest_path, f"{name}-tmp.html")
        shutil.copy(page, half)
        half.replace(half.with_name(f"{name}.html"))
