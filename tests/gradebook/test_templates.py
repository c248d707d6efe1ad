"""The package's own templates: attributes are quoted, scripts are none, a policy is first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alpaca_course.gradebook import content_policy, exporters

SOURCE = Path(__file__).resolve().parents[2] / "src" / "alpaca_course"
TEMPLATES = sorted(SOURCE.rglob("*.html.j2"))
# Pages that nbgrader's own scripts work in.
OWN_SCRIPT = {"reporting"}  # one of ours, which the policy names
WITH_SCRIPTS = {"alpaca_formgrade", *OWN_SCRIPT}
_COMMENT = re.compile(r"{#.*?#}", re.S)
_BLOCK = re.compile(r"{%.*?%}", re.S)
_TAG = re.compile(r"<[a-zA-Z][^<>]*(?:{{[^{}]*}}[^<>]*)*>")
_ATTRIBUTE = re.compile(r"\s+[a-zA-Z-]+(?:=(\"[^\"]*\"|'[^']*'))?")


def tags(source: str) -> list[str]:
    """The start tags of a template, with what Jinja writes into them."""
    return _TAG.findall(_BLOCK.sub("", _COMMENT.sub("", source)))


def unquoted(source: str) -> list[str]:
    found = []
    for tag in tags(source):
        inner = re.sub(r"^<[a-zA-Z0-9]+|/?>$", "", tag)
        rest = _ATTRIBUTE.sub("", inner).strip()
        if rest:
            found.append(tag)
    return found


def test_unquoted_attributes_are_seen() -> None:
    assert unquoted('<img src="{{ a }}" width={{ b }}>') == ['<img src="{{ a }}" width={{ b }}>']
    assert unquoted("<td class=n>") == ["<td class=n>"]
    assert unquoted('<a href="#{{ a | e }}" hidden>x</a><br />{% if a %}<p>{% endif %}') == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_templates_quote_every_attribute(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert tags(source)
    assert unquoted(source) == []
    # A part stands on a page, whose policy it has.
    assert ("Content-Security-Policy" in source) == (not path.name.startswith("_"))
    assert "| safe" not in source
    assert not re.search(r"\son[a-z]+=", source)
    assert ("<script" in source) == (path.parent.name in WITH_SCRIPTS)
    assert path.parent.name not in OWN_SCRIPT or source.count("<script>{{ script }}</script>") == 1


def test_all_templates_are_known() -> None:
    assert [path.parent.name for path in TEMPLATES] == [
        "alpaca_feedback", "alpaca_feedback", "alpaca_formgrade", "reporting", "alpaca_lab",
        "watching",
    ]  # fmt: skip


def test_policies_allow_nothing_by_default() -> None:
    for policy in (
        content_policy.without_scripts("a{}"),
        content_policy.with_script("a{}", "f()"),
        content_policy.formgrader("n"),
    ):
        sources = dict(part.strip().split(" ", 1) for part in policy.split(";"))
        assert sources["default-src"] == "'none'"
        assert sources["base-uri"] == sources["form-action"] == "'none'"
        assert sources["img-src"] == "data:"
        assert "*" not in policy
        assert "http" not in policy
    assert "script-src" not in content_policy.without_scripts("a{}")
    assert "connect-src" not in content_policy.without_scripts("a{}")
    scripts = re.search("script-src ([^;]*);", content_policy.formgrader("n"))
    assert scripts is not None
    assert not {"'self'", "'unsafe-inline'", "'unsafe-eval'"} & set(scripts[1].split())


def test_a_nonce_is_put_on_scripts_and_nothing_else() -> None:
    page = "<head><script src=a></script><SCRIPT>b</SCRIPT><scripted></head>"
    assert content_policy.with_nonce(page, "n").count('nonce="n"') == 1


def test_marks_cannot_be_guessed_and_are_all_replaced() -> None:
    marks = exporters._Marks("ab12")
    page = f"<p>{marks.of('mark-ab12-1-')}</p>{marks.of('<b>')} mark-other-0-"
    assert marks.replaced(page) == "<p>mark-ab12-1-</p><b> mark-other-0-"
