"""ngshare as the exchange, for a hub whose servers share no disk: nothing is lost or half done.

``ngshare_exchange`` (0.5) is nbgrader's plugin for it. Read there and mended here: an answer that
ngshare did not give passes for success, so that nothing is handed in or released and nobody is
told; an answer that does not come is waited for without end; releasing again deletes every hand-in
at ngshare; collecting deletes the old hand-in before it has the new one, and ends for all at a
folder that is called as one of the course's; feedback ends for all at the first student who handed
in otherwise. And it looks at names of files alone for what is never copied, so pictures and old
feedback would be sent along.

    from alpaca_course.exchange import ngshare

    ngshare.configure(c, "http://127.0.0.1:10101/services/ngshare")
"""

from __future__ import annotations

import base64
import glob
import json
import os
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

import ngshare_exchange
import requests
from traitlets.config import Config

from alpaca_course.contract.ids import is_left_out, spelled
from alpaca_course.contract.receipt import TIMESTAMP
from alpaca_course.contract.states import printable
from alpaca_course.exchange.collecting import HALF, SoleCollector, time_of
from alpaca_course.exchange.feedback import notebook_names
from alpaca_course.exchange.options import LARGEST_FOLDER, NEVER_COPIED
from alpaca_course.files import moved_aside, scratch_folder, write_atomically

# Seconds until ngshare has taken a connection, and between two pieces of its answer: JupyterLab
# stands still meanwhile.
PATIENCE = (5, 60)
Files = list[dict[str, str]]
"""Files as ngshare sends them: ``path`` below the assignment, ``content`` in Base64."""


def configure(c: Config, url: str) -> None:
    """Use ngshare, on either side.

    Args:
        c: nbgrader's configuration.
        url: ngshare's address, as the servers reach it.
    """
    ngshare_exchange.configureExchange(c, url)
    c.ExchangeFactory.fetch_assignment = FetchAssignment
    c.ExchangeFactory.fetch_feedback = FetchFeedback
    c.ExchangeFactory.release_assignment = ReleaseAssignment
    c.ExchangeFactory.release_feedback = ReleaseFeedback
    c.ExchangeFactory.list = List
    c.ExchangeFactory.submit = Submit
    c.ExchangeFactory.collect = Collect
    c.CourseDirectory.ignore = NEVER_COPIED
    c.CourseDirectory.max_dir_size = LARGEST_FOLDER


def contents(folder: Path) -> Files:
    """All files below ``folder``."""
    return [
        {
            "path": path.relative_to(folder).as_posix(),
            "content": base64.b64encode(path.read_bytes()).decode("ascii"),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]


def put(files: Files, folder: Path) -> None:
    """Write ``files`` below ``folder``, each whole or not at all.

    Raises:
        ValueError: a path leads out of ``folder``, or a content is not Base64.
        OSError: the disk is full, or ``folder`` cannot be written.
    """
    for file in files:
        path = PurePosixPath(file["path"])
        if path.is_absolute() or not path.parts or {"..", "\0"} & {*path.parts, *file["path"]}:
            raise ValueError(f"{printable(file['path'])} is no path below a folder")
        write_atomically(folder / path, base64.b64decode(file["content"]), mode=0o644)


class _Asking(ngshare_exchange.Exchange):
    """Asks ngshare, and does not wait for ever."""

    def ngshare_api_request(
        self, method: str, url: str, data: Any = None, params: Any = None
    ) -> dict[str, Any] | None:
        token = os.environ.get("JUPYTERHUB_API_TOKEN")
        try:
            answer = requests.request(
                method,
                self.ngshare_url + self.encode_url(url),
                headers={"Authorization": f"token {token}"} if token else None,
                data=data,
                params=params,
                timeout=PATIENCE,
            )
        except requests.RequestException as error:
            self.log.error("ngshare cannot be asked for %s: %s", url, error)
            return None
        found: dict[str, Any] | None = self._ngshare_api_check_error(answer, url)
        return found

    def asked(self, method: str, url: str, what: str, **words: Any) -> dict[str, Any]:
        """ngshare's answer; where there is none, what was to be done fails in a sentence."""
        answer = self.ngshare_api_request(method, url, **words)
        if answer is None:
            self.fail(f"{what}: ngshare refused or did not answer, and the log says why.")
        assert answer is not None  # `fail` has raised
        return answer

    def place(self, kind: str) -> str:
        """The address of something of this assignment."""
        return f"/{kind}/{self.coursedir.course_id}/{self.coursedir.assignment_id}"


class List(_Asking, ngshare_exchange.ExchangeList):
    """As it is."""


class FetchAssignment(_Asking, ngshare_exchange.ExchangeFetchAssignment):
    """Fetches files that are not there yet; none is written over."""

    def copy_files(self) -> None:
        found = self.asked("GET", self.src_path, "Not fetched")["files"]
        there = Path(self.dest_path)
        put([file for file in found if not (there / file["path"]).exists()], there)


class Submit(_Asking, ngshare_exchange.ExchangeSubmit):
    """Hands in, or says that it did not."""

    def post_submission(self, src_path: str) -> str:
        with tempfile.TemporaryDirectory(prefix="hand-in-") as scratch:
            copy = Path(scratch, "hand-in")
            self.do_copy(src_path, str(copy))  # without what is never copied
            data = {"user": self.username, "files": json.dumps(contents(copy))}
        answer = self.asked("POST", self.place("submission"), "Not handed in", data=data)
        return str(answer["timestamp"])


class ReleaseAssignment(_Asking, ngshare_exchange.ExchangeReleaseAssignment):
    """Releases, or says that it did not; a hand-in at ngshare is never deleted by it."""

    def copy_files(self) -> None:
        course, assignment = self.coursedir.course_id, self.coursedir.assignment_id
        known = self.asked("GET", f"/assignments/{course}", "Not released")["assignments"]
        if assignment in known:
            self._make_room()
        data = self.encode_dir(self.src_path)
        self.asked("POST", self.dest_path, "Not released", data=data)
        self.log.info("Released: %s %s", course, assignment)

    def _make_room(self) -> None:
        if not self.force:
            self.fail(f"{self.coursedir.assignment_id} is released already (--force replaces it).")
        there = self.asked("GET", self.place("submissions"), "Not released")["submissions"]
        if there:
            self.fail(
                f"Not released again: {len(there)} hand-ins are at ngshare, which deletes them "
                "with the old release. Students who have not fetched it get the old one."
            )
        self.asked("DELETE", self.dest_path, "Not released")


class Collect(SoleCollector, _Asking, ngshare_exchange.ExchangeCollect):
    """A hand-in that is there stays until the newer one is there whole."""

    def copy_files(self) -> None:
        taken = 0
        for record in self.src_records:
            student = str(record["student_id"])
            there = Path(
                self.coursedir.format_path(
                    self.coursedir.submitted_directory, student, self.coursedir.assignment_id
                )
            )
            if there.is_dir() and not (self.update and self._is_newer(record, there)):
                continue
            try:
                self._take(student, there)
                taken += 1
            except (OSError, ValueError) as error:
                self.log.warning("Not collected: %s (%s)", printable(student), error)
        self.log.info("Collected: %d of %d hand-ins", taken, len(self.src_records))

    def _is_newer(self, record: dict[str, Any], there: Path) -> bool:
        known = time_of(there)
        return known is None or bool(record["timestamp"] > known)

    def _take(self, student: str, there: Path) -> None:
        """Put a student's newest hand-in in the place of the one that was there."""
        found = self._get_submission(
            self.coursedir.course_id, self.coursedir.assignment_id, student
        )
        if found is None:
            raise ValueError("ngshare refused or did not answer")
        ignored = self.ignore_patterns()
        kept = [
            file
            for file in found["files"]
            if not ignored("", PurePosixPath(file["path"]).name, len(file["content"]))
        ]
        with scratch_folder(there.parent, HALF) as scratch:
            put(kept, scratch / "whole")
            with moved_aside(there):
                (scratch / "whole").rename(there)


class ReleaseFeedback(_Asking, ngshare_exchange.ExchangeReleaseFeedback):
    """Releases what can be released, and names the rest."""

    def copy_files(self) -> None:
        excluded = self.coursedir.student_id_exclude
        skipped = []
        for found in sorted(glob.glob(self.src_path)):  # noqa: PTH207
            folder = Path(found)
            student = folder.parent.name
            pages = sorted(folder.glob("*.html"))
            if not pages or is_left_out(spelled(student), "*", excluded):
                continue
            if not self._release(student, folder, pages):
                skipped.append(student)
        if skipped:
            self.log.warning(
                "Not released, since these were not handed in through ngshare, or it refused: %s. "
                "Give them their pages from %s.",
                ", ".join(map(printable, skipped)),
                self.coursedir.feedback_directory,
            )

    def _release(self, student: str, folder: Path, pages: list[Path]) -> bool:
        """Post the pages of a hand-in under each name that its notebook has."""
        try:
            stamp = (folder / TIMESTAMP).read_text(encoding="utf-8")
        except (OSError, ValueError):
            return False
        info = [
            {"notebook_id": name, "path": str(page)}
            for page in pages
            for name in sorted(notebook_names(self.coursedir, page, student))
        ]
        return self.post_feedback(student, stamp, info) is not None


class FetchFeedback(_Asking, ngshare_exchange.ExchangeFetchFeedback):
    """Fetches what there is of every hand-in."""

    def copy_files(self) -> None:
        for stamp in self.timestamps:
            answer = self.ngshare_api_get(self.src_path, params={"timestamp": stamp})
            if answer is None:
                self.log.warning("No feedback to be had for what was handed in at %s", stamp)
            elif answer["files"]:
                put(answer["files"], Path(self.dest_path, stamp))
