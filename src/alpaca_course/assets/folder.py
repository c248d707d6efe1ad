"""Pictures from a folder of one's own."""

from __future__ import annotations

from pathlib import Path

from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.manifest import LABELS
from alpaca_course.assets.reduce import reduced_jpeg
from alpaca_course.files import PUBLIC, Tick, write_atomically

SUFFIXES = {".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff"}


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
