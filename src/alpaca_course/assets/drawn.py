"""The drawn set of pictures: what a machine without network, a demonstration and tests use."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from alpaca_course.assets.drawing.composition import draw_picture
from alpaca_course.assets.drawing.textures import make_textures
from alpaca_course.course import Course
from alpaca_course.files import PUBLIC, Tick, tick_nothing, write_atomically

VERSION = 1
"""Raised with every change that changes pictures, so that an older set is drawn again."""

SEED = 20
COUNTS = {"alpaca": 142, "not alpaca": 185}
"""As many of each class as there are photographs."""

JPEG_QUALITY = 90


@dataclass(frozen=True)
class Drawn:
    """Drawn pictures as a :class:`~alpaca_course.assets.sources.PictureSource`."""

    name: ClassVar[str] = "drawn"
    repeatable: ClassVar[bool] = True
    verb: ClassVar[str] = "draw"
    noun: ClassVar[str] = "pictures"
    origin: ClassVar[str] = ""

    seed: int = SEED

    @classmethod
    def of(cls, _course: Course, asked: str | None) -> Self | None:
        return cls() if asked in (None, cls.name) else None

    @staticmethod
    def describe(_details: Mapping[str, Any]) -> str:
        return "drawn pictures"

    @property
    def details(self) -> dict[str, Any]:
        return {"seed": self.seed, "version": VERSION}

    def why_not(self) -> str | None:
        return None

    def serves(self, details: Mapping[str, Any]) -> bool:
        return details == self.details

    def to_get(self) -> int:
        return sum(COUNTS.values())

    def fetch(self, scratch: Path, tick: Tick) -> dict[str, str]:
        draw_set(scratch, seed=self.seed, tick=tick)
        return {}

    def nothing(self, _problems: Mapping[str, str]) -> str:
        return "No pictures could be drawn."


def draw_set(
    folder: Path,
    *,
    seed: int = SEED,
    counts: dict[str, int] | None = None,
    tick: Tick = tick_nothing,
) -> None:
    """Draw ``folder/alpaca/*.jpg`` and ``folder/not alpaca/*.jpg``; same seed, same bytes.

    Args:
        folder: where both class folders are made.
        seed: another seed gives other pictures of the same kind.
        counts: pictures of each class; :data:`COUNTS` if None.
        tick: told about progress.
    """
    textures = make_textures(seed)
    jobs = [
        (label, number)
        for label, count in (counts or COUNTS).items()
        for number in range(1, count + 1)
    ]
    for done, (label, number) in enumerate(jobs):
        tick("Drawing pictures", done, len(jobs))
        # Seeded by what the picture is, so that none depends on how many were drawn before it.
        rng = random.Random(f"{seed}/{label}/{number}")
        picture = draw_picture(label == "alpaca", textures, rng)
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=JPEG_QUALITY)
        write_atomically(folder / label / f"{number:03d}.jpg", stream.getvalue(), mode=PUBLIC)
    tick("Drawing pictures", len(jobs), len(jobs))
