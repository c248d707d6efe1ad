"""What goes out for an execution and what comes back: bytes that are looked at before use."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nbformat import from_dict
from nbformat.v4 import new_markdown_cell, new_output

from alpaca_course.cluster import items
from alpaca_course.cluster.items import Item, MalformedError, Reply
from alpaca_course.course import Course
from alpaca_course.execution.kernels import RunSpec
from alpaca_course.execution.limits import RunLimits
from alpaca_course.execution.needed import evidence_cells, executed_cells, own_cells, solution_cells
from alpaca_course.execution.slicing import sliced
from alpaca_course.execution.sources import source_spec
from alpaca_course.execution.worker import Request
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.intake.submissions import folder_of, take_in_folder
from tests import light


@pytest.fixture
def request_(course: Course) -> Request:
    """Of a submission as it is executed, with things beside its code."""
    handed_in = light.solved(course, extra=["own = 1", "unused = 2"])
    light.cell(handed_in, "total").source = "# UNQ_C2\ntotal = base + 7 * own\nwords = 'sum'\n"
    light.hand_in(course, "ann", handed_in)
    lab = course.lab()
    intake = take_in_folder(folder_of(course, lab, "ann"), ReleasedLab.load(lab))
    notebook = sliced(intake.notebook)
    notebook.cells.append(new_markdown_cell("a student's words"))
    notebook.metadata["author"] = "ann"
    notebook.cells[-2].outputs = [new_output("stream", text="an output")]
    source = source_spec(course, lab, "warm", here=False)
    spec = RunSpec("ab" * 16, environment={"A": "1"}, ready=True)
    return Request(source, spec, RunLimits(total_seconds=20), notebook)


def test_an_item_comes_out_as_it_went_in(request_: Request) -> None:
    item = replace(items.item_of(request_, "0" * 64, alone=True), process="p")
    assert items.read_item(items.write_item(item)) == item


def test_execution_sees_the_same_notebook(request_: Request) -> None:
    item = items.item_of(request_, "0" * 64, alone=False)
    there = from_dict(json.loads(json.dumps(item.notebook)))
    for look in (executed_cells, evidence_cells, own_cells, solution_cells):
        assert look(there) == look(request_.notebook)
    assert len(there.cells) == len(request_.notebook.cells)
    made = items.request_of(item, RunSpec("", {"helper.py": b""}), Path("bwrap"), (Path("/w"),))
    assert (made.spec.challenge, made.spec.ready) == ("ab" * 16, True)
    assert made.spec.files == {"helper.py": b""}
    assert made.source.setup is not None
    assert made.source.setup.hidden == (Path("/w"),)
    assert made.limits == request_.limits


def test_nothing_of_the_student_leaves_but_code(request_: Request) -> None:
    text = items.write_item(items.item_of(request_, "0" * 64, alone=False)).decode()
    assert "total = base + 7 * own" in text
    for word in ("a student's words", "an output", "ann", "SECRET-RULE-TEXT"):
        assert word not in text


def test_kernels_without_a_sandbox_are_not_to_be_had_elsewhere(
    request_: Request, course: Course
) -> None:
    with pytest.raises(ValueError, match="no local kernels"):
        items.item_of(replace(request_, source=source_spec(course, course.lab())), "", alone=False)
    for isolation in ("trusted", "forked"):
        with pytest.raises(ValueError, match="elsewhere isolation is"):
            source_spec(course, course.lab(), isolation, here=False)


def test_a_reply_comes_out_as_it_went_in() -> None:
    for reply in (Reply("answer", True, body=b"{}\n{}"), Reply("nothing", text="why\nnot")):
        assert items.read_reply(items.write_reply(reply), 100) == reply
    long = Reply("nothing", text="x" * 100_000)
    assert len(items.write_reply(long)) < items.HEADER_BYTES


@pytest.mark.parametrize(
    "data",
    [
        None,
        7,
        "text",
        bytearray(b"{}"),
        pickle.dumps(Reply("answer")),
        b"",
        b'{"kind": "answer"}',
        b'{"kind": "else"}\n',
        b'{"kind": "answer", "accompanied": 1}\n',
        b"[" * 5000 + b"\n",
        b" " * items.HEADER_BYTES + b'{"kind": "answer"}\n',
        b'{"kind": "answer"}\n' + b"x" * (items.HEADER_BYTES + 101),
    ],
)
def test_what_is_no_reply_is_refused(data: Any) -> None:
    with pytest.raises(MalformedError):
        items.read_reply(data, 100)


@pytest.mark.parametrize("change", [{"kind": "local"}, {"limits": {}}, {"modules": 3}, {"more": 1}])
def test_what_is_no_item_is_refused(change: dict[str, Any], request_: Request) -> None:
    told = json.loads(items.write_item(items.item_of(request_, "0" * 64, alone=False)))
    if change == {"more": 1}:
        del told["bundle"]
    elif change == {"limits": {}}:
        change = {"limits": "none"}
    with pytest.raises(MalformedError):
        items.read_item(json.dumps({**told, **change}).encode())


@pytest.mark.parametrize("data", [None, b"", b"{}", pickle.dumps(1)])
def test_bytes_that_are_no_item_are_refused(data: Any) -> None:
    with pytest.raises(MalformedError):
        items.read_item(data)


def test_a_fork_of_the_template_shares_the_processes_of_others(request_: Request) -> None:
    item: Item = items.item_of(request_, "0" * 64, alone=False)
    short = replace(item, ready=False, limits=replace(item.limits, total_seconds=5))
    assert short.kernels == item.kernels
    assert replace(item, kind="fresh").kernels != item.kernels
