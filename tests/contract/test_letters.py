"""What people write in any language stays; what lies over other lines does not."""

from __future__ import annotations

import unicodedata

import pytest
from markupsafe import Markup

from alpaca_course.contract.letters import MOST_MARKS, calm, in_templates, visible
from alpaca_course.contract.states import printable, safe, safe_code

PEOPLE = [
    unicodedata.normalize("NFD", "Việt Nam, Übung"), "בְּרֵאשִׁ֖ית", "กี่ครั้ง", "हिन्दी", "བསྒྲུབས", "မြန်မာ",
    "«李»、「字」。", "👩🏽‍🚀👨‍👩‍👧‍👦", "—…“”‘’€§¶–•·", "🦙" * 40,
]  # fmt: skip
STACKS = [
    "\u0300" * 40, "\u0316\u0489" * 20, "\u200d".join("\u0301" * 40), "\u034f\u0301" * 20,
    "\u0301\u2060\u0302" * 20,
]  # fmt: skip


@pytest.mark.parametrize("text", PEOPLE)
def test_what_people_write_stays(text: str) -> None:
    assert visible(text) == text
    assert in_templates(text) == text


@pytest.mark.parametrize("stack", STACKS)
def test_no_letter_is_a_tower(stack: str) -> None:
    shown = calm(f"100{stack} of 100")
    assert len([c for c in shown if unicodedata.category(c) in ("Mn", "Me")]) == MOST_MARKS
    assert "\ufffd" in shown
    assert calm(shown) == shown
    assert shown.startswith("100")
    assert shown.endswith(" of 100")


def test_a_line_in_a_terminal_has_none_either() -> None:
    assert printable("100" + "\u0301" * 40) == "100" + "\u0301" * MOST_MARKS + "\ufffd"


def test_a_template_shows_turns_and_leaves_markup() -> None:
    assert in_templates("\u202e001\x1b") == "[U+202E]001\ufffd"
    assert in_templates(Markup("<b>\u202e</b>")) == Markup("<b>\u202e</b>")
    assert in_templates(12) == 12


def test_names_have_the_letters_they_were_given() -> None:
    assert safe(unicodedata.normalize("NFD", "Übung.ipynb")) == "Übung.ipynb"
    assert safe("हिन्दी.ipynb") == "हिन्दी.ipynb"
    assert safe_code(unicodedata.normalize("NFD", "größe = 1")) == "größe = 1"
    assert safe("<b>\u202e[x](y)") == "?b???x?(y)"
