"""A student's Markdown is made harmless, and its pictures stay or are named."""

from __future__ import annotations

import base64
import time

import pytest

from alpaca_course.gradebook.html_policy import harmless_markdown

PICTURE = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize(
    "source",
    [
        f"![x]({PICTURE})",
        f"text ![a b]({PICTURE} 'title') text",
        f'<img width="300" src="{PICTURE}" />',
        f"<img src='{PICTURE}'>",
        f"[![x]({PICTURE})](https://example.org)",
        f"![x][1]\n\n[1]: {PICTURE}",
    ],
)
def test_a_picture_is_kept(source: str) -> None:
    once = harmless_markdown(source)
    assert once.count(f'<img alt="A picture" src="{PICTURE}">') == 1
    # The page is made of what was written, by the same step.
    assert harmless_markdown(once).count(f'src="{PICTURE}"') == 1


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("![image.png](attachment:image.png)", "did not come with the notebook"),
        ("![x][1]\n\n[1]: attachment:x.png", "did not come with the notebook"),
        ("![x](https://example.org/x.png)", "not shown here"),
        ('<img src="attachment:x.png">', "not shown here"),
        ("![x](data:image/svg+xml;base64,PHN2Zz4=)", "not shown here"),
        (f"![x](data:image/png;base64,{'A' * 5_000_000})", "not shown here"),
    ],
)
def test_a_note_stands_where_a_picture_is_not(source: str, words: str) -> None:
    found = harmless_markdown(source)
    assert words in found
    assert "<img" not in found


@pytest.mark.parametrize(
    "source",
    [
        f"<img src=\"{PICTURE}\" onerror=\"alert(1)\">",
        f"<img onload=alert(1) src='{PICTURE}'>",
        f"<a title=\"<img src='{PICTURE}'>\" onclick=alert(1) href='javascript:alert(1)'>b</a>",
        f"PICTURE-0-PICTURE PICTURE-7-PICTURE <b title='PICTURE-0-PICTURE'>![x]({PICTURE})</b>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        f"![x]({PICTURE}\"onerror=alert(1))",
    ],
)  # fmt: skip
def test_nothing_comes_in_by_a_picture(source: str) -> None:
    found = harmless_markdown(source)
    for piece in found.split("<")[1:]:
        tag = piece.partition(">")[0].lower()
        assert "javascript:" not in tag
        assert "data:text" not in tag
        if tag.startswith("img"):
            assert tag == f'img alt="a picture" src="{PICTURE.lower()}"'
        else:
            assert " on" not in tag


def test_a_large_picture_takes_no_time() -> None:
    data = base64.b64encode(b"x" * 2_000_000).decode()
    started = time.monotonic()
    assert data in harmless_markdown(f"My curves\n\n![x](data:image/png;base64,{data})\n\n*good*")
    assert time.monotonic() - started < 2


def test_what_no_renderer_takes_is_shown_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise RecursionError

    monkeypatch.setattr("alpaca_course.gradebook.html_policy.MarkdownWithMath.render", broken)
    assert harmless_markdown("<b>*x*") == "<div><pre>&lt;b&gt;*x*</pre></div>"
