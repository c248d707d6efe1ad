"""*Submit* answers what is so, whatever the exchange does or does not say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from nbgrader.server_extensions.assignment_list.handlers import AssignmentList

from alpaca_course.course import Course
from alpaca_course.exchange.publishing import publish
from alpaca_course.lab import Lab
from alpaca_course.server import submit_button
from alpaca_course.server.settings import student_server
from alpaca_course.server.submit_button import submit
from alpaca_course.server.workspace import Workspace, carry_out, plan
from tests.server.test_workspace import NOW

PLUGIN = """
from nbgrader.exchange.default.submit import ExchangeSubmit
class Odd(ExchangeSubmit):
    def copy_files(self):
        {does}
c.ExchangeFactory.submit = Odd
"""


@pytest.fixture
def workspace(course: Course, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A student's fetched lab, with nbgrader's configuration where its list looks for one."""
    publish(course, lab)
    found = Workspace.of(course, lab, "ada")
    carry_out(found, plan(found, reset=False, now=NOW))
    text = student_server(course, found, open_notebook=False).files["nbgrader_config.py"]
    (found.folder / "nbgrader_config.py").write_text(text)
    monkeypatch.chdir(found.folder)
    return found


def press(workspace: Workspace) -> dict[str, Any]:
    manager = AssignmentList()
    manager.root_dir = str(workspace.folder)
    return submit(manager, "alpaca", workspace.lab.name)


def odd(workspace: Workspace, does: str) -> None:
    path = workspace.folder / "nbgrader_config.py"
    path.write_text(path.read_text() + PLUGIN.format(does=does))


def test_what_arrives_is_a_success_and_again_with_the_next(workspace: Workspace) -> None:
    assert press(workspace)["success"]
    assert press(workspace)["success"]
    assert len(list(workspace.hand_ins.glob("*/*"))) == 2


def test_silence_is_no_success(workspace: Workspace) -> None:
    """Also where something was handed in before."""
    assert press(workspace)["success"]
    odd(workspace, "return")
    answer = press(workspace)
    assert not answer["success"]
    assert "nothing has arrived" in answer["value"]


def test_a_failure_is_a_sentence(workspace: Workspace) -> None:
    odd(workspace, "raise OSError(28, 'No space left on device')")
    answer = press(workspace)
    assert not answer["success"]
    assert answer["value"].startswith("[Errno 28] No space left on device. Your work is as it was")
    assert json.dumps(answer)


def test_an_exchange_that_cannot_be_listed_is_not_held_against_the_hand_in(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submit_button, "_listed", lambda *_: None)
    assert press(workspace)["success"]
    assert Path(workspace.hand_ins).is_dir()
