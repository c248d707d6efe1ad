"""The pictures in ``dataset/``: which are in use, and how to have some.

``dataset/alpaca`` and ``dataset/not alpaca`` hold the pictures, ``dataset/SOURCE.json`` says where
they came from. Pictures of another source replace them only if they can be had again as they are.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.folder import pictures_in
from alpaca_course.assets.manifest import LABELS
from alpaca_course.assets.sources import BY_NAME, PictureSource, source_asked, sources_unasked
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


@dataclass(frozen=True)
class PicturesInUse:
    """The pictures in ``dataset/``.

    Attributes:
        source: the name of one of :data:`~alpaca_course.assets.sources.SOURCES`, or "unknown"
            where nothing says.
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
        kind = BY_NAME.get(self.source)
        what = kind.describe(self.details) if kind else "pictures of unknown origin"
        counts = ", ".join(f"{count} {label}" for label, count in self.counts.items())
        changed = ", changed since" if self.modified else ""
        return f"{what} ({counts}{changed})"

    @property
    def replaceable(self) -> bool:
        """Whether nothing is lost with them that could not be had again."""
        kind = BY_NAME.get(self.source)
        known = kind is not None and kind.repeatable and not self.modified
        return self.interrupted or known

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
    counts = {label: len(pictures_in(course.dataset / label)) for label in LABELS}
    if not any(counts.values()):
        return None
    digest = _digest(course.dataset)
    unknown = PicturesInUse("unknown", counts, digest, course.dataset)
    record = read_json_object(course.dataset / RECORD)
    if record is None or record.get("source") not in BY_NAME:
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
        for path in pictures_in(dataset / label):
            total.update(f"{label}/{path.name} {sha256_of(path)}\n".encode())
    return total.hexdigest()


def ensure_pictures(
    course: Course,
    source: str | Path | PictureSource | None = None,
    *,
    force: bool = False,
    say: Say = say_nothing,
    tick: Tick = tick_nothing,
) -> PicturesInUse:
    """Have pictures in ``dataset/``.

    Args:
        course: the course.
        source: a source, its name, or a folder with both class folders; None keeps what is there,
            else has the first source that can be had now.
        force: replace pictures even where they cannot be had again.
        say: told in one sentence about a fallback or a replacement.
        tick: told about progress.

    Raises:
        AssetError: none can be had as asked, or other pictures are in the way. Pictures that
            could not be had while others could are named in the result's ``problems``.
    """
    if isinstance(source, str | Path):
        source = source_asked(course, source)
    current = _state(course)
    if current is not None and serves(current, source):
        return current
    refuse_loss(current, force=force)
    if source is None:
        first = _first_that_can_be_had(course, say, tick)
        if first is not None:
            return first
        source = sources_unasked(course)[-1]
    with _scratch(course) as scratch:
        problems = source.fetch(scratch, tick)
        if not all(pictures_in(scratch / label) for label in LABELS):
            raise AssetError(source.nothing(problems))
        if current is not None and not (current.source == source.name and source.repeatable):
            say(f"Replacing {current.description}.")
        return _install(course, scratch, source, problems)


def serves(current: PicturesInUse, source: PictureSource | None) -> bool:
    """Whether the pictures there are already what is asked for; with None any will do."""
    if source is None:
        return _usable(current)
    whole = current.source == source.name and current.complete and not current.modified
    return whole and source.serves(current.details)


def refuse_loss(current: PicturesInUse | None, *, force: bool) -> None:
    """Raise :class:`AssetError` where pictures would be lost that nothing could bring back."""
    if current is not None and not force and not current.replaceable:
        raise AssetError(
            f"dataset/ holds {current.description}. Move them away, or replace them with --force."
        )


def _first_that_can_be_had(course: Course, say: Say, tick: Tick) -> PicturesInUse | None:
    """Pictures of the first source that gives all of its own now; says why it is not a better one.

    None where only the last is left, which always can be had.
    """
    for source, fallback in pairwise(sources_unasked(course)):
        reason = source.why_not()
        if reason is None:
            with _scratch(course) as scratch:
                problems = source.fetch(scratch, tick)
                if not problems:
                    return _install(course, scratch, source, problems)
            failed = len(problems)
            reason = f"{failed} failed; those that arrived are kept for --source {source.name}"
        instead = fallback.describe(fallback.details)
        say(f"The {source.noun} cannot be fetched ({reason}): using {instead}.")
    return None


def _scratch(course: Course) -> contextlib.AbstractContextManager[Path]:
    """On the disk of ``dataset/``, so that pictures are moved there and not copied."""
    return scratch_folder(course.state / "pictures", ".installing-")


def _install(
    course: Course, prepared: Path, source: PictureSource, problems: dict[str, str]
) -> PicturesInUse:
    """Move prepared class folders into the place of those in ``dataset/``.

    The record without a digest comes first and with it last: whenever this is interrupted, what
    lies there is known to be replaceable.
    """
    dataset = course.dataset
    record = {"source": source.name, "details": source.details, "problems": problems}
    write_json(dataset / RECORD, record)
    (prepared / "old").mkdir()
    for label in LABELS:
        if (dataset / label).exists():
            shutil.move(dataset / label, prepared / "old" / label)
        shutil.move(prepared / label, dataset / label)
    counts = {label: len(pictures_in(dataset / label)) for label in LABELS}
    done = PicturesInUse(
        source=source.name,
        counts=counts,
        digest=_digest(dataset),
        folder=dataset,
        details=source.details,
        problems=problems,
        reused=False,
    )
    write_json(dataset / RECORD, done.to_json())
    return done
