"""The lab's photographs from Open Images' public bucket: concurrent, checked, resumable."""

from __future__ import annotations

import logging
import shutil
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

import requests

from alpaca_course.assets.manifest import LABELS, Photograph, read_manifest
from alpaca_course.assets.network import in_words, why_unreachable
from alpaca_course.assets.reduce import reduced_jpeg
from alpaca_course.course import Course
from alpaca_course.files import (
    PUBLIC,
    Tick,
    read_json_object,
    scratch_folder,
    tick_nothing,
    write_atomically,
    write_json,
)

SPLITS = ("train", "validation", "test")
SPLITS_FILE = "splits.json"
WORKERS = 12
ATTEMPTS = 2
GIVE_UP_AFTER = 2 * WORKERS
"""Connections failed in a row after which the network counts as gone."""

NOT_TRIED = "not tried: "
# The bucket cannot be listed by everyone; it then answers 403 where there is no such key.
NO_SUCH_KEY = (403, 404)


@dataclass(frozen=True)
class OpenImages:
    """The photographs as a :class:`~alpaca_course.assets.sources.PictureSource`."""

    name: ClassVar[str] = "openimages"
    repeatable: ClassVar[bool] = True
    verb: ClassVar[str] = "download"
    noun: ClassVar[str] = "photographs"

    course: Course

    @classmethod
    def of(cls, course: Course, asked: str | None) -> Self | None:
        return cls(course) if asked in (None, cls.name) else None

    @staticmethod
    def describe(_details: Mapping[str, Any]) -> str:
        return "photographs of Open Images"

    @property
    def details(self) -> dict[str, Any]:
        return {"url": self.origin}

    @property
    def origin(self) -> str:
        return self.course.settings.openimages_url

    def why_not(self) -> str | None:
        return why_openimages_unreachable(self.origin, read_manifest(self.course.manifest))

    def serves(self, _details: Mapping[str, Any]) -> bool:
        # By the hashes of the manifest they are the same wherever they came from.
        return True

    def to_get(self) -> int:
        return len(missing_photographs(self.course))

    def fetch(self, scratch: Path, tick: Tick) -> dict[str, str]:
        cache = _cache(self.course)
        problems = download_photographs(
            read_manifest(self.course.manifest),
            cache,
            url=self.origin,
            timeout=self.course.settings.download_timeout,
            tick=tick,
        )
        for label in LABELS:
            if (cache / label).is_dir():
                shutil.copytree(cache / label, scratch / label)
        return problems

    def nothing(self, problems: Mapping[str, str]) -> str:
        reasons = sorted({reason.removeprefix(NOT_TRIED) for reason in problems.values()})
        return (
            f"No photographs could be fetched from {self.origin} ({'; '.join(reasons)}). dataset/ "
            "is as it was. Without network: alpaca data --source drawn"
        )


def missing_photographs(course: Course) -> list[str]:
    """The photographs of the manifest that a download would still have to fetch."""
    photographs = read_manifest(course.manifest)
    return [photo.file for photo in photographs if not (_cache(course) / photo.file).is_file()]


def _cache(course: Course) -> Path:
    """Reduced photographs, kept so that a download goes on where it stopped."""
    return course.state / "pictures" / "openimages"


class _NotHadError(Exception):
    """One photograph cannot be had; the text says why."""


@dataclass
class _Session:
    """What the threads of one download share."""

    url: str
    timeout: float
    folder: Path
    scratch: Path
    splits: dict[str, str]
    lock: threading.Lock = field(default_factory=threading.Lock)
    failed_in_a_row: int = 0
    last_failure: str = ""

    def order(self, photograph: Photograph) -> list[str]:
        """Splits to try: the one remembered, else the most successful so far first."""
        with self.lock:
            counts = Counter(self.splits.values())
            known = self.splits.get(photograph.id)
        return sorted(SPLITS, key=lambda split: (split != known, -counts[split]))

    def connected(self, success: bool, failure: str = "") -> None:
        with self.lock:
            self.failed_in_a_row = 0 if success else self.failed_in_a_row + 1
            self.last_failure = failure or self.last_failure

    @property
    def network_gone(self) -> bool:
        return self.failed_in_a_row >= GIVE_UP_AFTER


def why_openimages_unreachable(url: str, photographs: Sequence[Photograph]) -> str | None:
    """None when the bucket serves the first photograph, else the reason; takes a few seconds."""
    reasons = []
    for split in SPLITS:
        reason = why_unreachable(f"{url.rstrip('/')}/{split}/{photographs[0].id}.jpg")
        if reason is None:
            return None
        reasons.append(reason)
        if not reason.startswith("status"):
            break
    return reasons[0]


def download_photographs(
    photographs: Sequence[Photograph],
    folder: Path,
    *,
    url: str,
    timeout: float,
    tick: Tick = tick_nothing,
) -> dict[str, str]:
    """Fetch what ``folder`` lacks, reduced; each file appears whole or not at all.

    Args:
        photographs: what to have.
        folder: gets ``alpaca/`` and ``not alpaca/``; what lies there is not fetched again.
        url: base address; a photograph is ``<url>/<split>/<id>.jpg``.
        timeout: seconds without an answer before a connection fails.
        tick: told about progress.

    Returns:
        The reason for each photograph that could not be had, by ``label/id.jpg``.
    """
    import pooch

    pooch.get_logger().setLevel(logging.ERROR)
    missing = [photo for photo in photographs if not (folder / photo.file).is_file()]
    what, total = "Photographs", len(photographs)
    done = total - len(missing)
    tick(what, done, total)
    remembered = read_json_object(folder / SPLITS_FILE) or {}
    splits = {key: split for key, split in remembered.items() if split in SPLITS}
    problems: dict[str, str] = {}
    with scratch_folder(folder, ".incoming-") as scratch:
        session = _Session(url.rstrip("/"), timeout, folder, scratch, splits)
        with ThreadPoolExecutor(WORKERS) as pool:
            jobs = {pool.submit(_fetch, session, photo): photo for photo in missing}
            try:
                for job in as_completed(jobs):
                    try:
                        job.result()
                    except _NotHadError as error:
                        problems[jobs[job].file] = str(error)
                    done += 1
                    tick(what, done, total)
            except KeyboardInterrupt:
                pool.shutdown(cancel_futures=True)
                raise
            finally:
                write_json(folder / SPLITS_FILE, dict(sorted(session.splits.items())))
    return dict(sorted(problems.items()))


def _fetch(session: _Session, photograph: Photograph) -> None:
    """Fetch, check and reduce one photograph from the first split that has it."""
    for split in session.order(photograph):
        original = _retrieve(session, split, photograph)
        if original is None:
            continue
        try:
            content = reduced_jpeg(original)
        except ValueError as error:
            raise _NotHadError(str(error)) from error
        finally:
            original.unlink(missing_ok=True)
        write_atomically(session.folder / photograph.file, content, mode=PUBLIC)
        with session.lock:
            session.splits[photograph.id] = split
        return
    raise _NotHadError(f"not in {', '.join(SPLITS)} (404)")


def _retrieve(session: _Session, split: str, photograph: Photograph) -> Path | None:
    """The original with the right hash; None where this split does not have it."""
    import pooch

    reason = ""
    for _ in range(ATTEMPTS):
        if session.network_gone:
            raise _NotHadError(f"{NOT_TRIED}{session.last_failure}")
        try:
            path = pooch.retrieve(
                f"{session.url}/{split}/{photograph.id}.jpg",
                known_hash=f"sha256:{photograph.sha256}",
                fname=f"{photograph.id}.jpg",
                path=session.scratch,
                downloader=pooch.HTTPDownloader(timeout=session.timeout),
            )
        except requests.RequestException as error:
            answered = error.response if isinstance(error, requests.HTTPError) else None
            reason = in_words(error, session.timeout)
            session.connected(answered is not None, reason)
            if answered is not None and answered.status_code in NO_SUCH_KEY:
                return None
        except ValueError:
            session.connected(True)
            reason = "other bytes than the manifest's sha256 names"
        else:
            session.connected(True)
            return Path(path)
    raise _NotHadError(reason)
