"""Where pictures can come from: one protocol, one module a source, one table of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Protocol

from alpaca_course.assets.drawn import Drawn
from alpaca_course.assets.folder import Folder
from alpaca_course.assets.openimages import OpenImages
from alpaca_course.course import Course
from alpaca_course.files import Tick


class PictureSource(Protocol):
    """One way to have pictures of both classes.

    Attributes:
        name: in ``SOURCE.json``.
        repeatable: its pictures can be had again as they are, so replacing them loses nothing.
        verb: what getting them is: "draw", "download" or "copy".
        noun: what it gets.
    """

    name: ClassVar[str]
    repeatable: ClassVar[bool]
    verb: ClassVar[str]
    noun: ClassVar[str]

    @classmethod
    def of(cls, course: Course, asked: str | None) -> PictureSource | None:
        """The source that ``--source asked`` means, or one of this kind that needs no telling.

        None where ``asked`` means another source, or nothing is asked and it has to be told more.
        """

    @staticmethod
    def describe(details: Mapping[str, Any]) -> str:
        """Pictures that were recorded with ``details``, for people."""

    @property
    def details(self) -> dict[str, Any]:
        """What identifies its pictures, as it is recorded with them."""

    @property
    def origin(self) -> str:
        """The address or folder that they come from; empty where they come from nowhere."""

    def why_not(self) -> str | None:
        """None where its pictures can be had now, else the reason; takes seconds at most."""

    def serves(self, details: Mapping[str, Any]) -> bool:
        """Whether complete, unchanged pictures recorded with ``details`` are what it gives."""

    def to_get(self) -> int:
        """How many pictures it would have to get now.

        Raises:
            AssetError: it cannot be used.
        """

    def fetch(self, scratch: Path, tick: Tick) -> dict[str, str]:
        """Put the class folders into ``scratch``, with as many pictures as can be had.

        Returns:
            The reason for each picture that could not be had, by ``label/name``.

        Raises:
            AssetError: it cannot be used.
        """

    def nothing(self, problems: Mapping[str, str]) -> str:
        """What to tell people where a class came out empty."""


SOURCES: tuple[type[PictureSource], ...] = (OpenImages, Drawn, Folder)
"""All sources, the better ones first; a folder last, which is what no other source's name means."""

BY_NAME = {source.name: source for source in SOURCES}


def source_asked(course: Course, asked: str | Path) -> PictureSource:
    """What ``--source asked`` means."""
    found = (source.of(course, str(asked)) for source in SOURCES)
    return next(source for source in found if source is not None)


def sources_unasked(course: Course) -> list[PictureSource]:
    """What is tried where nothing is asked for, in this order; the last one always can be had."""
    found = (source.of(course, None) for source in SOURCES)
    return [source for source in found if source is not None]
