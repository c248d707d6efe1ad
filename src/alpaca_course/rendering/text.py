"""Text and code as HTML: escaped, with colours, and with what cannot be seen made visible."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from alpaca_course.rendering import bounds

# By these a line reads otherwise than it runs ("Trojan source", CVE-2021-42574).
_DIRECTIONS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_CONTROLS = [c for c in range(0xA0) if unicodedata.category(chr(c)) == "Cc" and c not in (9, 10)]
_VISIBLE = {c: f"[U+{c:04X}]" for c in _DIRECTIONS} | dict.fromkeys(_CONTROLS, "\ufffd")
_ESCAPE = "\x1b"
_SEQUENCE = re.compile(r"\x1b\[[0-9;:?]{0,40}[a-zA-Z]|\x1b")
# Pygments tries again at each of many blanks.
_MANY_BLANKS = re.compile(r"\s{300}")


def visible(text: str) -> str:
    """Text in which nothing hides: no control characters, and no turns of direction."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_VISIBLE)


def plain(text: str) -> str:
    """Text as HTML, as it stands."""
    return html.escape(visible(text))


def cut(text: str, most: int = bounds.MOST_TEXT) -> str:
    """Text of a length that a page can hold, and what is missing of it."""
    if len(text) <= most:
        return text
    return f"{text[:most]}\n[{len(text) - most} more characters are not shown here.]\n"


def printed(text: str) -> str:
    """What a cell printed, as HTML, with a terminal's colours as classes."""
    if _ESCAPE not in text:
        return plain(text)
    # Late: it brings all of nbconvert along, and most texts have no colours.
    from nbconvert.filters.ansi import ansi2html

    kept = "".join(c for c in text.replace("\r\n", "\n") if c == _ESCAPE or c == visible(c))
    try:
        if len(kept) > bounds.MOST_CODE:
            raise bounds.TooMuchError
        with bounds.within(bounds.CELL_SECONDS):
            # Colours of other palettes come as styles, which the page's policy refuses.
            return re.sub(r' style="[^"<>]*"', "", str(ansi2html(kept)))
    except bounds.TooMuchError:
        return plain(_SEQUENCE.sub("", text))


def highlighted(code: str) -> str:
    """Python as HTML with classes; as plain text where colouring it would take too long."""
    if len(code) > bounds.MOST_CODE or _MANY_BLANKS.search(code):
        return plain(code)
    try:
        with bounds.within(bounds.CELL_SECONDS):
            return highlight(visible(code), *_tools()).removesuffix("\n")
    except bounds.TooMuchError:
        return plain(code)


@cache
def _tools() -> tuple[PythonLexer, HtmlFormatter[str]]:
    return PythonLexer(stripnl=False, ensurenl=False), HtmlFormatter(nowrap=True)
