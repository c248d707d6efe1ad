"""Who made each photograph: author, title and licence, from the lists that Open Images publishes.

Its page of downloads has them as "Image IDs": tables of all its pictures, by subset, with the
columns ImageID, OriginalLandingURL, License, AuthorProfileURL, Author and Title among others. They
are large, so they are read line by line, and what belongs to the lab's pictures is kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.manifest import Photograph
from alpaca_course.files import PUBLIC, Tick, read_ordinary, tick_nothing, write_atomically

FILE = "CREDITS.csv"
COLUMNS = {
    "Title": "title",
    "Author": "author",
    "AuthorProfileURL": "author_page",
    "License": "licence",
    "OriginalLandingURL": "page",
}
"""Open Images' names of what is kept, and ours."""

Row = dict[str, str]
_EVERY = 100_000


def write_credits(
    folder: Path,
    photographs: Iterable[Photograph],
    tables: Iterable[Path],
    tick: Tick = tick_nothing,
    *,
    dry_run: bool = False,
) -> tuple[int, int]:
    """Write ``CREDITS.csv`` beside the pictures; returns how many have credits, and of how many.

    Credits that lie there already are kept for pictures of which the tables say nothing, so that
    the tables of several subsets may be read one after the other.

    Args:
        folder: of the pictures.
        photographs: whose credits are wanted.
        tables: of Open Images.
        tick: told about progress, in bytes read of each table.
        dry_run: write nothing.

    Raises:
        AssetError: a table cannot be read, or is another kind of table.
    """
    files = {each.id: each.file for each in photographs}
    found = {row["file"]: row for row in _kept(folder / FILE)}
    for table in tables:
        for image, row in _rows(table, tick):
            if image in files:
                found[files[image]] = {"file": files[image], **row}
    ordered = [found[file] for file in sorted(files.values()) if file in found]
    if dry_run:
        return len(ordered), len(files)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ("file", *COLUMNS.values()), lineterminator="\n")
    writer.writeheader()
    writer.writerows(ordered)
    write_atomically(folder / FILE, text.getvalue().encode(), mode=PUBLIC)
    return len(ordered), len(files)


def _kept(path: Path) -> list[Row]:
    if not path.exists():
        return []
    try:
        rows = list(csv.DictReader(io.StringIO(read_ordinary(path), newline="")))
    except (OSError, ValueError, csv.Error) as error:
        raise AssetError(f"{path} cannot be read: {error}. Remove it to begin anew.") from error
    names = ("file", *COLUMNS.values())
    return [{name: row[name] or "" for name in names} for row in rows if row.keys() >= set(names)]


def _rows(table: Path, tick: Tick) -> Iterator[tuple[str, Row]]:
    try:
        with (
            table.open("rb") as file,
            io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as stream,
        ):
            reader = csv.DictReader(stream)
            lacking = {"ImageID", *COLUMNS} - set(reader.fieldnames or ())
            if lacking:
                raise AssetError(
                    f"{table} is no table of Open Images' image IDs: it has no column "
                    f"{', '.join(sorted(lacking))}."
                )
            for number, row in enumerate(reader, start=1):
                if number % _EVERY == 0:
                    tick(f"Reading {table.name}", file.tell(), table.stat().st_size)
                yield row["ImageID"], {ours: row[name] or "" for name, ours in COLUMNS.items()}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise AssetError(f"{table} cannot be read: {error}") from error
