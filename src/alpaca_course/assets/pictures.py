"""The pictures in ``dataset/``: which are in use, and how to have some.

``dataset/alpaca`` and ``dataset/not alpaca`` hold the pictures, ``dataset/SOURCE.json`` says where
they came from. Pictures of another source replace them only if they can be had again as they are.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from alpaca_course.assets import drawn, folder, openimages
from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.manifest import LABELS, read_manifest
from alpaca_course.course import Course
from alpaca_course.files import (
    Say,
    Tick,
    read_json_object,
    say_nothing,
    scratch_folder,
    sha256_of,
    tick_nothing,
    write_json,
)

RECORD = "SOURCE.json"
REPEATABLE = ("drawn", "openimages")
"""Sources whose pictures can be had again, so that replacing them loses nothing."""


@dataclass(frozen=True)
class PicturesInUse:
    """The pictures in ``dataset/``.

    Attributes:
        source: "openimages", "drawn", "folder", or "unknown" where nothing says.
        counts: pictures of each class.
        digest: sha256 over names and contents of all pictures.
        folder: ``dataset/``.
        details: what else identifies them (seed and version, folder, address).
        problems: the reason for each picture that could not be had, by ``label/name``.
        modified: they are not what was put there.
        interrupted: they were being put there when something ended that.
        reused: nothing had to be done.
    """

    source: str
    counts: dict[str, int]
    digest: str
    folder: Path
    details: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    modified: bool = False
    interrupted: bool = False
    reused: bool = True

    @property
    def complete(self) -> bool:
        return not self.problems and not self.interrupted

    @property
    def description(self) -> str:
        """The source and the counts, for people."""
        names = {
            "openimages": "photographs of Open Images",
            "drawn": "drawn pictures",
            "folder": f"pictures from {self.details.get('folder')}",
            "unknown": "pictures of unknown origin",
        }
        counts = ", ".join(f"{count} {label}" for label, count in self.counts.items())
        changed = ", changed since" if self.modified else ""
        return f"{names[self.source]} ({counts}{changed})"

    def to_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "counts": self.counts,
            "digest": self.digest,
            "details": self.details,
            "problems": self.problems,
        }


def pictures_in_use(course: Course) -> PicturesInUse | None:
    """The pictures in ``dataset/``; None unless both classes have some, wholly installed."""
    found = _state(course)
    return found if found is not None and _usable(found) else None


def _usable(found: PicturesInUse) -> bool:
    return all(found.counts.values()) and not found.interrupted


def _state(course: Course) -> PicturesInUse | None:
    """Whatever pictures lie in ``dataset/``; None where there are none."""
    counts = {label: len(folder.pictures_in(course.dataset / label)) for label in LABELS}
    if not any(counts.values()):
        return None
    digest = _digest(course.dataset)
    unknown = PicturesInUse("unknown", counts, digest, course.dataset)
    record = read_json_object(course.dataset / RECORD)
    if record is None or record.get("source") not in (*REPEATABLE, "folder"):
        return unknown
    details, problems = record.get("details"), record.get("problems")
    return replace(
        unknown,
        source=record["source"],
        details=details if isinstance(details, dict) else {},
        problems=problems if isinstance(problems, dict) else {},
        # Without a digest an installation was interrupted: all that lies there is its own.
        modified=record.get("digest") not in (digest, None),
        interrupted=record.get("digest") is None,
    )


def _digest(dataset: Path) -> str:
    """sha256 over names and contents of the pictures of both classes."""
    total = hashlib.sha256()
    for label in LABELS:
        for path in folder.pictures_in(dataset / label):
            total.update(f"{label}/{path.name} {sha256_of(path)}\n".encode())
    return total.hexdigest()


def ensure_pictures(
    course: Course,
    source: str | Path | None = None,
    *,
    force: bool = False,
    seed: int = drawn.SEED,
    say: Say = say_nothing,
    tick: Tick = tick_nothing,
) -> PicturesInUse:
    """Have pictures in ``dataset/``.

    Args:
        course: the course.
        source: "openimages", "drawn", or a folder with both class folders; None keeps what is
            there, else tries the photographs, else draws.
        force: replace pictures even where they cannot be had again.
        seed: of the drawn set.
        say: told in one sentence about a fallback or a replacement.
        tick: told about progress.

    Raises:
        AssetError: none can be had as asked, or other pictures are in the way. Pictures that
            could not be had while others could are named in the result's ``problems``.
    """
    current = _state(course)
    if current is not None and serves(current, source, seed=seed):
        return current
    refuse_loss(current, force=force)
    if source is None:
        automatic = _automatic(course, say, tick)
        if automatic is not None:
            return automatic
        source = "drawn"
    if current is not None and current.source != source:
        say(f"Replacing {current.description}.")
    if source == "drawn":
        return _draw(course, seed, tick)
    if source == "openimages":
        return _photographs(course, tick)
    return _copy(course, Path(source).resolve(), tick)


def serves(current: PicturesInUse, source: str | Path | None, *, seed: int = drawn.SEED) -> bool:
    """Whether the pictures there are already what is asked for."""
    if source is None:
        return _usable(current)
    whole = current.source == str(source) and current.complete and not current.modified
    if source == "drawn":
        return whole and current.details == {"seed": seed, "version": drawn.VERSION}
    return whole and source == "openimages"


def refuse_loss(current: PicturesInUse | None, *, force: bool) -> None:
    """Raise :class:`AssetError` where pictures would be lost that nothing could bring back."""
    if current is None or force:
        return
    if current.interrupted:
        return
    if current.source not in REPEATABLE or current.modified:
        raise AssetError(
            f"dataset/ holds {current.description}. Move them away, or replace them with --force."
        )


def _automatic(course: Course, say: Say, tick: Tick) -> PicturesInUse | None:
    """The photographs if all of them can be had now; None, and the reason said, otherwise."""
    url = course.settings.openimages_url
    reason = openimages.why_openimages_unreachable(url, read_manifest(course.manifest))
    if reason is None:
        problems = _download(course, tick)
        if not problems:
            return _install(course, _cache(course), "openimages", {"url": url}, problems)
        reason = f"{len(problems)} failed; those that arrived are kept for --source openimages"
    say(f"The photographs cannot be fetched ({reason}): using drawn pictures.")
    return None


def _cache(course: Course) -> Path:
    """Reduced photographs, kept so that a download goes on where it stopped."""
    return course.state / "pictures" / "openimages"


def missing_photographs(course: Course) -> list[str]:
    """The photographs of the manifest that a download would still have to fetch."""
    photographs = read_manifest(course.manifest)
    return [photo.file for photo in photographs if not (_cache(course) / photo.file).is_file()]


def _download(course: Course, tick: Tick) -> dict[str, str]:
    return openimages.download_photographs(
        read_manifest(course.manifest),
        _cache(course),
        url=course.settings.openimages_url,
        timeout=course.settings.download_timeout,
        tick=tick,
    )


def _photographs(course: Course, tick: Tick) -> PicturesInUse:
    problems = _download(course, tick)
    cache, url = _cache(course), course.settings.openimages_url
    if not all(folder.pictures_in(cache / label) for label in LABELS):
        reasons = sorted(set(problems.values()))
        raise AssetError(
            f"No photographs could be fetched from {url} ({'; '.join(reasons)}). dataset/ is as "
            "it was. Without network: alpaca data --source drawn"
        )
    return _install(course, cache, "openimages", {"url": url}, problems)


def _draw(course: Course, seed: int, tick: Tick) -> PicturesInUse:
    with scratch_folder(course.state / "pictures", ".drawing-") as scratch:
        drawn.draw_set(scratch, seed=seed, tick=tick)
        details = {"seed": seed, "version": drawn.VERSION}
        return _install(course, scratch, "drawn", details, {})


def _copy(course: Course, source: Path, tick: Tick) -> PicturesInUse:
    folder.check_folder(source)
    if source == course.dataset:
        raise AssetError("dataset/ cannot be its own source.")
    with scratch_folder(course.state / "pictures", ".copying-") as scratch:
        problems = folder.copy_pictures(source, scratch, tick=tick)
        if not all(folder.pictures_in(scratch / label) for label in LABELS):
            named = ", ".join(list(problems)[:5])
            raise AssetError(f"{source}: a class has no picture that can be decoded ({named}, …).")
        return _install(course, scratch, "folder", {"folder": str(source)}, problems)


def _install(
    course: Course,
    prepared: Path,
    source: str,
    details: dict[str, Any],
    problems: dict[str, str],
) -> PicturesInUse:
    """Put prepared class folders in the place of those in ``dataset/``.

    The record without a digest comes first and with it last: whenever this is interrupted, what
    lies there is known to be replaceable.
    """
    dataset = course.dataset
    record = {"source": source, "details": details, "problems": problems}
    with scratch_folder(course.state / "pictures", ".installing-") as scratch:
        for label in LABELS:
            shutil.copytree(prepared / label, scratch / "new" / label)
        write_json(dataset / RECORD, record)
        (scratch / "old").mkdir()
        for label in LABELS:
            if (dataset / label).exists():
                shutil.move(dataset / label, scratch / "old" / label)
            shutil.move(scratch / "new" / label, dataset / label)
    counts = {label: len(folder.pictures_in(dataset / label)) for label in LABELS}
    done = PicturesInUse(
        source=source,
        counts=counts,
        digest=_digest(dataset),
        folder=dataset,
        details=details,
        problems=problems,
        reused=False,
    )
    write_json(dataset / RECORD, done.to_json())
    return done
