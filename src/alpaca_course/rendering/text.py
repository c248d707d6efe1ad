"""Text and code as HTML: escaped, with colours, and with what cannot be seen made visible."""

from __future__ import annotations

import html
import re
from functools import cache

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from alpaca_course.contract.letters import calm, visible
from alpaca_course.rendering import bounds

_ESCAPE = "\x1b"
_SEQUENCE = re.compile(r"\x1b\[[0-9;:?]{0,40}[a-zA-Z]|\x1b")
# Pygments tries again at each of many blanks.
_MANY_BLANKS = re.compile(r"\s{300}")


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

    kept = calm("".join(c for c in text.replace("\r\n", "\n") if c == _ESCAPE or c == visible(c)))
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
