"""What :func:`~alpaca_course.assets.pictures.ensure_pictures` would do, without doing it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alpaca_course.assets import drawn, folder, openimages
from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.manifest import read_manifest
from alpaca_course.assets.pictures import (
    missing_photographs,
    pictures_in_use,
    refuse_loss,
    serves,
)
from alpaca_course.course import Course


@dataclass(frozen=True)
class Plan:
    """What would be done.

    Attributes:
        action: "keep", "draw", "download", "copy" or "refuse".
        text: the same in a sentence.
        to_get: pictures that would be drawn, downloaded or copied.
    """

    action: str
    text: str
    to_get: int = 0


def plan_pictures(course: Course, source: str | Path | None, *, force: bool = False) -> Plan:
    """The plan for ``source``; asks the network only where that decides it.

    Raises:
        AssetError: the folder or the manifest cannot be used.
    """
    current = pictures_in_use(course)
    if current is not None and serves(current, source):
        return Plan("keep", f"Would keep the {current.description}.")
    try:
        refuse_loss(current, force=force)
    except AssetError as error:
        return Plan("refuse", str(error))
    instead = f", instead of the {current.description}" if current else ""
    url = course.settings.openimages_url
    if source is None:
        reason = openimages.why_openimages_unreachable(url, read_manifest(course.manifest))
        source = "openimages" if reason is None else "drawn"
    if source == "openimages":
        count = len(missing_photographs(course))
        return Plan("download", f"Would download {count} photographs from {url}{instead}.", count)
    if source == "drawn":
        count = sum(drawn.COUNTS.values())
        return Plan("draw", f"Would draw {count} pictures{instead}.", count)
    path = Path(source).resolve()
    count = folder.check_folder(path)
    return Plan("copy", f"Would copy {count} pictures from {path}{instead}.", count)
