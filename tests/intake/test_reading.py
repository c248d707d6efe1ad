"""Whatever wrote the file: read, repaired and said, or refused with what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpaca_course.contract.states import SubmissionRefused
from alpaca_course.intake.reading import MAX_BYTES, MAX_CELLS, MAX_VALUES, read_notebook


def notebook(*cells: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **fields}


def code(source: Any, identity: str = "a", **fields: Any) -> dict[str, Any]:
    return {"cell_type": "code", "id": identity, "source": source, "metadata": {}, **fields}


def as_bytes(data: Any) -> bytes:
    return json.dumps(data).encode()


def notes(data: bytes) -> set[str]:
    return {note.code for note in read_notebook(data).notes}


def test_a_sound_notebook_needs_no_repair() -> None:
    found = read_notebook(as_bytes(notebook(code(["x = 1\n", "y = 2"]))))
    assert [cell.source for cell in found.cells] == ["x = 1\ny = 2"]
    assert found.notes == ()


@pytest.mark.parametrize(
    ("data", "code_of_note"),
    [
        (b"\xef\xbb\xbf" + as_bytes(notebook(code("x"))), "encoding.bom"),
        (json.dumps(notebook(code("x"))).encode("utf-16"), "encoding.bom"),
        (as_bytes(notebook(code("x = 1\r\ny = 2"))), "encoding.crlf"),
        (as_bytes(notebook(code("x"), code("y"))), "cells.ids"),
        (as_bytes(notebook(code("x"), nbformat_minor=2)), "notebook.old_format"),
        (
            as_bytes(
                {
                    "nbformat": 3,
                    "worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"]}]}],
                }
            ),
            "notebook.old_format",
        ),
        (
            json.dumps(notebook(code("x = 'é'")), ensure_ascii=False).encode("latin-1"),
            "encoding.other",
        ),
        (json.dumps(notebook(code("x"))).encode("utf-16-be"), "encoding.other"),
        (as_bytes(notebook(code("x"))) + bytes(512), "file.trailing"),
        (as_bytes(notebook(code("x"))) + b'\n "nbformat": 4\n}\n', "file.trailing"),
        (as_bytes(notebook(code("x"))) + b"\n \n\0\n", "file.trailing"),
    ],
    ids=[
        "utf-8 mark", "utf-16", "crlf", "same id twice", "4.2", "3", "latin-1", "utf-16 bare",
        "zeros", "older end", "white space and zeros",
    ],
)  # fmt: skip
def test_repairs(data: bytes, code_of_note: str) -> None:
    assert code_of_note in notes(data)
    assert "\r" not in read_notebook(data).cells[0].source
    assert read_notebook(data).cells[0].source.startswith("x")


@pytest.mark.parametrize(
    ("data", "code_of_refusal"),
    [
        (b"", "file.empty"),
        (b"  \n", "file.empty"),
        (b'{"cells": [', "file.not_json"),
        (b"<!DOCTYPE html><html></html>", "file.not_json"),
        (b"<<<<<<< HEAD\n{}\n>>>>>>> x\n", "file.not_json"),
        (b"PK\x03\x04rest of a zip", "file.archive"),
        (b"\xff\xfe\xff", "file.encoding"),
        (as_bytes(notebook(code("x"))) * 2, "file.not_json"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "file.not_json"),
        (as_bytes(notebook(nbformat="four")), "notebook.format"),
        (b"[1, 2]", "file.not_a_notebook"),
        (b'{"a": 1}', "file.not_a_notebook"),
        (b"[" * 200_000, "file.nesting"),
        (as_bytes(notebook(nbformat=5)), "notebook.format"),
        (as_bytes(notebook(*[code("x")] * (MAX_CELLS + 1))), "notebook.too_large"),
        (b" " * (MAX_BYTES + 1), "file.too_large"),
    ],
)
def test_refusals_say_what_to_do(data: bytes, code_of_refusal: str) -> None:
    with pytest.raises(SubmissionRefused) as refused:
        read_notebook(data)
    assert refused.value.note.code == code_of_refusal
    assert "hand" in refused.value.note.text.lower() or "Download" in refused.value.note.text


@pytest.mark.parametrize("version", ["4", 4.0, " 4 "])
def test_the_format_as_another_kind_of_value(version: Any) -> None:
    found = read_notebook(as_bytes(notebook(code("x"), nbformat=version, nbformat_minor="5")))
    assert (found.notes, len(found.cells)) == ((), 1)


def test_letters_of_two_encodings_are_each_read_as_theirs() -> None:
    data = json.dumps(notebook(code("'→'")), ensure_ascii=False).encode()
    found = read_notebook(
        data.replace(b"'}]", b"'}]").replace("→".encode(), "→".encode() + b"\xe9")
    )
    assert found.cells[0].source == "'→é'"


PNG = "iVBORw0KGgo="


@pytest.mark.parametrize("name", ["image.png", "a b.png", "x(1).png", "ü.png"])
def test_attachments_are_in_the_text(name: str) -> None:
    cell = {
        "cell_type": "markdown",
        "source": [f"See ![{name}](attachment:{name})"],
        "metadata": {},
        "attachments": {name: {"image/png": PNG}},
    }
    (found,) = read_notebook(as_bytes(notebook(cell))).cells
    assert found.source == f"See ![{name}](data:image/png;base64,{PNG})"


@pytest.mark.parametrize(
    "attachments",
    [{}, [], {"x.png": {}}, {"x.png": {"image/png": "<b>"}}, {"x.png": {"text/html": "AAAA"}},
     {"x.png": {"image/png": 5}}, {"x.png": 3}, {"": {"image/png": "AAAA"}}],
)  # fmt: skip
def test_attachments_of_any_shape_are_read(attachments: Any) -> None:
    cell = {"cell_type": "markdown", "source": "![x](attachment:x.png)", "attachments": attachments}
    (found,) = read_notebook(as_bytes(notebook(cell))).cells
    assert "<b>" not in found.source


def test_what_is_repeated_does_not_grow_without_bounds() -> None:
    picture = {"x.png": {"image/png": "A" * 100_000}}
    cell = {"cell_type": "markdown", "source": "![](attachment:x.png)" * 500,
            "attachments": picture}  # fmt: skip
    (found,) = read_notebook(as_bytes(notebook(cell))).cells
    assert len(found.source) < 250_000


def test_pictures_in_notes_do_not_count_towards_the_size() -> None:
    note = {"cell_type": "markdown", "source": f"![](data:image/png;base64,{'A' * 2_000_000})"}
    assert len(read_notebook(as_bytes(notebook(note, code("x")))).cells) == 2
    with pytest.raises(SubmissionRefused):
        read_notebook(as_bytes(notebook(code(note["source"]))))


def test_half_a_surrogate_pair_can_be_written() -> None:
    found = read_notebook(b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "\\ud800"}]}')
    found.cells[0].source.encode()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["cells", "cell_type", "source", "metadata", "nbgrader", "tags", "id", "nbformat",
                 "worksheets", "grade_id", "input", "alpaca_course", "lab_version"]
            ),
            inner,
            max_size=5,
        ),
        max_leaves=20,
    )
)  # fmt: skip
def test_any_json_is_read_or_refused(data: Any) -> None:
    try:
        found = read_notebook(as_bytes(data))
    except SubmissionRefused:
        return
    assert all(isinstance(cell.source, str) for cell in found.cells)


HEAD = b'{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":['


@pytest.mark.parametrize(
    "data",
    [
        HEAD + b"{}," * MAX_VALUES + b"{}]}",
        HEAD + b'],"x":[' + b'"",' * MAX_VALUES + b'""]}',
        HEAD + b'],"x":[' + b"[]," * (MAX_VALUES // 2 + 20) + b"[]]}",
        ('{"cells":[' + "{}," * MAX_VALUES + "{}]}").encode("utf-16"),
    ],
    ids=["cells", "strings", "lists", "utf-16"],
)
def test_more_values_than_a_notebook_has(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused before one of them is made."""
    monkeypatch.setattr("json.JSONDecoder.raw_decode", lambda *_: pytest.fail("it was read"))
    with pytest.raises(SubmissionRefused) as refused:
        read_notebook(data)
    assert refused.value.note.code == "file.too_large"
    assert "Clear the outputs" in refused.value.note.text


def test_commas_and_braces_in_texts_are_no_values() -> None:
    page = json.dumps('{"a", [1, 2], "\\"}' * MAX_VALUES).encode()
    cell = b'{"cell_type":"code","source":"x = 1","metadata":{},"outputs":[' + page + b"]}"
    assert read_notebook(HEAD + cell + b"]}").cells[0].source == "x = 1"


def test_letters_of_a_large_file_are_what_they_were() -> None:
    text = '# ä € 李 \U0001f999 \\ "quoted" \ud7ff\n'
    cell = {"cell_type": "code", "source": text, "metadata": {}, "outputs": ["x" * (9 * 2**20)]}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    for data in (
        json.dumps(notebook, ensure_ascii=False).encode(),
        json.dumps(notebook).encode(),
    ):
        assert read_notebook(data).cells[0].source == text


def test_many_attachments_cost_no_time_that_grows_with_their_square() -> None:
    cell = {
        "cell_type": "markdown",
        "source": "![](attachment:a1) " + "attachment:b " * 70_000,
        "attachments": {f"a{n}": {"image/png": "AAAA"} for n in range(100_000)},
    }
    (read,) = read_notebook(json.dumps({"nbformat": 4, "cells": [cell]}).encode()).cells
    assert len(read.source) < 2**20


@pytest.mark.parametrize("points", ["1" + "0" * 400, "NaN", "1e999", "-Infinity"])
def test_points_that_are_no_number_of_points_are_nobodys(points: str) -> None:
    settings = '"metadata": {"nbgrader": {"grade": true, "points": %s, "grade_id": "test_a"}}'
    data = as_bytes(notebook(code("x"))).replace(b'"metadata": {}', (settings % points).encode())
    cells = read_notebook(data).cells
    assert [dict(cell.nbgrader) for cell in cells] == [{"grade": True}]
    assert not cells[0].as_handed_out


def test_a_picture_beside_a_note_whose_name_is_half_a_letter_is_none() -> None:
    cell = {
        "cell_type": "markdown",
        "source": "![](attachment:\ud800) ![](attachment:a)",
        "attachments": {"\ud800": {"image/png": "AAAA"}, "a": {"image/png": "BBBB"}},
    }
    (read,) = read_notebook(as_bytes({"nbformat": 4, "cells": [cell]})).cells
    assert "data:image/png;base64,BBBB" in read.source
    assert "\ud800" not in read.source


def test_of_a_file_that_is_too_large_no_size_is_told_that_nobody_read() -> None:
    with pytest.raises(SubmissionRefused, match="more than 40 MiB"):
        read_notebook(b" " * (MAX_BYTES + 1))
