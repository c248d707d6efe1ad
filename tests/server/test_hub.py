"""The package as a hub's image has it: installed, with nbgrader's own extensions switched on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from alpaca_course.server.servers import free_ports
from tests.server.test_validate_button import graded_cell

ROOT = Path(__file__).resolve().parents[2]
CONFIG = "c = get_config()\nfrom alpaca_course.server import hub\nhub.configure(c)\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel's files for Jupyter lie once it is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    # Not from the repository itself, where building leaves a folder.
    source = folder / "source"
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("*.egg-info"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    made = subprocess.run(
        [*command, "--no-build-isolation", "--wheel-dir", str(folder), str(source)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    (data,) = folder.glob("*.data/data")
    return data


def environment(installed: Path, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "JUPYTER_PATH": str(installed / "share/jupyter"),
        "JUPYTER_CONFIG_PATH": str(installed / "etc/jupyter"),
        "JUPYTER_CONFIG_DIR": str(folder / "own"),
        "JUPYTER_TOKEN": "t",
    }


@pytest.fixture
def address(installed: Path, tmp_path: Path) -> Iterator[str]:
    """A plain JupyterLab of that environment, as a hub starts one."""
    (port,) = free_ports(18200, 1)
    words = [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--no-browser"]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--allow-root", *words,
         f"--ServerApp.root_dir={tmp_path}"],
        env=environment(installed, tmp_path), cwd=tmp_path,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    found = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                ask(f"{found}/api/status")
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.1)
        yield found
    finally:
        process.terminate()
        process.wait()


def ask(address: str, body: dict[str, str] | None = None) -> bytes:
    request = urllib.request.Request(
        address,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": "token t", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=300) as answer:
        found: bytes = answer.read()
    return found


def test_the_buttons_are_ours(address: str, tmp_path: Path) -> None:
    assert b"alpaca-hand-in" in ask(f"{address}/lab"), "Submit does not save first"
    (tmp_path / "lab.ipynb").write_text("{}")
    said = json.loads(ask(f"{address}/assignments/validate", {"path": "lab.ipynb"}))
    assert not said["success"]
    assert "no notebook any more" in said["value"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{}", "no notebook any more"),
        ({"schema_version": 99}, "newer nbgrader"),
        ({}, "Success!"),
    ],
)
def test_the_command_says_it_in_sentences(
    content: str | dict[str, Any], words: str, installed: Path, tmp_path: Path
) -> None:
    path = tmp_path / "lab.ipynb"
    (tmp_path / "nbgrader_config.py").write_text(CONFIG)
    if isinstance(content, str):
        path.write_text(content)
    else:
        cell = graded_cell("assert 1 + 1 == 2")
        cell.metadata.nbgrader |= content
        notebook = nbformat.v4.new_notebook(cells=[cell])
        # As in grading: it need not be a kernel of this machine.
        notebook.metadata.kernelspec = {"name": "conda-env-mine-py", "display_name": "Mine"}
        nbformat.write(notebook, path)
    done = subprocess.run(
        [str(Path(sys.executable).with_name("nbgrader")), "validate", "lab.ipynb"],
        env=environment(installed, tmp_path), cwd=tmp_path,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert words in done.stdout.replace("\n", " ")
    assert "Traceback" not in done.stdout + done.stderr


def test_nbgraders_own_handler_uses_it(tmp_path: Path) -> None:
    """Also where the server's part is switched off: its configuration is read at each press."""
    script = (
        "import sys; from nbgrader.server_extensions.validate_assignment import handlers as h; "
        "x = h.ValidateAssignmentHandler.__new__(h.ValidateAssignmentHandler); "
        "h.ValidateAssignmentHandler.root_dir = '.'; print(x.validate_notebook('lab.ipynb'))"
    )
    (tmp_path / "nbgrader_config.py").write_text(CONFIG)
    (tmp_path / "lab.ipynb").write_text("{}")
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "no notebook any more" in done.stdout
    assert "Traceback" not in done.stdout


def test_weights_are_linked_where_keras_may_write(tmp_path: Path) -> None:
    """Also where there is an older link, and never in place of what a student put there."""
    (tmp_path / "models").mkdir()
    own = tmp_path / "home/.keras-lab"
    own.mkdir(parents=True)
    (own / "models").symlink_to("/srv/of last year")
    script = (
        "import os, sys; from pathlib import Path; from alpaca_course.server import hub; "
        "home, models = map(Path, sys.argv[1:]); hub.have_inputs(models, '/srv/pictures', home); "
        "print(os.environ['KERAS_HOME'], os.environ['ALPACA_DATASET'])"
    )
    words = [sys.executable, "-c", script, str(tmp_path / "home"), str(tmp_path / "models")]
    clean = {k: v for k, v in os.environ.items() if k not in ("KERAS_HOME", "ALPACA_DATASET")}

    def said() -> str:
        return subprocess.run(
            words, env=clean, capture_output=True, text=True, check=True
        ).stdout.strip()

    assert said() == f"{own} /srv/pictures"
    assert (own / "models").resolve() == tmp_path / "models"
    (own / "models").unlink()
    (own / "models").mkdir()
    (own / "models/mine.h5").write_text("mine")
    assert said() == f"{own} /srv/pictures"
    assert (own / "models/mine.h5").read_text() == "mine"
