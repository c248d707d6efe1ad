"""nbgrader's own exchange over the folder inside the course: release, fetch, submit, collect."""

from __future__ import annotations

import copy
import json
import logging
import os
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory
from traitlets.config import Config, PyFileConfigLoader

from alpaca_course.course import Course
from alpaca_course.exchange import options as exchange_options
from alpaca_course.exchange.feedback import ReleaseEveryFeedback
from alpaca_course.exchange.publishing import is_current, publish, published
from alpaca_course.lab import Lab
from alpaca_course.server.settings import student_server
from alpaca_course.server.workspace import Workspace


def as_student(course: Course, workspace: Workspace) -> Config:
    """What nbgrader reads in the student's server."""
    planned = student_server(course, workspace, open_notebook=False)
    planned.write()
    loader = PyFileConfigLoader("nbgrader_config.py", path=str(planned.settings))
    config = loader.load_config()
    config.CourseDirectory.assignment_id = workspace.lab.name
    return config


def run(config: Config, action: str) -> None:
    factory = ExchangeFactory(config=config)
    getattr(factory, action)(
        coursedir=CourseDirectory(config=config),
        authenticator=Authenticator(config=config),
        config=config,
    ).start()


def test_publishing_is_done_once_and_again_after_a_change(course: Course, lab: Lab) -> None:
    assert publish(course, lab)
    assert is_current(course, lab)
    assert not publish(course, lab)
    (lab.release / "helper.py").write_text("VERSION = 2\n", encoding="utf-8")
    assert not is_current(course, lab)
    assert publish(course, lab)
    assert (published(course, lab) / "helper.py").read_text(encoding="utf-8") == "VERSION = 2\n"


def test_inbound_folder_takes_hand_ins_and_shows_them_to_nobody_else(
    course: Course, lab: Lab
) -> None:
    publish(course, lab)
    inbound = published(course, lab).parents[1] / "inbound"
    mode = stat.S_IMODE(inbound.stat().st_mode)
    assert mode & 0o777 == 0o733


def test_hand_in_without_pictures_weights_and_models(
    course: Course, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(course, lab)
    workspace = Workspace.of(course, lab, "ada")
    workspace.folder.mkdir(parents=True)
    monkeypatch.chdir(workspace.folder)
    config = as_student(course, workspace)
    run(config, "FetchAssignment")
    assert workspace.notebook.is_file()
    for folder, size in (("dataset/alpaca", 1000), ("keras/models", 150_000_000)):
        (workspace.assignment / folder).mkdir(parents=True)
        with (workspace.assignment / folder / "big.bin").open("wb") as file:
            file.truncate(size)  # larger than nbgrader's limit for a folder, and without content
    (workspace.assignment / "model.keras").write_bytes(b"x")
    run(config, "Submit")
    (hand_in,) = (published(course, lab).parents[1] / "inbound").iterdir()
    assert hand_in.name.startswith(f"ada+{lab.name}+")
    names = {p.name for p in hand_in.iterdir()}
    assert {lab.file_name, "helper.py"} <= names
    assert not names & {"dataset", "keras", "model.keras"}


def test_a_named_exchange_is_respected(tmp_path: Path) -> None:
    config = Config()
    config.Exchange.root = "/srv/nbgrader/exchange"
    exchange_options.configure(config, tmp_path)
    assert config.Exchange.root == "/srv/nbgrader/exchange"
    assert "check_owner" not in config.ExchangeCollect


def test_student_configuration_names_nothing_of_grading(course: Course, lab: Lab) -> None:
    planned = student_server(course, Workspace.of(course, lab, "ada"), open_notebook=True)
    assert planned.page == "/lab/tree/shapes/all_about_shapes.ipynb"
    text = planned.files["nbgrader_config.py"]
    assert "grader_tests" not in text
    assert "Autograde" not in text
    extensions = json.loads(planned.files["jupyter_server_config.json"])["ServerApp"]
    enabled = {name for name, on in extensions["jpserver_extensions"].items() if on}
    assert enabled == {f"alpaca_course.server.{name}_button" for name in ("submit", "validate")}


def test_servers_are_for_this_machine_and_their_token_is_in_no_command(
    course: Course, lab: Lab
) -> None:
    planned = student_server(course, Workspace.of(course, lab, "ada"), open_notebook=True)
    command = planned.command(8888, open_browser=False)
    assert "--ServerApp.ip=127.0.0.1" in command
    environment = planned.environment(course, "secret", base={"PATH": "/bin"})
    assert environment["JUPYTER_TOKEN"] == "secret"
    assert "secret" not in " ".join(command)
    assert environment["PATH"].endswith(os.pathsep + "/bin")
    assert Path(environment["KERAS_HOME"]) == course.keras_home
    assert Path(environment["ALPACA_DATASET"]) == course.dataset


def test_feedback_reaches_who_renamed_the_notebook_and_passes_by_who_has_no_secret(
    course: Course, lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    publish(course, lab)
    workspace = Workspace.of(course, lab, "zoe")
    workspace.folder.mkdir(parents=True)
    monkeypatch.chdir(workspace.folder)
    theirs = as_student(course, workspace)
    run(theirs, "FetchAssignment")
    workspace.notebook.rename(workspace.notebook.with_name("final.ipynb"))
    run(theirs, "Submit")
    # nbgrader calls alembic by name.
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    ours = copy.deepcopy(course.config)
    ours.CourseDirectory.root = str(course.root)
    ours.CourseDirectory.assignment_id = lab.name
    run(ours, "Collect")
    (handed_in,) = course.submitted.glob(f"*/{lab.name}")
    student = handed_in.parent.name
    for name, files in (("ann", ()), (student, ("submission_secret.txt", "timestamp.txt"))):
        folder = course.feedback / name / lab.name
        folder.mkdir(parents=True)
        (folder / f"{lab.notebook}.html").write_text(f"<p>of {name}</p>", encoding="utf-8")
        for file in files:
            shutil.copy(handed_in / file, folder / file)
    # traitlets' own logger may have been set up by any test before.
    log = logging.Logger("release")
    log.addHandler(caplog.handler)
    monkeypatch.setattr(ReleaseEveryFeedback, "log", log)
    run(ours, "ReleaseFeedback")
    assert "exchange" in caplog.text
    assert ": ann." in caplog.text
    run(theirs, "FetchFeedback")
    (page,) = workspace.folder.rglob("feedback/*/final.html")
    assert page.read_text(encoding="utf-8") == f"<p>of {student}</p>"


@pytest.mark.parametrize("failing", [1, 2], ids=["exchange", "own copy"])
def test_half_a_hand_in_is_none(
    failing: int, course: Course, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full at a copy: neither the exchange nor the list of hand-ins has it."""
    publish(course, lab)
    workspace = Workspace.of(course, lab, "ada")
    workspace.folder.mkdir(parents=True)
    monkeypatch.chdir(workspace.folder)
    config = as_student(course, workspace)
    run(config, "FetchAssignment")
    inbound = published(course, lab).parents[1] / "inbound"
    real, calls = shutil.copytree, []

    def full(source: str, target: str, **words: Any) -> None:
        calls.append(target)
        real(source, target, **words)
        if len(calls) == failing:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copytree", full)
        with pytest.raises(OSError, match="No space"):
            run(config, "Submit")
    assert list(inbound.iterdir()) == []
    assert [p for p in workspace.hand_ins.rglob("*") if p.is_file()] == []
    run(config, "Submit")
    (hand_in,) = inbound.iterdir()
    (kept,) = workspace.hand_ins.glob("*/*")
    assert hand_in.name.startswith(kept.name)
    assert (hand_in / "timestamp.txt").read_text() == (kept / "timestamp.txt").read_text()
