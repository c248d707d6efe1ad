"""What a lab declares in ``lab.toml``, and which lab of a course is meant."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from traitlets.config import Config

from alpaca_course.course import ROOT_VARIABLE, Course
from alpaca_course.deadlines import Deadlines
from alpaca_course.errors import CourseError
from alpaca_course.files import read_json_object
from alpaca_course.lab import Exercise, KernelNeeds, Lab

NEEDED = """\
notebook = "shapes_and_sizes"
title = "Shapes"
version = "1.2"

[[exercises]]
cell = "area"
title = "The area"
"""
KERNEL = """
[kernel]
inputs = ["pictures"]
preload = ["numpy"]
libraries = ["numpy"]
memory_mib = 300
quick_variable = "SHAPES_QUICK"
certain_errors = ["NotDrawn"]

[kernel.environment]
OMP_NUM_THREADS = "1"
"""


def declare(root: Path, name: str = "shapes", text: str = NEEDED) -> Path:
    """Write a ``lab.toml``; returns its lab's folder."""
    folder = root / "notebooks" / name
    folder.mkdir(parents=True)
    (folder / "lab.toml").write_text(text, encoding="utf-8")
    return folder


def course(root: Path) -> Course:
    return Course.from_config(root, Config())


def test_what_is_needed_and_what_may_be_left_out(tmp_path: Path) -> None:
    lab = Lab.read(declare(tmp_path))
    assert lab == Lab(
        name="shapes",
        course_root=tmp_path,
        notebook="shapes_and_sizes",
        title="Shapes",
        version="1.2",
        exercises=(Exercise(cell="area", title="The area", marker=""),),
        kernel=KernelNeeds(),
    )
    assert lab.exercises[0].test_cell == "test_area"


def test_what_a_kernel_needs(tmp_path: Path) -> None:
    lab = Lab.read(declare(tmp_path, text=NEEDED + KERNEL))
    assert lab.kernel == KernelNeeds(
        inputs=("pictures",),
        preload=("numpy",),
        libraries=("numpy",),
        environment={"OMP_NUM_THREADS": "1"},
        memory_mib=300,
        quick_variable="SHAPES_QUICK",
        certain_errors=("NotDrawn",),
    )


@pytest.mark.parametrize("twice", ["cell", "marker"])
def test_two_exercises_of_one_name_are_named(tmp_path: Path, twice: str) -> None:
    marked = NEEDED + 'marker = "UNQ_C1"\n'
    other = {"cell": '"volume"', "marker": '"UNQ_C2"', "title": '"The volume"'}
    other[twice] = {"cell": '"area"', "marker": '"UNQ_C1"'}[twice]
    text = marked + "[[exercises]]\n" + "".join(f"{k} = {v}\n" for k, v in other.items())
    with pytest.raises(CourseError, match=f"lab.toml: two exercises have the {twice} "):
        Lab.read(declare(tmp_path, text=text))


def test_where_its_things_lie(tmp_path: Path) -> None:
    lab = Lab.read(declare(tmp_path))
    paths = {
        "folder": "notebooks/shapes",
        "script": "notebooks/shapes/shapes_and_sizes.py",
        "helpers": "notebooks/shapes/helpers",
        "evidence": "notebooks/shapes/evidence",
        "grader_tests": "grader_tests/shapes",
        "source": "source/shapes",
        "release": "release/shapes",
        "instructor_notebook": "source/shapes/shapes_and_sizes.ipynb",
        "released_notebook": "release/shapes/shapes_and_sizes.ipynb",
    }
    assert {name: getattr(lab, name) for name in paths} == {
        name: tmp_path / path for name, path in paths.items()
    }


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('version = "1.2"\n', "", "version: it has to be there"),
        ('cell = "area"\n', "", "exercises.0.cell: it has to be there"),
        ('version = "1.2"', 'version = "1.2"\npoints = 3', "points: there is no such setting"),
        ('cell = "area"', 'cell = "area"\npoints = 3', "exercises.0.points: there is no such"),
        ('cell = "area"', 'cell = "../area"', "exercises.0.cell: String should match pattern"),
        ('"shapes_and_sizes"', '"shapes.ipynb"', "notebook: String should match pattern"),
        ('version = "1.2"', "version = 1.2", "version: it is a text, in quotation marks"),
        ("[[exercises]]", "[[exercise]]", "exercises: it has to be there"),
        ('inputs = ["pictures"]', 'inputs = ["music"]', "kernel.inputs.0: Input should be"),
        ("memory_mib = 300", "memory_mib = 3", "kernel.memory_mib: Input should be greater"),
        ("preload =", "preloads =", "kernel.preloads: there is no such setting"),
    ],
)
def test_a_mistake_is_told_with_file_and_key(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    text = NEEDED + KERNEL
    assert text.count(old) == 1
    folder = declare(tmp_path, text=text.replace(old, new))
    with pytest.raises(CourseError) as refused:
        Lab.read(folder)
    assert str(refused.value).startswith("notebooks/shapes/lab.toml: ")
    assert words in str(refused.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    folder = declare(tmp_path, text="[kernel]\nmemory = 3\n")
    with pytest.raises(CourseError) as refused:
        Lab.read(folder)
    for key in ("notebook", "title", "version", "exercises", "kernel.memory"):
        assert f"{key}: " in str(refused.value)


@pytest.mark.parametrize("content", [b"notebook = shapes", b"title = '\xff'"])
def test_what_is_no_toml(tmp_path: Path, content: bytes) -> None:
    folder = declare(tmp_path)
    (folder / "lab.toml").write_bytes(content)
    with pytest.raises(CourseError, match=r"notebooks/shapes/lab\.toml cannot be read: "):
        Lab.read(folder)


@pytest.mark.timeout(60)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with a name")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    folder = declare(tmp_path)
    (folder / "lab.toml").unlink()
    os.mkfifo(folder / "lab.toml")
    with pytest.raises(CourseError, match="it is a pipe or a device"):
        Lab.read(folder)
    os.mkfifo(tmp_path / "deadlines.toml")
    with pytest.raises(CourseError, match="it is a pipe or a device"):
        Deadlines.read(tmp_path / "deadlines.toml")
    os.mkfifo(tmp_path / "roster.json")
    assert read_json_object(tmp_path / "roster.json") is None


@pytest.mark.timeout(60)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with a name")
@pytest.mark.parametrize(
    "place",
    [
        "notebooks/shapes/public_names.json",
        "notebooks/shapes/evidence/area.py",
        "grader_tests/shapes/rules/area.py",
        "grader_tests/shapes/corpus/raising.txt",
        "source/shapes/shapes.ipynb",
        "release/shapes/helper.py",
    ],
)
def test_a_pipe_among_the_files_of_a_lab_is_named(tmp_path: Path, place: str) -> None:
    declare(tmp_path)
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(tmp_path / place)
    with pytest.raises(CourseError, match=f"{place} is a pipe"):
        course(tmp_path).lab()


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    """Windows' Notepad writes one."""
    folder = declare(tmp_path, text="\ufeff" + NEEDED)
    assert Lab.read(folder).title


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"notebooks/shapes/lab\.toml cannot be read: "):
        Lab.read(tmp_path / "notebooks" / "shapes")


class TestWhichLab:
    """``Course.lab`` with and without a name."""

    def test_none(self, tmp_path: Path) -> None:
        (tmp_path / "notebooks" / "notes").mkdir(parents=True)
        assert course(tmp_path).labs == {}
        for name in (None, "shapes"):
            for choose in (Course.lab, Course.chosen):
                with pytest.raises(CourseError, match=r"There is no lab in .*notebooks.*new-lab"):
                    choose(course(tmp_path), name)

    def test_the_only_one(self, tmp_path: Path) -> None:
        declare(tmp_path)
        assert course(tmp_path).lab().name == "shapes"
        assert course(tmp_path).lab("shapes") == course(tmp_path).lab()

    def test_several(self, tmp_path: Path) -> None:
        declare(tmp_path, "shapes")
        declare(tmp_path, "colours")
        assert list(course(tmp_path).labs) == ["colours", "shapes"]
        assert [each.name for each in course(tmp_path).chosen()] == ["colours", "shapes"]
        assert [each.name for each in course(tmp_path).chosen("shapes")] == ["shapes"]
        assert course(tmp_path).lab("colours").name == "colours"
        with pytest.raises(CourseError, match=r"several labs: name one of colours, shapes\."):
            course(tmp_path).lab()

    @pytest.mark.parametrize("name", ["shape", "", "../notebooks/shapes"])
    def test_one_that_is_not_there(self, tmp_path: Path, name: str) -> None:
        declare(tmp_path)
        with pytest.raises(CourseError, match=r"has no lab '.*'\. There is: shapes\."):
            course(tmp_path).lab(name)

    def test_one_that_cannot_be_read(self, tmp_path: Path) -> None:
        declare(tmp_path, "shapes")
        declare(tmp_path, "colours", text="")
        with pytest.raises(CourseError, match=r"notebooks/colours/lab\.toml: notebook: "):
            course(tmp_path).lab("shapes")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (
            "c.AlpacaCourse.workers = ",
            "nbgrader_config.py cannot be used: line 2, invalid syntax: c",
        ),
        ("c.AlpacaCourse.workers = '3'", "'workers' .* expected an int, not the str '3'"),
        ("c.AlpacaCourse.workers = -3", "'workers' .* less than 0"),
        ("c.AlpacaCourse.cell_timeout = 0", "'cell_timeout' .* less than 1"),
        ("c.AlpacaCourse.workers = lots", "cannot be used: line 2: NameError: name 'lots'"),
        ("raise SystemExit(0)", r"cannot be used: line 2: SystemExit: 0\."),
        ("import nowhere_to_be_found", "cannot be used: line 2: ModuleNotFoundError"),
        ("c.CourseDirectory.root = '/srv/other'", "root in .* is another folder: /srv/other"),
    ],
)
def test_settings_that_cannot_be_meant_are_told_in_words(
    tmp_path: Path, setting: str, said: str
) -> None:
    (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n{setting}\n")
    with pytest.raises(CourseError, match=said):
        Course.load(tmp_path)


def test_a_course_that_names_its_own_folder_is_in_it(tmp_path: Path) -> None:
    text = f"c = get_config()\nc.CourseDirectory.root = {str(tmp_path)!r}\n"
    (tmp_path / "nbgrader_config.py").write_text(text)
    assert Course.load(tmp_path).root == tmp_path.resolve()


@pytest.mark.parametrize("command", [("deadlines", "--json"), ("deadlines",)])
def test_a_full_disk_that_is_printed_to_is_told_without_a_traceback(
    pristine: Course, command: tuple[str, ...]
) -> None:
    program = Path(sys.executable).with_name("alpaca")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [program, *command], cwd=pristine.root, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
@pytest.mark.parametrize(("command", "code"), [("deadlines", 3), ("show nobody", 1)])
def test_where_nothing_can_be_told_on_the_way_the_work_is_done(
    course: Course, command: str, code: int
) -> None:
    (course.root / "deadline.toml").write_text("")  # told on standard error
    program = Path(sys.executable).with_name("alpaca")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [program, *command.split()], cwd=course.root, stdout=subprocess.PIPE, stderr=full,
            check=False,
        )  # fmt: skip
    assert done.returncode == code
    assert bool(done.stdout) is (code == 3)


@pytest.mark.skipif(os.name == "nt", reason="there no folder goes while somebody is in it")
def test_a_folder_that_is_gone_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.delenv(ROOT_VARIABLE, raising=False)
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(CourseError, match="not there any more"):
        Course.find()
