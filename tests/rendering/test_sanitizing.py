"""Anybody's Markdown and HTML are made harmless; what people write stays, and nothing grows."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser

import pytest
from PIL import Image

from alpaca_course.rendering import bounds, sanitizing
from alpaca_course.rendering.sanitizing import (
    ABSENT,
    ELSEWHERE,
    harmless_html,
    harmless_markdown,
)


def picture(kind: str = "PNG") -> str:
    file = io.BytesIO()
    Image.new("RGB", (4, 3), (200, 10, 10)).save(file, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(file.getvalue()).decode()}"


PICTURE = picture()
IMAGE = re.compile(r'<img alt="[^"<>]*" src="data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=]+">')


def markdown(source: str) -> str:
    once = harmless_markdown(source, bounds.Budget())
    assert "\n" not in once
    again = harmless_markdown(once, bounds.Budget())
    # The page is made of what was written into the notebook, by the same step.
    assert IMAGE.sub("", again) == IMAGE.sub("", once)
    return once


class Tags(HTMLParser):
    """The start tags of a text, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    "source",
    [
        f"![x]({PICTURE})",
        f"text ![a b]({PICTURE} 'title') text",
        f'<img width="300" src="{PICTURE}" />',
        f"<img src='{PICTURE}'>",
        f"[![x]({PICTURE})](https://example.org)",
        f"![x][1]\n\n[1]: {PICTURE}",
        f"![x]({picture('JPEG')})",
    ],
)
def test_a_picture_is_kept(source: str) -> None:
    assert len(IMAGE.findall(markdown(source))) == 1


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("![image.png](attachment:image.png)", ABSENT),
        ("![x][1]\n\n[1]: attachment:x.png", ABSENT),
        ('<img src="attachment:x.png">', ABSENT),
        ("![x](https://example.org/x.png)", ELSEWHERE),
        ("<img src=//example.org/x.png>", ELSEWHERE),
        ("<img src=x.png srcset='https://example.org/x.png 2x'>", ELSEWHERE),
        ("![x](data:image/svg+xml;base64,PHN2Zz4=)", ELSEWHERE),
        ("![x](picture:0)", ELSEWHERE),
        ("![x](data:image/png;base64,iVBORw0KGgo=)", ELSEWHERE),
        (f"![x](data:image/png;base64,{'A' * (bounds.MOST_PICTURE + 1)})", ELSEWHERE),
    ],
)
def test_a_note_stands_where_a_picture_is_not(source: str, words: str) -> None:
    found = markdown(source)
    assert words in found
    assert "<img" not in found


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("# A", "<h1>A</h1>"),
        ("- a\n  - b", "<li>a<ul>"),
        ("1. a", "<ol>"),
        ("**b** *i* ~~d~~ `c`", "<strong>b</strong> <em>i</em> <del>d</del> <code>c</code>"),
        ("```python\nx < 1\n```", "<pre><code>x &lt; 1"),
        ("|a|b|\n|-|-|\n|1|2|", "<th>a</th>"),
        ("> q", "<blockquote>"),
        ("$a_1 + b_2$", r"\(a_1 + b_2\)"),
        ("<details><summary>s</summary>\n\nt\n\n</details>", "<summary>s</summary>"),
        ("<table><tr><td colspan=2>a</td></tr></table>", '<td colspan="2">a</td>'),
        ("x<sub>1</sub> <kbd>K</kbd>", "x<sub>1</sub> <kbd>K</kbd>"),
    ],
)
def test_what_people_write_is_kept(source: str, wanted: str) -> None:
    assert wanted in markdown(source)


def test_a_data_frame_is_a_table() -> None:
    frame = (
        "<div>\n<style scoped>\n.dataframe tbody tr th { vertical-align: top; }\n</style>\n"
        '<table border="1" class="dataframe">\n<thead>\n<tr style="text-align: right;">'
        "<th></th><th>a</th></tr></thead><tbody><tr><th>0</th><td>1</td></tr></tbody>\n</table>"
        "\n</div>"
    )
    found = harmless_html(frame, bounds.Budget())
    assert "<tr><th>0</th><td>1</td></tr>" in found
    assert "dataframe" not in found
    assert "vertical-align" not in found


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("[x](https://example.org/a?b=1&c=2)", "https://example.org/a?b=1&amp;c=2"),
        ("[https://good.example](https://other.example)", "https://other.example"),
        ("<a href='https://example.org/(x)'>y</a>", "https://example.org/(x)"),
        ("[x](mailto:a@example.org)", "mailto:a@example.org"),
        ("[x](https://de.wikipedia.org/wiki/Überanpassung)", "%C3%9Cberanpassung"),
    ],
)
def test_a_link_shows_where_it_goes_and_tells_nobody(source: str, address: str) -> None:
    found = markdown(source)
    assert f"{address})</a>" in found
    ((_, attributes),) = [each for each in Tags(found).found if each[0] == "a"]
    assert attributes["rel"] == "noopener noreferrer nofollow"
    assert attributes["target"] == "_blank"


@pytest.mark.parametrize(
    "source",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&colon;alert(1))",
        "<a href=/api/contents>x</a>",
        "[x](//example.org)",
        "[x](#top)",
        "[x](data:text/html,y)",
        "[x](vbscript:y)",
        "<a name=y>x</a>",
        "[x](https:example.org)",
        "[x](file:///etc/passwd)",
        "[x](blob:https://example.org/1)",
    ],
)
def test_a_link_to_this_server_or_to_code_is_text(source: str) -> None:
    found = markdown(source)
    assert "x" in found
    assert "<a" not in found


@pytest.mark.parametrize(
    "source",
    [
        f'<img src="{PICTURE}" onerror="alert(1)">',
        f"<img onload=alert(1) src='{PICTURE}'>",
        f"<a title=\"<img src='{PICTURE}'>\" onclick=alert(1) href='javascript:alert(1)'>b</a>",
        f'![x]({PICTURE}"onerror=alert(1))',
        f"<img alt='&quot; onerror=alert(1) x=&quot;' src='{PICTURE}'>",
        f"<img alt='x' src='picture:0'> <b title='picture:0'>![x]({PICTURE})</b>",
        "<div class=alpaca-verdict><table class=table id=test_double style=color:red></table>",
        "<p style=position:fixed;inset:0 id=x class=y dir=rtl hidden tabindex=1>x</p>",
    ],
)
def test_no_attribute_but_the_few_that_are_known(source: str) -> None:
    for tag, attributes in Tags(markdown(source)).found:
        if tag == "img":
            assert set(attributes) == {"alt", "src"}
            assert str(attributes["src"]).startswith("data:image/")
        else:
            assert attributes == {}


def test_a_verdict_keeps_its_classes() -> None:
    html = '<div class="alpaca-verdict"><table class="table"></table></div>'
    assert harmless_html(html, bounds.Budget(), verdict=True) == html


def test_a_large_picture_is_no_matter_of_the_parsers() -> None:
    noise = Image.effect_noise((1200, 900), 90)
    file = io.BytesIO()
    noise.save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    assert len(data) > bounds.MOST_HTML
    found = markdown(f"My curves\n\n![x](data:image/png;base64,{data})\n\n*good*")
    assert "<em>good</em>" in found
    assert len(IMAGE.findall(found)) == 1


# Each takes some parser longer than it is long, or deeper than a stack is.
MADE = {
    "tables in bold": "<table><b>x" * 50_000,
    "divisions": "<div>" * 5_000,
    "bold of many kinds": "".join(f"<b id={n}>" for n in range(20_000)),
    "closed in the wrong order": "<a><b><p>" * 9_000 + "</a>" * 9_000,
    "foreign": "<svg><p><math><mtext>" * 5_000,
    "environments": r"\begin{a}" * 16_000,
    "brackets": "[" * 90_000,
    "quotes": ">" * 90_000,
    "emphasis": "*a **b _c " * 9_000,
    "links": "[a](" * 20_000,
    "pictures": "![" * 40_000,
    "entities": "&#" * 40_000,
    "comments": "<!--" * 20_000,
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(12_000)) + ">",
    "blanks": " \n" * 45_000,
    "a list in a list": "\n".join(" " * (2 * n) + "- a" for n in range(280)),
    "much": "a *b* <i>c</i>\n\n" * 100_000,
    "many pictures": f"![x]({PICTURE})\n" * 400,
}


@pytest.mark.parametrize("source", MADE.values(), ids=MADE)
def test_made_input_becomes_text_or_small_html(source: str) -> None:
    found = markdown(source)
    plain = re.fullmatch(r"<div><pre>[^<>]*</pre></div>", found) is not None
    assert plain or len(found) < 2 * bounds.MOST_HTML
    assert plain or sanitizing._depth(found) <= 2 * bounds.MOST_DEPTH


def test_what_no_renderer_takes_is_shown_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_text: str) -> str:
        raise RecursionError

    monkeypatch.setattr(sanitizing, "_markdown", lambda: broken)
    assert harmless_markdown("<b>*x*", bounds.Budget()) == "<div><pre>&lt;b&gt;*x*</pre></div>"


def test_what_takes_too_long_is_shown_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also inside of one regular expression, which no other clock of Python's would end."""
    monkeypatch.setattr(bounds, "CELL_SECONDS", 0.05)
    endless = re.compile(r"(a+)+b")
    monkeypatch.setattr(sanitizing, "_markdown", lambda: endless.match)
    source = "a" * 60
    assert harmless_markdown(source, bounds.Budget()) == f"<div><pre>{source}</pre></div>"


def test_nothing_hides_by_its_direction() -> None:
    assert "[U+202E]" in markdown("paid \u202e001 in full")


@pytest.mark.parametrize("text", ["&#x202e;0 fo 001", "100&#768;" + "&#x301;" * 40])
def test_letters_that_are_written_by_their_numbers_hide_nothing(text: str) -> None:
    for shown in (markdown(text), harmless_html(f"<p>{text}</p>", bounds.Budget())):
        assert "\u202e" not in shown
        assert shown.count("\u0301") < 10
