"""Which HTML of students is shown, and how their Markdown is made harmless."""

from __future__ import annotations

import bleach
from nbconvert.filters.markdown_mistune import markdown2html_mistune

TAGS = frozenset(bleach.sanitizer.ALLOWED_TAGS) | {
    "p", "br", "hr", "div", "span", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "del", "sub", "sup",
    "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "dl", "dt", "dd",
}  # fmt: skip
# No ids and no styles: they could move or hide what the page itself says. Of classes only those
# that the course's own verdicts carry ("table" gives them formgrader's spacing).
_VERDICT_CLASSES = ("alpaca-verdict", "alpaca-verdict-passed", "alpaca-verdict-failed",
                    "alpaca-verdict-undecided", "table")  # fmt: skip


def _allowed(_tag: str, name: str, value: str) -> bool:
    return name == "class" and value in _VERDICT_CLASSES


ATTRIBUTES = {
    "div": _allowed,
    "table": _allowed,
    "tr": _allowed,
    "a": ["href", "title"],
    "abbr": ["title"],
    "acronym": ["title"],
    "th": ["scope", "colspan", "rowspan"],
    "td": ["colspan", "rowspan"],
}
PROTOCOLS = frozenset({"http", "https", "mailto"})


def harmless_markdown(source: str) -> str:
    """A student's Markdown as HTML that no reader of Markdown changes again.

    Cleaning Markdown itself is not enough: its links may name ``javascript:`` in many spellings
    and become links only when it is rendered. So it is rendered first and cleaned then, and what
    comes out is one line, which Markdown passes on as it is.
    """
    rendered = markdown2html_mistune(source)
    clean = bleach.clean(
        rendered, tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip=True
    )
    return f"<div>{clean.strip()}</div>".replace("\r", "").replace("\n", "&#10;")
