"""What an archive says of itself, in its own ``ARCHIVE.json``."""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from alpaca_course import __version__
from alpaca_course.course import Course
from alpaca_course.errors import CourseError

NAME = "ARCHIVE.json"
FORMAT = 1
GRADEBOOK = "gradebook.db"
_LIBRARIES = ("nbgrader", "tensorflow-cpu", "tensorflow", "keras", "numpy", "pydantic")
_DIGEST = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ArchiveError(CourseError):
    """A file that is no archive, or is damaged; the text says which."""


class Entry(BaseModel):
    """One file of the archive: its size in bytes and its SHA-256."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    size: Annotated[int, Field(ge=0)]
    sha256: _DIGEST


class Manifest(BaseModel):
    """What is in an archive.

    Attributes:
        format: of the archive.
        made: when, in UTC.
        anonymous: whether names and ids are pseudonyms.
        versions: of package, Python and libraries, and the commit of the course's repository.
        labs: title and version of each.
        students: how many the gradebook has.
        gradebook: SHA-256 of what the gradebook says, however its file is laid out; empty where
            there was none.
        left_out: what was no file, or could not be made anonymous.
        files: all of them but this one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    format: int = FORMAT
    made: str = ""
    anonymous: bool = False
    versions: Mapping[str, str] = {}
    labs: Mapping[str, Mapping[str, str]] = {}
    students: int = 0
    gradebook: str = ""
    left_out: tuple[str, ...] = ()
    files: Mapping[str, Entry] = {}

    @classmethod
    def parse(cls, data: bytes) -> Manifest:
        """The manifest in ``data``.

        Raises:
            ArchiveError: it is none, or of another version.
        """
        try:
            found = cls.model_validate_json(data)
        except ValidationError:
            raise ArchiveError("It is no archive of a course, or of another version.") from None
        if found.format != FORMAT:
            raise ArchiveError(f"It is of another version ({found.format}, not {FORMAT}).")
        return found


@dataclass(frozen=True)
class About:
    """What is known of the course besides its files."""

    versions: Mapping[str, str]
    labs: Mapping[str, Mapping[str, str]]
    made: str


def about(course: Course) -> About:
    """Versions and labs, as they are now."""
    return About(
        _versions(course),
        {name: {"title": lab.title, "version": lab.version} for name, lab in course.labs.items()},
        datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _versions(course: Course) -> dict[str, str]:
    found = {"alpaca-course": __version__, "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {**found, **_commit(course)}


def _commit(course: Course) -> dict[str, Any]:
    """The commit of the course's repository, and whether files differ from it; without git none."""
    try:
        said = [
            subprocess.run(
                ["git", "-C", str(course.root), *words],
                capture_output=True,
                text=True,
                check=True,
                timeout=30,
            ).stdout.strip()
            for words in (["rev-parse", "HEAD"], ["status", "--porcelain"])
        ]
    except (OSError, subprocess.SubprocessError):
        return {}
    return {"commit": said[0] + (" with changes" if said[1] else "")}
