"""Which HTML of students is shown, and how their Markdown is made harmless."""

from __future__ import annotations

import html
import re

import bleach
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

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


# What a screenshot pasted into a note becomes. A page shall not grow without bounds by them.
_PICTURE = re.compile(
    r'<img\b[^<>]*?\bsrc="(data:image/(?:png|jpeg|gif|webp);base64,)([A-Za-z0-9+/=\s]*)"[^<>]*>'
)
_LARGEST_PICTURE = 4 * 1024 * 1024
_NO_PICTURE = "[A picture that did not come with the notebook.]"
_LARGE_PICTURE = "[A picture that is too large to be shown here.]"


class _Absent(dict[str, dict[str, str]]):
    """Attachments of any name, all of them empty: those that came are in the text by now."""

    def __contains__(self, _name: object) -> bool:
        return True

    def __getitem__(self, _name: str) -> dict[str, str]:
        return {"image/png": ""}


def harmless_markdown(source: str) -> str:
    """A student's Markdown as HTML that no reader of Markdown changes again.

    Cleaning Markdown itself is not enough: its links may name ``javascript:`` in many spellings
    and become links only when it is rendered. So it is rendered first and cleaned then, and what
    comes out is one line, which Markdown passes on as it is. Pictures that are in the text are
    taken out before it is cleaned and put back as nothing but pictures.
    """
    pictures: list[str] = []

    def take_out(found: re.Match[str]) -> str:
        kind, data = found.group(1), "".join(found.group(2).split())
        if not data or len(data) > _LARGEST_PICTURE:
            return _LARGE_PICTURE if data else _NO_PICTURE
        pictures.append(f'<img alt="A picture of the student\'s" src="{kind}{data}">')
        return f"PICTURE-{len(pictures) - 1}-PICTURE"

    def put_back(found: re.Match[str]) -> str:
        number = int(found.group(1))
        return pictures[number] if number < len(pictures) else found.group()

    text = _PICTURE.sub(take_out, _rendered(source))
    clean = bleach.clean(text, tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip=True)
    clean = re.sub(r"PICTURE-(\d{1,6})-PICTURE", put_back, clean)
    return f"<div>{clean.strip()}</div>".replace("\r", "").replace("\n", "&#10;")


def _rendered(source: str) -> str:
    """As HTML, or as it stands where no renderer takes it (nested a thousand levels deep, say)."""
    try:
        renderer = IPythonRenderer(escape=False, attachments=_Absent())
        return str(MarkdownWithMath(renderer=renderer).render(source))
    except Exception:
        return f"<pre>{html.escape(source)}</pre>"
