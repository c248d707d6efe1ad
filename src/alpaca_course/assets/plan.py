"""What :func:`~alpaca_course.assets.pictures.ensure_pictures` would do, without doing it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.pictures import pictures_in_use, refuse_loss, serves
from alpaca_course.assets.sources import source_asked, sources_unasked
from alpaca_course.course import Course


@dataclass(frozen=True)
class Plan:
    """What would be done.

    Attributes:
        action: "keep", "refuse", or the source's verb.
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
    chosen = None if source is None else source_asked(course, source)
    if current is not None and serves(current, chosen):
        return Plan("keep", f"Would keep the {current.description}.")
    try:
        refuse_loss(current, force=force)
    except AssetError as error:
        return Plan("refuse", str(error))
    chosen = chosen or next(each for each in sources_unasked(course) if each.why_not() is None)
    count = chosen.to_get()
    origin = f" from {chosen.origin}" if chosen.origin else ""
    instead = f", instead of the {current.description}" if current else ""
    text = f"Would {chosen.verb} {count} {chosen.noun}{origin}{instead}."
    return Plan(chosen.verb, text, count)
