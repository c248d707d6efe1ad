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


_IMAGE = re.compile(r"<img\b[^<>]*>", re.I)
# What a screenshot pasted into a note becomes. A page shall not grow without bounds by them.
_DATA = re.compile(r"(data:image/(?:png|jpeg|gif|webp);base64,)([A-Za-z0-9+/=]*)")
_TAG = re.compile(r"(<[^>]*>)")
_LARGEST_PICTURE = 4 * 1024 * 1024
_NO_PICTURE = "[A picture that did not come with the notebook.]"
_OTHER_PICTURE = (
    "[A picture that is not shown here: it is elsewhere, too large, or of another kind.]"
)


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
    left out of both, which would take seconds, and put back as nothing but pictures.
    """
    pictures: list[tuple[str, str]] = []

    def numbered(found: re.Match[str]) -> str:
        pictures.append((found.group(1), found.group(2)))
        return f"{found.group(1)}{len(pictures) - 1}"

    def named(found: re.Match[str]) -> str:
        picture = _DATA.search(found.group())
        if picture is None:
            return _OTHER_PICTURE
        return f"PICTURE-{picture.group(2)}-PICTURE" if picture.group(2) else _NO_PICTURE

    def shown(found: re.Match[str]) -> str:
        number = int(found.group(1))
        kind, data = pictures[number] if number < len(pictures) else ("", "")
        if not data or len(data) > _LARGEST_PICTURE:
            return _OTHER_PICTURE
        return f'<img alt="A picture" src="{kind}{data}">'

    text = _IMAGE.sub(named, _rendered(_DATA.sub(numbered, source)))
    clean = bleach.clean(text, tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip=True)
    parts = _TAG.split(clean)
    parts[::2] = [re.sub(r"PICTURE-(\d{1,6})-PICTURE", shown, part) for part in parts[::2]]
    return f"<div>{''.join(parts).strip()}</div>".replace("\r", "").replace("\n", "&#10;")


def _rendered(source: str) -> str:
    """As HTML, or as it stands where no renderer takes it (nested a thousand levels deep, say)."""
    try:
        renderer = IPythonRenderer(escape=False, attachments=_Absent())
        return str(MarkdownWithMath(renderer=renderer).render(source))
    except Exception:
        return f"<pre>{html.escape(source)}</pre>"
