"""The manifest of the lab's photographs: facts about files of Open Images, none of their pixels."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from alpaca_course.assets.errors import AssetError
from alpaca_course.files import read_ordinary

LABELS = ("alpaca", "not alpaca")
"""The class folders, in the order in which Keras numbers them."""


@dataclass(frozen=True)
class Photograph:
    """One photograph as Open Images serves it.

    Attributes:
        id: 16 hexadecimal digits, Open Images' own.
        label: one of :data:`LABELS`.
        sha256: of the original file.
        bytes: size of the original file.
        width: of the original, in pixels.
        height: of the original, in pixels.
    """

    id: str
    label: str
    sha256: str
    bytes: int
    width: int
    height: int

    @property
    def file(self) -> str:
        return f"{self.label}/{self.id}.jpg"


def read_manifest(path: Path) -> list[Photograph]:
    """The photographs of a manifest.

    Raises:
        AssetError: the file is missing or a line of it is wrong.
    """
    try:
        return [_photograph(row) for row in csv.DictReader(io.StringIO(read_ordinary(path)))]
    except OSError as error:
        raise AssetError(f"The manifest of the photographs cannot be read: {error}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise AssetError(f"{path} has a line that is no photograph: {error}") from error


def _photograph(row: dict[str, str]) -> Photograph:
    if row["label"] not in LABELS:
        raise ValueError(f"label {row['label']!r}")
    # The id becomes part of a path and of an address.
    if len(row["id"]) != 16 or int(row["id"], 16) < 0:
        raise ValueError(f"id {row['id']!r}")
    return Photograph(
        id=row["id"],
        label=row["label"],
        sha256=row["sha256"],
        bytes=int(row["bytes"]),
        width=int(row["width"]),
        height=int(row["height"]),
    )
