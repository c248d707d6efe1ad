"""Validation in a process of its own: nbgrader's answers, and a server that goes on answering."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from alpaca_course.course import Course
from alpaca_course.lab import Lab
from alpaca_course.server.servers import Server, free_ports, start
from alpaca_course.server.settings import student_server
from alpaca_course.server.validate_button import validate
from alpaca_course.server.workspace import Workspace
from tests.waiting import until


def graded_cell(source: str) -> Any:
    cell = nbformat.v4.new_code_cell(source, id="test")
    cell.metadata.nbgrader = {
        "grade": True,
        "grade_id": "test",
        "locked": True,
        "points": 1,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return cell


@pytest.fixture
def server(course: Course, lab: Lab) -> Iterator[Server]:
    workspace = Workspace.of(course, lab, "ada")
    workspace.assignment.mkdir(parents=True)
    planned = student_server(course, workspace, open_notebook=False)
    (port,) = free_ports(18000, 1)
    running = start(course, planned, port=port, open_browser=False)
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop()


def call(server: Server, path: str, body: dict[str, str] | None = None) -> Any:
    request = urllib.request.Request(
        server.address + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"token {server.token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=300) as answer:
        return json.load(answer)


def write(server: Server, lab: Lab, source: str) -> str:
    """Make a notebook of one test cell; returns its path for the server."""
    notebook = nbformat.v4.new_notebook(cells=[graded_cell(source)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    path = Path(lab.name) / lab.file_name
    nbformat.write(notebook, server.plan.folder / path)
    return str(path)


WAITS = """
import os, time
open({begun!r}, "w").close()
until = time.monotonic() + 120
while not os.path.exists({answered!r}):
    assert time.monotonic() < until, "the status came only when the notebook had run"
    time.sleep(0.1)
assert os.environ["NBGRADER_EXECUTION"]
"""


def test_answers_and_goes_on_answering(server: Server, lab: Lab, tmp_path: Path) -> None:
    """While a notebook is executed, which goes on when the server has answered."""
    good = write(
        server,
        lab,
        WAITS.format(begun=str(tmp_path / "begun"), answered=str(tmp_path / "answered")),
    )
    answers: list[Any] = []
    body = {"path": good}
    waiting = threading.Thread(
        target=lambda: answers.append(call(server, "/assignments/validate", body))
    )
    waiting.start()
    until(lambda: (tmp_path / "begun").exists() or not waiting.is_alive(), "the notebook runs")
    assert call(server, "/api/status")["started"]
    (tmp_path / "answered").touch()
    waiting.join()
    assert answers == [{"success": True, "value": {}}]

    bad = write(server, lab, "assert False, 'which direction keeps the alpaca on its feet?'")
    answer = call(server, "/assignments/validate", {"path": bad})
    assert "alpaca on its feet" in answer["value"]["failed"][0]["raw_error"]

    with pytest.raises(urllib.error.HTTPError, match="403"):
        call(server, "/assignments/validate", {"path": "../../nbgrader_config.py"})


def test_a_kernel_and_a_schema_of_another_machine(server: Server, lab: Lab) -> None:
    path = server.plan.folder / write(server, lab, "assert 1 + 1 == 2")
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.kernelspec = {"name": "conda-env-of-mine-py", "display_name": "Mine"}
    notebook.cells[0].metadata.nbgrader |= {"schema_version": 1}
    del notebook.cells[0].metadata.nbgrader["task"]
    nbformat.write(notebook, path)
    answer = call(server, "/assignments/validate", {"path": f"{lab.name}/{lab.file_name}"})
    assert answer == {"success": True, "value": {}}


def test_what_stopped_first_is_said_in_a_sentence(server: Server, lab: Lab) -> None:
    path = server.plan.folder / write(server, lab, "lab_checks.check(globals())")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("import no_such_module\nimport lab_checks"))
    nbformat.write(notebook, path)
    answer = call(server, "/assignments/validate", {"path": f"{lab.name}/{lab.file_name}"})
    (failed,) = answer["value"]["failed"]
    for said in (failed["raw_error"], failed["error"]):
        assert "begins with “import no_such_module”" in said
        assert "No module named" in said
        assert "Traceback" not in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no notebook any more"),
        ("{}", "no notebook any more"),
        (
            '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [7]}',
            "no notebook any more",
        ),
        (None, "is not there"),
        ({"schema_version": 99}, "newer nbgrader"),
        ({"points": "many"}, "is damaged in this copy"),
    ],
)
def test_what_cannot_be_validated_is_a_sentence(
    tmp_path: Path, content: str | dict[str, Any] | None, words: str
) -> None:
    path = tmp_path / "lab.ipynb"
    if isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    elif content is not None:
        cell = graded_cell("1")
        cell.metadata.nbgrader |= content
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    answer = validate(path)
    assert not answer["success"]
    assert words in answer["value"]
    assert "Traceback" not in answer["value"]
