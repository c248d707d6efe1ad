"""A second lab in a course of its own, without TensorFlow: the fast test bed.

It lies in ``course/`` as an author writes it, and is built as any lab is. Its script and its helper
file end in ``.txt``, so that no tool takes them for the project's own.
"""

from __future__ import annotations

import contextlib
import io
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from alpaca_course.authoring.build import build, write
from alpaca_course.course import CONFIG_FILE, Course
from alpaca_course.gradebook.nbgrader_api import NbGrader

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
ASSIGNMENT = "light_lab"
NOTEBOOK = "light"
VERSION = "2.0"
DOUBLE = "# UNQ_C1\ndef double(x):\n    return 2 * x\n"
TOTAL = "# UNQ_C2\ntotal = base + 7\nwords = 'sum'\n"
WRONG_DOUBLE = "# UNQ_C1\ndef double(x):\n    return abs(2 * x)\n"
_PREPARED = """
import builtins

def prepare():
    builtins.prepared = "by the template"

def fingerprint():
    return builtins.prepared

def begin():
    pass
"""
# Ids of the two cells that nbgrader knows nothing of: one of the lab's own, and a lesson.
OPEN_CELL = "base-2"
LESSON = "lesson-2"


def make_course(root: Path) -> Course:
    """The light course in ``root``, its lab built and in its gradebook."""
    course = lay_out(root)
    lab = course.lab()
    write(course, lab, build(course, lab))
    with contextlib.redirect_stderr(io.StringIO()):
        NbGrader(course, lab).ensure_assignment()
    return course


def lay_out(root: Path) -> Course:
    """The light course in ``root`` as its author wrote it: nothing is built."""
    shutil.copytree(
        HERE / "course",
        root,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for path in root.rglob("*.py.txt"):
        path.rename(path.with_suffix(""))
    text = (REPOSITORY / CONFIG_FILE).read_text()
    settings = "    configure(c)\n    c.AlpacaCourse.isolation = 'trusted'\n"
    settings += "    c.AlpacaCourse.cell_timeout = 5\n    c.AlpacaCourse.total_timeout = 20\n"
    (root / CONFIG_FILE).write_text(text.replace("    configure(c)\n", settings))
    return Course.load(root)


def with_template(course: Course) -> Course:
    """``course`` with a lab that declares a template, which has nothing to save."""
    lab = course.lab()
    (lab.evidence / "prepared.py").write_text(_PREPARED)
    declared = lab.folder / "lab.toml"
    declared.write_text(declared.read_text() + '\n[kernel]\ntemplate = "prepared"\n')
    return Course.load(course.root)


def released(course: Course) -> NotebookNode:
    return nbformat.read(course.lab().released_notebook, as_version=4)


def cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """The cell with a grade id or a cell id."""
    return next(
        each
        for each in notebook.cells
        if grade_id in (each.metadata.get("nbgrader", {}).get("grade_id"), each.get("id"))
    )


def position(notebook: NotebookNode, grade_id: str) -> int:
    return notebook.cells.index(cell(notebook, grade_id))


def solved(
    course: Course, double: str = DOUBLE, total: str = TOTAL, extra: Iterable[str] = ()
) -> NotebookNode:
    """The released notebook with answers, and further cells right before the first answer."""
    notebook = released(course)
    cell(notebook, "double").source = double
    cell(notebook, "total").source = total
    at = position(notebook, "double")
    notebook.cells[at:at] = [new_code_cell(source) for source in extra]
    return notebook


def hand_in(
    course: Course, student: str, notebook: NotebookNode | bytes, name: str = f"{NOTEBOOK}.ipynb"
) -> Path:
    folder = course.submitted / student / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    if isinstance(notebook, bytes):
        path.write_bytes(notebook)
    else:
        path.write_text(nbformat.writes(notebook))
    return path


Edit = Callable[[NotebookNode], None]
