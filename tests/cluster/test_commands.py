"""What the commands say where a cluster is meant and cannot be had."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from alpaca_course.cluster.local import free_port
from alpaca_course.course import Course
from tests import light
from tests.commands import alpaca, answer

NOBODY = "tcp://127.0.0.1:1"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--scheduler", "10.0.0.1:8786"], "is no address of a scheduler"),
        (["--scheduler", "http://10.0.0.1:8786"], "is no address of a scheduler"),
        (["--scheduler", "tcp://10.0.0.1"], "is no address of a scheduler"),
        (["--scheduler", "tcp://10.0.0.1:port"], "is no address of a scheduler"),
        (["--scheduler", "tls://10.0.0.1:8786", "--tls-ca", "ca.pem"], "belong together"),
        (["--tls-ca", "ca.pem"], "belong to a --scheduler"),
        (["--scheduler", NOBODY, "--workers", "2"], "--workers is for this machine"),
        (["--scheduler", NOBODY, "--trusted"], "always runs in a sandbox"),
        (
            ["--scheduler", NOBODY, *(f"--tls-{n}=none" for n in ("ca", "cert", "key"))],
            "with certificates it is tls://",
        ),
        (
            ["--scheduler", "tls://h:1", *(f"--tls-{n}=none" for n in ("ca", "cert", "key"))],
            "There is no file none",
        ),
        (["--scheduler", "tls://127.0.0.1:1", "--isolation", "warm"], "no certificates are given"),
    ],
)
def test_what_does_not_fit_together_is_a_sentence(
    words: list[str], said: str, course: Course
) -> None:
    light.hand_in(course, "ann", light.solved(course))
    done = alpaca(course, "grade", *words)
    assert done.returncode == 1
    assert said in done.stderr
    assert not course.autograded.exists()


def test_a_scheduler_that_is_not_there_is_a_sentence(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alpaca_course.cluster.link.ANSWER_SECONDS", 1.0)
    light.hand_in(course, "ann", light.solved(course))
    nobody = f"tcp://127.0.0.1:{free_port()}"
    done = alpaca(course, "grade", "--isolation", "warm", "--scheduler", nobody)
    assert done.returncode == 1
    assert f"The scheduler {nobody} does not answer" in done.stderr
    assert "Nothing was graded." in done.stderr


@pytest.mark.parametrize(
    "words",
    [["grade", "--scheduler", NOBODY], ["worker", NOBODY], ["doctor", "--scheduler", NOBODY]],
)
def test_without_dask_every_command_says_how_to_have_it(words: list[str], course: Course) -> None:
    """In a process of its own, where it cannot be imported."""
    code = (
        "import sys\n"
        "sys.modules['distributed'] = None\n"
        f"sys.argv = ['alpaca', *{words!r}]\n"
        "from alpaca_course.cli import main\n"
        "main()\n"
    )
    light.hand_in(course, "ann", light.solved(course))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=course.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "A cluster needs Dask, which is not installed" in done.stderr
    assert "pip install" in done.stderr
    assert "Traceback" not in done.stderr


def test_certificates_are_made_once(course: Course, tmp_path: Path) -> None:
    made = answer(course, "certificates", str(tmp_path / "tls"))["files"]
    assert [Path(each).name for each in made] == [
        f"{who}.{what}"
        for who in ("ca", "grader", "scheduler", "worker")
        for what in ("key", "pem")
    ]
    again = alpaca(course, "certificates", str(tmp_path / "tls"))
    assert again.returncode == 1
    assert "is not empty" in again.stderr
