"""otter-grader on an equivalent notebook, in an environment of its own."""

from __future__ import annotations

import copy
import importlib.metadata
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from alpaca_course.course import Course
from alpaca_course.intake.released import ReleasedLab
from benchmarks import course as bench
from benchmarks.stock import our_cells
from benchmarks.timing import Command, CommandFailed, note, run

VERSION = "7.0.0"
# What the lab's kernel needs, in the versions that our grader has. Not all of constraints.txt:
# otter-grader asks for other versions of some of its own dependencies.
SAME_VERSIONS = ("ipykernel", "tensorflow-cpu", "keras", "numpy", "matplotlib")
RUNNER = Path(__file__).with_name("otter_run.py")
NAME = "lab"
_CONFIG = """\
# ASSIGNMENT CONFIG
name: lab
run_tests: false
export_cell: false
check_all_cell: false
tests:
  files: true
  ok_format: false
files:
"""
# The evidence that our test cells collect, in otter's exception-based form: a test that cannot
# collect all of it fails, so full marks mean that the same probes ran.
_TEST = '''\
""" # BEGIN TEST CONFIG
hidden: true
""" # END TEST CONFIG
def test_evidence(env):
    import secrets
    from IPython import get_ipython
    from alpaca_course.kernel import MIME_TYPE
    from alpaca_course.kernel.collect import collect
    shell = get_ipython()
    evidence = collect({exercise!r}, {lab!r}, shell.user_ns, secrets.token_hex(16))
    shell.display_pub.publish({{MIME_TYPE: evidence}}, metadata={{}})
    assert "error" not in evidence, evidence["error"]
'''


def master(source: NotebookNode, lab: ReleasedLab, reference: Mapping[str, str]) -> NotebookNode:
    """The instructor's notebook in the form that ``otter assign`` reads; no training."""
    files = "".join(f"- {name}\n" for name in sorted(lab.files))
    cells = [new_raw_cell(_CONFIG + files), *_cells(source, lab, reference)]
    return new_notebook(cells=cells, metadata={"kernelspec": source.metadata.kernelspec})


def _cells(
    source: NotebookNode, lab: ReleasedLab, reference: Mapping[str, str]
) -> Iterator[NotebookNode]:
    points = {each.id: each.points for each in lab.exercises}
    for cell in our_cells(source):
        identity = cell.metadata.get("nbgrader", {}).get("grade_id")
        if identity in lab.tests:
            continue
        if identity not in points:
            yield _plain(cell)
            continue
        yield new_raw_cell(f"# BEGIN QUESTION\nname: {identity}\npoints: {points[identity]:g}")
        yield new_markdown_cell(f"Exercise {identity}")
        yield new_raw_cell("# BEGIN SOLUTION")
        yield new_code_cell(reference[identity])
        yield new_raw_cell("# END SOLUTION")
        yield new_raw_cell("# BEGIN TESTS")
        yield new_code_cell(_TEST.format(exercise=identity, lab=lab.lab.name))
        yield new_raw_cell("# END TESTS")
        yield new_raw_cell("# END QUESTION")


def _plain(cell: NotebookNode) -> NotebookNode:
    make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
    return make(cell.source)


@dataclass(frozen=True)
class Otter:
    """An autograder made by ``otter assign``, and the notebook with its solutions.

    Attributes:
        root: where everything lies.
        python: of otter's environment.
        autograder: the zip file.
        solved: what submissions are made from.
        environment: of its commands.
    """

    root: Path
    python: Path
    autograder: Path
    solved: NotebookNode
    environment: Mapping[str, str]

    @classmethod
    def prepare(cls, course: Course, reference: Mapping[str, str]) -> Otter:
        python = environment(course)
        root = bench.folder_of_benchmarks(course) / "otter-lab"
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
        lab = ReleasedLab.load(bench.lab_of(course))
        for name, data in lab.files.items():
            (root / name).write_bytes(data)
        instructor = nbformat.read(lab.lab.instructor_notebook, as_version=4)
        notebook = master(instructor, lab, reference)
        nbformat.write(notebook, root / f"{NAME}.ipynb")
        # The collectors are the course's; otter's environment has no other part of the package.
        collectors = root / "code" / "notebooks" / lab.lab.name / "evidence"
        collectors.parent.mkdir(parents=True)
        collectors.symlink_to(lab.lab.evidence, target_is_directory=True)
        path = os.pathsep.join([str(course.root / "src"), str(root / "code")])
        variables = {**bench.environment(course), "PYTHONPATH": path}
        variables["PATH"] = f"{python.parent}:{variables['PATH']}"
        words = [str(python.with_name("otter")), "assign", f"{NAME}.ipynb", "dist"]
        run(Command(words, root, variables))
        (autograder,) = (root / "dist" / "autograder").glob("*.zip")
        solved = nbformat.read(root / "dist" / "autograder" / f"{NAME}.ipynb", as_version=4)
        return cls(root, python, autograder, solved, variables)

    def new_class(self, reference: Mapping[str, str], numbers: range, name: str) -> Command:
        """Write submissions; the command that grades them all in one process."""
        folder = self.root / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        paths = []
        for number in numbers:
            paths.append(folder / f"{bench.student(number)}.ipynb")
            nbformat.write(self._submission(reference, number), paths[-1])
        words = [str(self.python), "-P", str(RUNNER), str(self.autograder), *map(str, paths)]
        return Command(words, folder, self.environment)

    def _submission(self, reference: Mapping[str, str], number: int) -> NotebookNode:
        notebook = copy.deepcopy(self.solved)
        texts = bench.solutions(reference, number)
        changed = 0
        for cell in notebook.cells:
            for exercise, source in reference.items():
                if cell.source.strip() == source.strip():
                    cell.source = texts[exercise]
                    changed += 1
        if changed != len(reference):
            raise CommandFailed("`otter assign` changed the solutions it was given")
        return notebook


def environment(course: Course) -> Path:
    """Python of otter's environment, made once, with the course's versions of TensorFlow."""
    folder = bench.folder_of_benchmarks(course) / "otter"
    python = folder / "bin" / "python"
    stamp = folder / "requirements.txt"
    requirements = [
        f"otter-grader=={VERSION}",
        *(f"{name}=={importlib.metadata.version(name)}" for name in SAME_VERSIONS),
    ]
    wanted = "\n".join(requirements)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    note("making an environment for otter-grader ...")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *requirements], check=True)
    stamp.write_text(wanted, encoding="utf-8")
    return python
