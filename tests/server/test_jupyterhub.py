"""A real hub by ``docs/hub/``: two students, two graders, and either exchange."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import requests
from nbformat.v4 import new_code_cell

from alpaca_course.course import Course
from tests import light
from tests.server.hubs import COURSE_ID, GRADERS, STUDENTS, Hub, need_hub, running

LAB = light.ASSIGNMENT
SITE = """
c.CourseDirectory.course_id = "alpaca"
# On this hub all servers are one user of the system.
c.ExchangeCollect.check_owner = False
"""
NGSHARE = """
from alpaca_course.exchange import ngshare
ngshare.configure(c, {url!r})
"""
FULL = "30 of 30 points"
ANSWERS = {"ada": light.DOUBLE, "ben": light.WRONG_DOUBLE}
# What a kernel of the hub finds, where the test can read it.
SEEN = """import json, os
with open("seen.json", "w") as file:
    json.dump({name: os.environ[name] for name in ("KERAS_HOME", "ALPACA_DATASET")}, file)"""


@pytest.fixture(scope="module", params=["folder", "ngshare"])
def over_ngshare(request: pytest.FixtureRequest) -> bool:
    need_hub()
    return bool(request.param == "ngshare")


@pytest.fixture(scope="module")
def course(
    over_ngshare: bool,
    new_course: Callable[[Path], Course],
    tmp_path_factory: pytest.TempPathFactory,
) -> Course:
    """The course as the graders' account has it, with an environment in ``.venv``."""
    found = new_course(tmp_path_factory.mktemp("grader") / "course")
    (found.root / ".venv").symlink_to(sys.prefix)
    (found.root / ".exchange").mkdir(mode=0o777)
    return found


@pytest.fixture(scope="module")
def hub(
    course: Course, over_ngshare: bool, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("hub")
    with running(folder, course.root, over_ngshare=over_ngshare) as found:
        config = course.root / "nbgrader_config.py"
        more = SITE + (NGSHARE.format(url=found.ngshare) if over_ngshare else "")
        config.write_text(config.read_text() + more)
        if over_ngshare:
            enroll(found, course)
        yield found


def enroll(hub: Hub, course: Course) -> None:
    """The course and its class in ngshare, by its own command, as an administrator."""
    (course.root / "class.csv").write_text(
        "student_id,first_name,last_name,email\n" + "".join(f"{each},,,\n" for each in STUDENTS)
    )
    for words in (["create_course", COURSE_ID, COURSE_ID],
                  ["add_students", "--no-gb", COURSE_ID, "class.csv"]):  # fmt: skip
        done = subprocess.run(
            [str(Path(sys.executable).with_name("ngshare-course-management")), *words],
            cwd=course.root,
            env=as_grader(hub),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def as_grader(hub: Hub) -> dict[str, str]:
    """The environment of a grader's terminal."""
    token = hub.token_of(GRADERS[0])
    return {**os.environ, "JUPYTERHUB_API_TOKEN": token, "USER": GRADERS[0]}


def act(hub: Hub, student: str, action: str) -> dict[str, Any]:
    """Press one of nbgrader's buttons in a student's list."""
    body = {"course_id": COURSE_ID, "assignment_id": LAB}
    answer = hub.ask(student, "POST", f"assignments/{action}", json=body)
    assert answer.ok, answer.text
    found: dict[str, Any] = answer.json()
    return found


def receipts(hub: Hub, student: str) -> list[dict[str, Any]]:
    answer = hub.ask(student, "GET", "alpaca/hand-ins", params={"course_id": COURSE_ID})
    assert answer.ok, answer.text
    assert answer.json()["folder"] == "."
    found: list[dict[str, Any]] = answer.json()["hand_ins"]
    return found


def work(hub: Hub, student: str) -> Path:
    """Fetch the lab and write the answers into it."""
    act(hub, student, "fetch")
    path = hub.home(student) / LAB / f"{light.NOTEBOOK}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    light.cell(notebook, "double").source = ANSWERS[student]
    light.cell(notebook, "total").source = light.TOTAL
    nbformat.write(notebook, path)
    (path.parent / "dataset").mkdir()
    (path.parent / "dataset/one.jpg").write_bytes(b"a picture")
    return path


@pytest.fixture(scope="module")
def handed_in(hub: Hub, course: Course) -> dict[str, Path]:
    """Released by a grader, fetched, and handed in by both students."""
    hub.press(GRADERS[0], f"assignment/{LAB}/release")
    hub.start_servers(*STUDENTS)
    done = {student: work(hub, student) for student in STUDENTS}
    for student in STUDENTS:
        assert act(hub, student, "submit")["success"]
    return done


@pytest.fixture(scope="module")
def pages(hub: Hub, handed_in: dict[str, Path]) -> dict[str, Path]:
    """Collected, graded and given back by the other grader, and fetched."""
    hub.press(GRADERS[1], f"assignment/{LAB}/collect")
    for student in STUDENTS:
        hub.press(GRADERS[1], f"submission/{LAB}/{student}/autograde")
    for action in ("generate_feedback", "release_feedback"):
        hub.press(GRADERS[1], f"assignment/{LAB}/{action}")
    (ready,) = receipts(hub, "ada")
    assert ready["ready"]
    assert "Fetch Feedback" in ready["notice"]
    found = {}
    for student in STUDENTS:
        act(hub, student, "fetch_feedback")
        (found[student],) = hub.home(student).glob(f"{LAB}/feedback/*/{light.NOTEBOOK}.html")
    return found


def test_a_hand_in_is_told_by_its_bytes(hub: Hub, handed_in: dict[str, Path]) -> None:
    for student, path in handed_in.items():
        (receipt,) = receipts(hub, student)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        assert sha256 in receipt["receipt"]
        assert sha256[:12] in receipt["notice"]
        assert len(receipt["notice"]) <= 140  # JupyterLab shows no more of a notice
        assert not receipt["ready"]


def test_each_student_gets_the_own_page(hub: Hub, pages: dict[str, Path]) -> None:
    right, wrong = (pages[student].read_text(encoding="utf-8") for student in STUDENTS)
    assert FULL in right
    assert FULL not in wrong
    assert "ada" not in wrong
    (receipt,) = receipts(hub, "ada")
    assert not receipt["ready"]
    assert (hub.home("ada") / receipt["page"]) == pages["ada"]


def test_pictures_are_not_handed_in(course: Course, pages: dict[str, Path]) -> None:
    names = {path.name for path in (course.submitted / "ada" / LAB).rglob("*")}
    assert f"{light.NOTEBOOK}.ipynb" in names
    assert not names & {"dataset", "one.jpg", "feedback"}


def test_graders_share_formgrader_and_nobody_else_has_it(hub: Hub, pages: dict[str, Path]) -> None:
    for grader in GRADERS:
        answer = hub.formgrader(grader, "GET", f"api/submissions/{LAB}")
        scores = {each["student"]: each["score"] for each in answer.json()}
        assert scores["ada"] > scores["ben"]
    for student in STUDENTS:
        assert hub.formgrader(student, "GET", f"api/submissions/{LAB}").status_code == 403


def test_nobody_reaches_anothers_server(hub: Hub, handed_in: dict[str, Path]) -> None:
    answer = requests.get(
        f"{hub.url}/user/ada/api/contents",
        headers={"Authorization": f"token {hub.token_of('ben')}"},
        timeout=60,
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("over_ngshare", ["folder"], indirect=True)  # the exchange is no matter
def test_kernels_have_a_keras_home_of_their_own(hub: Hub, handed_in: dict[str, Path]) -> None:
    (hub.folder / "models").mkdir()
    path = handed_in["ben"].with_name("own.ipynb")
    nbformat.write(nbformat.v4.new_notebook(cells=[new_code_cell(SEEN)]), path)
    answer = hub.ask("ben", "POST", "assignments/validate", json={"path": f"{LAB}/own.ipynb"})
    assert answer.json()["success"], answer.text
    seen = json.loads(path.with_name("seen.json").read_text())
    home = Path(seen["KERAS_HOME"])
    assert home.parent == hub.home("ben")
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "models").resolve() == hub.folder / "models"
    assert seen["ALPACA_DATASET"] == str(hub.folder / "dataset")


def test_watch_brings_the_next_page(hub: Hub, course: Course, pages: dict[str, Path]) -> None:
    """As the graders' account, over either exchange: nobody presses a button for it."""
    path = hub.home("ben") / LAB / f"{light.NOTEBOOK}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    light.cell(notebook, "double").source = light.DOUBLE
    nbformat.write(notebook, path)
    assert act(hub, "ben", "submit")["success"]
    done = subprocess.run(
        [str(Path(sys.executable).with_name("alpaca")), "watch", "--once"],
        cwd=course.root,
        env=as_grader(hub),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    first, second = receipts(hub, "ben")
    assert second["ready"], done.stdout + done.stderr
    assert not first["ready"]
    act(hub, "ben", "fetch_feedback")
    second = receipts(hub, "ben")[1]
    assert FULL in (hub.home("ben") / second["page"]).read_text(encoding="utf-8")


def test_a_hand_in_that_does_not_arrive_is_said(hub: Hub, pages: dict[str, Path]) -> None:
    before = receipts(hub, "ben")
    body = {"course_id": COURSE_ID, "assignment_id": "another_lab"}
    (hub.home("ben") / "another_lab").mkdir()
    answer = hub.ask("ben", "POST", "assignments/submit", json=body).json()
    assert not answer["success"]
    assert "Traceback" not in answer["value"]
    assert "Press Submit again" in answer["value"]
    assert receipts(hub, "ben") == before
