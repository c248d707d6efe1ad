"""HTML and Markdown that anybody wrote, as HTML that shows and does nothing else."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote

import mistune
import nh3

from alpaca_course.contract.letters import visible
from alpaca_course.rendering import bounds
from alpaca_course.rendering.pictures import Picture, encoded_again
from alpaca_course.rendering.text import plain

# No ids, no styles and no classes: by these a text could move, hide or pass for what the page says.
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
_TAGS = {
    *_ATTRIBUTES, "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div",
    "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "kbd", "li", "ol", "p", "pre",
    "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "tfoot",
    "thead", "tr", "u", "ul", "var",
}  # fmt: skip
# What the course's own verdicts carry; no student's HTML is read with these.
_VERDICT = re.compile(r"alpaca-verdict(-passed|-failed|-undecided)?|table")
_VERDICT_ATTRIBUTES = {**_ATTRIBUTES, "div": {"class"}, "table": {"class"}, "tr": {"class"}}
# Their text is no text.
_WITH_CONTENT = {"script", "style", "template", "noscript", "iframe", "object", "svg", "math"}
_NEITHER_CLOSED = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "p", "li", "td", "th", "tr", "dt", "dd", "thead", "tbody", "tfoot",
}  # fmt: skip

_LINK = re.compile(r"(?:https?://|mailto:)[!-~]{1,500}", re.I)
_SPAN = re.compile(r"[1-9][0-9]{0,2}")
_SCOPES = ("row", "col", "rowgroup", "colgroup")
# What a screenshot pasted into a note becomes.
_DATA = re.compile(r"data:(image/[a-z+.-]{1,20});base64,([A-Za-z0-9+/=]*)")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)")
_IMAGE = re.compile(r"<img\b([^<>]*)>")
_ATTACHED = 'src="picture:attached"'
_NUMBER = re.compile(r'src="picture:(\d{1,6})"')
_ALT = re.compile(r'alt="([^"]*)"')
_ANCHOR = re.compile(r"(<a(?: [^<>]*)?>|</a>)")
_LINK_KIND = 'target="_blank" rel="noopener noreferrer nofollow"'
_HREF = re.compile(r'href="([^"]*)"')
_PLAIN = re.compile(r"<div><pre>[^<>]*</pre></div>")
ABSENT = "[A picture that did not come with the notebook.]"
ELSEWHERE = "[A picture that is not shown here: it is elsewhere, too large, or of another kind.]"


@dataclass
class _Pictures:
    """Those in a text, taken out of it: only numbers go through the parsers."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def taken_out(self, source: str) -> str:
        return _DATA.sub(self._numbered, source)

    def _numbered(self, match: re.Match[str]) -> str:
        self.found.append((match.group(1), match.group(2)))
        return f"picture:{len(self.found) - 1}"

    def put_back(self, clean: str, budget: bounds.Budget) -> str:
        """Each image of sanitized HTML as a picture that was encoded here, or a note."""

        def shown(match: re.Match[str]) -> str:
            if _ATTACHED in match.group(1):
                return ABSENT
            number = _NUMBER.search(match.group(1))
            index = int(number.group(1)) if number else len(self.found)
            kind, data = self.found[index] if index < len(self.found) else ("", "")
            made: Picture | None = None
            if kind in ("image/png", "image/jpeg"):
                made = encoded_again(data, budget)
            if made is None:
                return ELSEWHERE
            alt = _ALT.search(match.group(1))
            said = alt.group(1) if alt and alt.group(1) else "A picture"
            return f'<img alt="{said}" src="{made.address}">'

        return _IMAGE.sub(shown, clean)


def harmless_html(source: str, budget: bounds.Budget, *, verdict: bool = False) -> str:
    """HTML that runs, loads, moves and hides nothing; links say where they go.

    Args:
        source: HTML of anybody's, or of the course's where ``verdict``.
        budget: what is left for pictures.
        verdict: it is a verdict, whose classes stay.

    Raises:
        TooMuchError: it is longer or deeper than is shown.
    """
    pictures = _Pictures()
    text = pictures.taken_out(visible(source))
    return pictures.put_back(_sanitized(text, verdict=verdict), budget)


def _sanitized(text: str, *, verdict: bool = False) -> str:
    if len(text) > bounds.MOST_HTML or _depth(text) > bounds.MOST_DEPTH:
        raise bounds.TooMuchError("it is too long or too deep")
    clean = nh3.clean(
        text,
        tags=set(_TAGS),
        clean_content_tags=_WITH_CONTENT,
        attributes=_VERDICT_ATTRIBUTES if verdict else _ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "picture", "attachment"},
        link_rel=None,
    )
    if len(clean) > 2 * bounds.MOST_HTML:
        raise bounds.TooMuchError("it becomes too long")
    # Letters that were written by their numbers are letters only now.
    return _with_addresses(visible(clean))


def harmless_markdown(source: str, budget: bounds.Budget) -> str:
    """Markdown as harmless HTML in one line, which no reader of Markdown changes again.

    Cleaning Markdown itself is not enough: its links may name ``javascript:`` in many spellings
    and become links only when it is rendered. What exceeds a bound is shown as it stands. What
    comes out may go in again, and changes no more.
    """
    if _PLAIN.fullmatch(source):
        return visible(source)
    pictures = _Pictures()
    text = pictures.taken_out(visible(source))
    try:
        with bounds.within(bounds.CELL_SECONDS):
            shown = _rendered(text)
    except (bounds.TooMuchError, RecursionError):
        return as_it_stands(source)
    return _in_one_line(f"<div>{pictures.put_back(shown, budget).strip()}</div>")


def as_it_stands(source: str) -> str:
    """Markdown that is not rendered, in the same form."""
    return _in_one_line(f"<div><pre>{plain(source)}</pre></div>")


def _rendered(text: str) -> str:
    if text.startswith("<div>") and text.endswith("</div>") and "\n" not in text:
        return _sanitized(text.removeprefix("<div>").removesuffix("</div>"))
    if len(text) > bounds.MOST_MARKDOWN:
        raise bounds.TooMuchError("it is too long")
    return _sanitized(str(_markdown()(text)))


@cache
def _markdown() -> mistune.Markdown:
    # Which addresses are harmless is decided by the sanitizer alone.
    renderer = mistune.HTMLRenderer(escape=False, allow_harmful_protocols=True)
    return mistune.create_markdown(renderer=renderer, plugins=["strikethrough", "table", "math"])


def _in_one_line(shown: str) -> str:
    return shown.replace("\r", "").replace("\n", "&#10;")


def _depth(source: str) -> int:
    """About how deep elements lie inside each other: what is opened and not closed, at most.

    Counted by name, so that closing what was never opened does not help.
    """
    open_now: Counter[str] = Counter()
    depth = deepest = 0
    for match in _TAG.finditer(source):
        name = match.group(2).lower()
        if name in _NEITHER_CLOSED:
            continue
        if not match.group(1):
            open_now[name] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif open_now[name]:
            open_now[name] -= 1
            depth -= 1
    return deepest


def _attribute(tag: str, name: str, value: str) -> str | None:
    """An attribute's value as it is written, or None where it is left out."""
    wanted: dict[str, Any] = {
        "href": lambda: _address(value),
        "src": lambda: _source(value),
        "alt": lambda: re.sub(r"[<>\"&]", "", value)[:500],
        "scope": lambda: value if value in _SCOPES else None,
        "colspan": lambda: value if _SPAN.fullmatch(value) else None,
        "rowspan": lambda: value if _SPAN.fullmatch(value) else None,
        "class": lambda: value if _VERDICT.fullmatch(value) else None,
    }
    found = wanted[name]() if name in wanted else None
    return None if found is None else str(found)


def _address(value: str) -> str | None:
    """A link to elsewhere; none to the server that shows the page, which may be an instructor's."""
    written = quote(value.strip(), safe="%/:=&?~#+!$,;@()*[]-._")
    return written if _LINK.fullmatch(written) else None


def _source(value: str) -> str | None:
    """A picture's number; intake put those that came beside a note into its text."""
    if value.startswith("attachment:"):
        return "picture:attached"
    return value if re.fullmatch(r"picture:\d{1,6}", value) else None


def _with_addresses(clean: str) -> str:
    """Sanitized HTML in which a link's text ends with its address; a link to nowhere is text."""
    parts: list[str] = []
    hrefs: list[str] = []
    for part in _ANCHOR.split(clean):
        if part.startswith("<a") and _ANCHOR.fullmatch(part):
            found = _HREF.search(part)
            hrefs.append(found.group(1) if found else "")
            parts.append(f'<a href="{hrefs[-1]}" {_LINK_KIND}>' if hrefs[-1] else "")
        elif part == "</a>":
            href = hrefs.pop() if hrefs else ""
            if href and parts[-1] != href and not parts[-1].endswith(f"({href})"):
                parts.append(f" ({href})")
            parts.append(part if href else "")
        else:
            parts.append(part)
    return "".join(parts)
