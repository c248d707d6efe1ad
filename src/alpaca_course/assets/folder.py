"""Pictures from a folder of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.manifest import LABELS
from alpaca_course.assets.reduce import reduced_jpeg
from alpaca_course.course import Course
from alpaca_course.files import PUBLIC, Tick, write_atomically

SUFFIXES = {".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff"}


@dataclass(frozen=True)
class Folder:
    """A folder as a :class:`~alpaca_course.assets.sources.PictureSource`.

    Attributes:
        path: absolute; holds both class folders.
        dataset: where the pictures are to go, which cannot be their source.
    """

    name: ClassVar[str] = "folder"
    repeatable: ClassVar[bool] = False
    verb: ClassVar[str] = "copy"
    noun: ClassVar[str] = "pictures"

    path: Path
    dataset: Path

    @classmethod
    def of(cls, course: Course, asked: str | None) -> Self | None:
        return cls(Path(asked).resolve(), course.dataset) if asked is not None else None

    @staticmethod
    def describe(details: Mapping[str, Any]) -> str:
        return f"pictures from {details.get('folder')}"

    @property
    def details(self) -> dict[str, Any]:
        return {"folder": self.origin}

    @property
    def origin(self) -> str:
        return str(self.path)

    def why_not(self) -> str | None:
        return None

    def serves(self, _details: Mapping[str, Any]) -> bool:
        # Somebody may have changed the folder since: asked for again, it is copied again.
        return False

    def to_get(self) -> int:
        return check_folder(self.path)

    def fetch(self, scratch: Path, tick: Tick) -> dict[str, str]:
        check_folder(self.path)
        if self.path == self.dataset:
            raise AssetError("dataset/ cannot be its own source.")
        return copy_pictures(self.path, scratch, tick=tick)

    def nothing(self, problems: Mapping[str, str]) -> str:
        named = ", ".join(list(problems)[:5])
        return f"{self.path}: a class has no picture that can be decoded ({named}, …)."


def pictures_in(folder: Path) -> list[Path]:
    """Files directly in ``folder`` that are named like pictures, sorted; [] without the folder."""
    if not folder.is_dir():
        return []
    files = (path for path in folder.iterdir() if not path.name.startswith("."))
    return sorted(path for path in files if path.suffix.lower() in SUFFIXES and path.is_file())


def check_folder(source: Path) -> int:
    """The number of pictures in a folder with both class folders.

    Raises:
        AssetError: the folder, a class folder or all pictures of a class are missing.
    """
    if not source.is_dir():
        raise AssetError(
            f"There is no folder {source}. --source takes 'openimages', 'drawn' or a folder."
        )
    counts = {label: len(pictures_in(source / label)) for label in LABELS}
    empty = [f"'{label}'" for label, count in counts.items() if not count]
    if empty:
        raise AssetError(
            f"{source} needs pictures in both {' and '.join(repr(label) for label in LABELS)}; "
            f"none in {' and '.join(empty)}."
        )
    return sum(counts.values())


def copy_pictures(source: Path, target: Path, *, tick: Tick) -> dict[str, str]:
    """Copy the pictures of ``source`` into ``target``, reduced and as JPEG.

    Returns:
        The reason for each file that is no picture, by ``label/name``.
    """
    jobs = [(label, path) for label in LABELS for path in pictures_in(source / label)]
    problems = {}
    for done, (label, path) in enumerate(jobs):
        tick("Copying pictures", done, len(jobs))
        try:
            content = reduced_jpeg(path)
        except ValueError as error:
            problems[f"{label}/{path.name}"] = str(error)
            continue
        name = f"{path.stem}.jpg"
        if (target / label / name).exists():  # a.png beside a.jpg
            name = f"{path.name}.jpg"
        write_atomically(target / label / name, content, mode=PUBLIC)
    tick("Copying pictures", len(jobs), len(jobs))
    return problems
