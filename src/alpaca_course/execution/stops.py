"""Where a cell stopped, and by what: read from what the kernel said, which its code may make up.

Pure. What is kept is bounded here and made harmless where it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from alpaca_course.code import empty_lines_above

MAX_TEXT = 200
# How Python, IPython and its magics say where: of several the first is the cell's own line.
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_PLACES = (
    re.compile(r"Cell In\[\d+\], line (\d+)"),
    re.compile(r"\((?:\d+\.py|<[\w\s-]+>), line (\d+)\)"),
    re.compile(r"File <[\w\s-]+>:(\d+)"),
)
# Cell magics after which the notebook has no name more than before.
KEEPS_NOTHING = "keeps nothing"
_APART = re.compile(
    r"\s*(%%(?:timeit|bash|sh|script|html|javascript|js|latex|markdown|svg|writefile))\b"
)
_USAGE = re.compile(r"^UsageError: (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Stop:
    """What ended a cell before its end.

    Attributes:
        error: name of the exception's class.
        text: first line of its message, at most 200 characters.
        line: of the cell, from 1; None where it is not known.
        timeout: the cell was interrupted because its time was over.
        fenced: the line is one of those by which web pages and assistants set code apart.
    """

    error: str
    text: str = ""
    line: int | None = None
    timeout: bool = False
    fenced: bool = False


def stop_of(source: str, outputs: Sequence[dict[str, Any]], status: str) -> Stop | None:
    """What ended a cell with this code and these outputs; None where nothing did."""
    if status == "ok" and (apart := _APART.match(source)):
        return Stop(KEEPS_NOTHING, apart[1], 1)
    if status not in ("error", "timeout"):
        return None
    for output in outputs:
        if output["output_type"] == "error":
            text = output["evalue"].partition("\n")[0][:MAX_TEXT]
            line = _line(source, [*output["traceback"], output["evalue"]])
            here = source.split("\n")[line - 1] if line else ""
            fenced = here.lstrip().startswith("```")
            return Stop(output["ename"][:80], text, line, status == "timeout", fenced)
        usage = _USAGE.search(output["text"]) if output["output_type"] == "stream" else None
        if usage:
            return Stop("UsageError", usage[1][:MAX_TEXT], _magic_line(source, usage[1]))
    return Stop("", "", None, status == "timeout")


def _line(source: str, said: Sequence[str]) -> int | None:
    text = _COLOURS.sub("", "\n".join(said))
    last, above = source.count("\n") + 1, empty_lines_above(source)
    magic = source.lstrip().startswith("%%")
    for place in _PLACES:
        found = place.search(text)
        # A cell magic's first line is not part of what is counted.
        shift = above + (magic and not place.pattern.startswith("Cell"))
        if found and len(found[1]) <= 6 and 1 <= (line := int(found[1]) + shift) <= last:
            return line
    return None


def _magic_line(source: str, text: str) -> int | None:
    magic = re.search(r"%%\w+", text)
    lines = enumerate(source.split("\n"), start=1)
    return next((n for n, line in lines if magic and magic[0] in line), None)
