"""Of a notebook that anybody made, only what is on the typed allow-list is read."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest

from alpaca_course.rendering import bounds
from alpaca_course.rendering.cells import MORE, NOT_SHOWN, notebook_of, read
from alpaca_course.rendering.html_cells import html_of
from alpaca_course.rendering.service import Asked, answer
from tests.rendering.test_sanitizing import PICTURE

EVIL = "<img src=x onerror=alert(1)>"


def hostile_notebook() -> dict[str, Any]:
    """Text of a student's in every place that a notebook file has."""
    data = PICTURE.partition(",")[2]
    outputs: list[Any] = [
        {
            "output_type": "display_data",
            "data": {"image/png": data, "text/plain": EVIL, EVIL: EVIL},
            "metadata": {
                "image/png": {"width": EVIL, "height": EVIL, "alt": EVIL, "unconfined": EVIL},
                "filenames": {"image/png": EVIL},
                "text/html": {"isolated": True},
                EVIL: EVIL,
            },
            "transient": {"display_id": EVIL},
            EVIL: EVIL,
        },
        {"output_type": "stream", "name": EVIL, "text": [EVIL, EVIL], EVIL: EVIL},
        {"output_type": "error", "ename": EVIL, "evalue": EVIL, "traceback": [EVIL, {}], EVIL: 1},
        {"output_type": "execute_result", "execution_count": EVIL, "data": {"text/html": EVIL}},
        {"output_type": EVIL, "data": {"text/html": EVIL}},
        {"output_type": "pyout", "html": EVIL, "svg": EVIL},
        EVIL,
    ]
    outputs += [
        {"output_type": "display_data", "data": {kind: EVIL}, "metadata": {}}
        for kind in (
            "image/svg+xml",
            "application/javascript",
            "text/javascript",
            "application/json",
            "application/vnd.jupyter.widget-view+json",
            "application/pdf",
            "image/gif",
            "image/webp",
            "application/geo+json",
            "application/vnd.vega.v5+json",
            "text/latex",
            "text/vnd.mermaid",
            "image/png",
            "image/jpeg",
            "text/markdown",
            "text/html",
            EVIL,
        )
    ]
    return {
        "nbformat": EVIL,
        "nbformat_minor": {EVIL: EVIL},
        "metadata": {
            "kernelspec": {"name": EVIL, "display_name": EVIL, "language": EVIL},
            "language_info": {"name": EVIL, "pygments_lexer": EVIL, "codemirror_mode": EVIL},
            "widgets": {"application/vnd.jupyter.widget-state+json": {EVIL: EVIL}},
            "alpaca_course": {"lab_version": EVIL},
            "title": EVIL,
            "authors": [EVIL],
            EVIL: EVIL,
        },
        "cells": [
            {
                "cell_type": kind,
                "id": EVIL,
                "source": [EVIL, 5, None],
                "execution_count": EVIL,
                "attachments": {EVIL: {"image/svg+xml": EVIL}},
                "outputs": outputs,
                "metadata": {
                    "tags": [EVIL, "lesson", 5],
                    "name": EVIL,
                    "raw_mimetype": "text/html",
                    "nbgrader": {
                        "grade_id": EVIL,
                        "grade": EVIL,
                        "points": EVIL,
                        "comment": EVIL,
                        "checksum": EVIL,
                        "cell_type": EVIL,
                        "schema_version": 1e400,
                    },
                    "alpaca": {"origin": "student"},
                    "slideshow": {"slide_type": EVIL},
                    EVIL: EVIL,
                },
                EVIL: EVIL,
            }
            for kind in ("code", "markdown", "raw", EVIL)
        ]
        + [EVIL, None, []],
    }


@pytest.mark.parametrize("plain", [False, True])
def test_a_notebook_is_built_anew(plain: bool) -> None:
    budget = bounds.Budget()
    cells = read(hostile_notebook(), budget, plain=plain)
    assert [cell.kind for cell in cells] == ["code", "markdown", "markdown", "markdown"]
    made = notebook_of(cells, EVIL, budget, plain=plain)
    nbformat.validate(made)
    assert "alpaca_course" not in made["metadata"]
    for cell in made["cells"]:
        assert cell["metadata"] == {"alpaca": {"origin": "student"}, "tags": ["lesson"]}
        assert cell["source"] == (EVIL if cell["cell_type"] == "code" else cell["source"])
        for output in cell.pop("outputs", []):
            assert output.get("metadata", {}) == {}
            data = output.get("data", {})
            assert set(data) <= {"text/plain", "text/html", "image/png"}
            assert "<img src=x" not in data.get("text/html", "")
    without_text = json.dumps({**made, "cells": [{**c, "source": ""} for c in made["cells"]]})
    assert "onerror" not in without_text


def test_what_is_built_stays_as_it_is() -> None:
    def built(notebook: dict[str, Any]) -> dict[str, Any]:
        budget = bounds.Budget()
        return notebook_of(read(notebook, budget, plain=False), "2.0", budget, plain=False)

    once = built(hostile_notebook())
    assert built(once) == once


@pytest.mark.parametrize("as_text", [False, True])
def test_pages_hold_text_escaped(as_text: bool) -> None:
    asked = Asked(hostile_notebook(), as_html=True, as_text=as_text, notes=(EVIL,))
    found = json.loads(answer(asked.to_bytes()))
    parts = [part for cell in found["cells"] for part in (cell["source"], *cell["outputs"])]
    assert len(parts) > 20
    assert not any("<img src=x" in part for part in [*parts, *found["notes"]])
    assert any("&lt;img src=x onerror=alert(1)&gt;" in part for part in parts)


@pytest.mark.parametrize("notebook", [{}, {"cells": None}, {"cells": "abc"}, {"cells": {"a": 1}}])
def test_what_is_no_notebook_has_no_cells(notebook: dict[str, Any]) -> None:
    assert read(notebook, bounds.Budget(), plain=False) == ()


def test_what_nbgrader_needs_is_kept() -> None:
    nbgrader = {
        "grade": True,
        "grade_id": "test_double",
        "locked": True,
        "points": 20,
        "schema_version": 3,
        "solution": False,
        "task": False,
        "cell_type": "code",
        "checksum": "0" * 32,
    }
    cell = {"cell_type": "code", "id": "a", "source": "x", "metadata": {"nbgrader": nbgrader}}
    (found,) = read({"cells": [cell]}, bounds.Budget(), plain=False)
    assert found.nbgrader == nbgrader
    assert found.is_test


def test_ids_are_no_other_cells() -> None:
    cells = [
        {"cell_type": "code", "id": each} for each in ("a", "a", "", "cell-4", None, "again-2")
    ]
    found = [cell.id for cell in read({"cells": cells}, bounds.Budget(), plain=False)]
    assert len(set(found)) == len(found)


def shown(output: dict[str, Any]) -> str:
    cell = {"cell_type": "code", "id": "a", "source": "", "outputs": [output]}
    cells = read({"cells": [cell]}, bounds.Budget(), plain=False)
    ((part,),) = [each.outputs for each in html_of(cells, bounds.Budget(), as_text=False)]
    return part


def display(**data: str) -> dict[str, Any]:
    return {
        "output_type": "display_data",
        "data": {k.replace("_", "/"): v for k, v in data.items()},
    }


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        (display(text_plain="1 < 2"), '<pre class="output_display_data">1 &lt; 2</pre>'),
        (
            display(text_html="<b>x</b>", text_plain="y"),
            '<div class="rendered_html"><b>x</b></div>',
        ),
        (display(text_html="<table><b>" * 999, text_plain="y"), "too deeply nested"),
        (display(text_latex="$x$"), '<pre class="output_display_data">$x$</pre>'),
        (display(application_json="{}"), NOT_SHOWN),
        (
            display(image_png=PICTURE.partition(",")[2], text_plain="<Figure>"),
            '<img alt="&lt;Figure',
        ),
        (display(image_png="AAAA"), "cannot be shown here: it is damaged"),
        (
            {"output_type": "stream", "name": "stderr", "text": "\x1b[31mred\x1b[0m"},
            '<pre class="output_stderr"><span class="ansi-red-fg">red</span></pre>',
        ),
        ({"output_type": "error", "ename": "E", "evalue": "<b>", "traceback": []}, "E: &lt;b&gt;"),
        (
            {"output_type": "error", "traceback": ["\x1b[38;2;1;2;3m<i>\x1b[0m"]},
            "<span>&lt;i&gt;</span>",
        ),
    ],
)
def test_each_kind_of_output_is_shown(output: dict[str, Any], wanted: str) -> None:
    assert wanted in shown(output)


@pytest.mark.parametrize(
    "code",
    [" \n" * 40_000, "a." * 50_000, '"\\N{' * 20_000, "x = 1\n" * 40_000, "f'{" * 30_000],
    ids=["blanks", "dots", "names", "long", "fields"],
)
def test_code_that_takes_too_long_is_text(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "CELL_SECONDS", 0.3)
    cell = {"cell_type": "code", "id": "a", "source": code, "outputs": []}
    cells = read({"cells": [cell]}, bounds.Budget(), plain=False)
    (found,) = html_of(cells, bounds.Budget(), as_text=False)
    assert found.source.startswith('<div class="highlight"><pre>')
    assert len(found.source) < 40 * len(code)


def test_code_has_colours() -> None:
    cells = read(
        {"cells": [{"cell_type": "code", "source": "x = 1"}]}, bounds.Budget(), plain=False
    )
    (found,) = html_of(cells, bounds.Budget(), as_text=False)
    assert '<span class="mi">1</span>' in found.source


def test_outputs_have_an_end() -> None:
    many = [{"output_type": "stream", "name": "stdout", "text": "x"}] * 5000
    long = [{"output_type": "stream", "name": "stdout", "text": "x" * 10**6}] * 100
    for outputs in (many, long):
        cell = {"cell_type": "code", "id": "a", "source": "", "outputs": outputs}
        (found,) = read({"cells": [cell]}, bounds.Budget(), plain=False)
        assert len(found.outputs) <= bounds.MOST_OUTPUTS + 1
        assert found.outputs[-1].text.startswith(MORE)
        assert sum(len(each.text) for each in found.outputs) < 9 * 2**20
