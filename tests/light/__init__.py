"""A small course with the shape of the real one and without TensorFlow: the fast test bed."""

from __future__ import annotations

import contextlib
import io
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from alpaca_course.course import ASSIGNMENT, NOTEBOOK, Course

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[2]
DOUBLE = "# UNQ_C1\ndef double(x):\n    return 2 * x\n"
TOTAL = "# UNQ_C2\ntotal = base + 7\nwords = 'sum'\n"
WRONG_DOUBLE = "# UNQ_C1\ndef double(x):\n    return abs(2 * x)\n"
_EVIDENCE = """
### BEGIN HIDDEN TESTS
import os as _os
from IPython.display import display as _display
def _try(call):
    try:
        return call()
    except Exception as error:
        return repr(error)
_display({{"application/vnd.alpaca.evidence+json": {{
    "exercise": "{exercise}", "challenge": _os.environ["ALPACA_CHALLENGE"], {collect}
}}}}, raw=True)
0.0
### END HIDDEN TESTS"""


def _nbgrader(grade_id: str, **settings: Any) -> dict[str, Any]:
    return {
        "nbgrader": {
            "grade": False,
            "solution": False,
            "locked": True,
            "schema_version": 3,
            "task": False,
            "grade_id": grade_id,
            **settings,
        }
    }


def _solution(exercise: str, source: str) -> NotebookNode:
    return new_code_cell(
        source, id=exercise, metadata=_nbgrader(exercise, solution=True, locked=False)
    )


def _test(exercise: str, points: int, visible: str, collect: str) -> NotebookNode:
    name = f"test_{exercise}"
    source = visible + _EVIDENCE.format(exercise=exercise, collect=collect)
    return new_code_cell(source, id=name, metadata=_nbgrader(name, grade=True, points=points))


def source_notebook() -> NotebookNode:
    """The instructor's notebook: two exercises of 20 and 10 points, and a lesson cell."""
    double = DOUBLE.replace(
        "    return 2 * x",
        "    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION",
    )
    total = TOTAL.replace("total = ", "### BEGIN SOLUTION\ntotal = ") + "### END SOLUTION"
    return new_notebook(
        cells=[
            new_markdown_cell("# Light course, with `a < b` and $x<y$", id="title-1"),
            new_code_cell("import math\nimport helper", id="setup", metadata=_nbgrader("setup")),
            new_code_cell("base = helper.BASE", id="base-1"),
            _solution("double", double),
            _test(
                "double",
                20,
                "print('visible check')",
                '"values": [_try(lambda: double(3)), _try(lambda: double(-4))],',
            ),
            new_code_cell(
                "raise SystemError('lessons are not executed when grading')",
                id="lesson-1",
                metadata={"tags": ["lesson"]},
            ),
            _solution("total", total),
            _test("total", 10, "print(total)", '"total": _try(lambda: total),'),
        ],
        metadata={
            "alpaca_course": {"lab_version": "2.0"},
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        },
    )


def make_course(root: Path) -> Course:
    """The light course in ``root``, its release made by nbgrader."""
    root.mkdir(parents=True, exist_ok=True)
    text = (REPOSITORY / "nbgrader_config.py").read_text()
    settings = "    configure(c)\n    c.AlpacaCourse.isolation = 'trusted'\n"
    settings += "    c.AlpacaCourse.cell_timeout = 5\n    c.AlpacaCourse.total_timeout = 20\n"
    (root / "nbgrader_config.py").write_text(text.replace("    configure(c)\n", settings))
    (root / "grader_tests").mkdir()
    shutil.copy(HERE / "judge.py", root / "grader_tests" / "judge.py")
    source = root / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    nbformat.write(source_notebook(), source / f"{NOTEBOOK}.ipynb")
    (source / "helper.py").write_text("BASE = 3\n")
    course = Course.load(root)
    generate_assignment(course)
    return course


def generate_assignment(course: Course) -> None:
    from alpaca_course.gradebook.nbgrader_api import NbGrader

    with contextlib.redirect_stderr(io.StringIO()):
        NbGrader(course).generate_assignment()


def released(course: Course) -> NotebookNode:
    return nbformat.read(course.release / f"{NOTEBOOK}.ipynb", as_version=4)


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
