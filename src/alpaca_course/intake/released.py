"""The released lab as grading needs it: cells, exercises and the full test cells."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from alpaca_course.code import know, parsed
from alpaca_course.contract.cells import is_solution, is_test
from alpaca_course.errors import CourseError
from alpaca_course.gate.attributes import NONE, Attributes
from alpaca_course.gate.helpers import helper_modules
from alpaca_course.gate.policy import ModuleNames, Policy, read_list
from alpaca_course.lab import Lab

_MARKER_LINE = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION.*\n?", re.MULTILINE)
_IGNORED = (".ipynb_checkpoints", "__pycache__")


@dataclass(frozen=True)
class GradedCell:
    """One graded cell with its test cell.

    Attributes:
        id: grade id of the solution cell, and the exercise's name in evidence and judge.
        test_id: grade id of the test cell.
        points: what it is worth.
        marker: comment by which the cell can be found when its metadata are lost; may be empty.
        functions: names of the functions it defines.
        variables: names it assigns, where it defines no function.
        words: names that a solution uses and the cell as handed out does not.
    """

    id: str
    test_id: str
    points: float
    marker: str
    functions: frozenset[str]
    variables: frozenset[str]
    words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ReleasedLab:
    """The lab that submissions are graded with.

    Attributes:
        lab: what it declares.
        notebook: what students were given.
        tests: source of each test cell with its hidden part, by grade id.
        exercises: in the order of the notebook.
        version: ``lab_version`` of the notebook's metadata; empty where it has none.
        files: helper files released with the notebook, by relative path.
        reference: the instructor's graded cells without nbgrader's markers, by grade id.
    """

    lab: Lab
    notebook: NotebookNode
    tests: Mapping[str, str]
    exercises: tuple[GradedCell, ...]
    version: str
    files: Mapping[str, bytes]
    reference: Mapping[str, str]

    @classmethod
    def load(cls, lab: Lab) -> ReleasedLab:
        """Read ``source/`` and ``release/``.

        Raises:
            CourseError: one of the notebooks is missing or they do not belong together.
        """
        released = _notebook(lab.released_notebook)
        instructor = _notebook(lab.instructor_notebook)
        tests = {
            cell.metadata.nbgrader.grade_id: cell.source
            for cell in instructor.cells
            if is_test(cell)
        }
        missing = {_grade_id(cell) for cell in released.cells if is_test(cell)} ^ set(tests)
        if missing:
            raise CourseError(
                f"source/ and release/ differ in the test cells {sorted(map(str, missing))}: "
                "run `alpaca build`."
            )
        files = _files(lab.release)
        _same_files(lab, files)
        reference = {
            cell.metadata.nbgrader.grade_id: _MARKER_LINE.sub("", cell.source)
            for cell in instructor.cells
            if is_solution(cell)
        }
        know(cell.source for cell in released.cells if cell.cell_type == "code")
        know((*tests.values(), *reference.values()))
        return cls(
            lab=lab,
            notebook=released,
            tests=tests,
            exercises=_exercises(instructor, released, lab),
            version=_lab_version(released),
            files=files,
            reference=reference,
        )

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """Text of each cell by its grade id and by its id."""
        return {
            name: cell.source
            for cell in self.notebook.cells
            for name in (_grade_id(cell), cell.get("id"))
            if name
        }

    @cached_property
    def policy(self) -> Policy:
        """What students' code may use without a person's look.

        Raises:
            CourseError: the list of the lab's libraries is missing or cannot be read.
        """
        code = [cell.source for cell in self.notebook.cells if cell.cell_type == "code"]
        modules, attributes = _libraries(self.lab)
        helpers = helper_modules(self.files, code, self.lab.gate.deny)
        return Policy({**modules, **helpers}, attributes)


def _libraries(lab: Lab) -> tuple[Mapping[str, ModuleNames], Attributes]:
    if not lab.gate.imports:
        return {}, NONE
    both = lab.public_names, lab.known_attributes
    try:
        first, second = (path.stat().st_mtime_ns for path in both)
        return read_list(*both, (first, second))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(
            f"{both[0]} or {both[1].name} cannot be read ({error}): run `alpaca gate --write-list`."
        ) from None


def _lab_version(notebook: NotebookNode) -> str:
    found = notebook.metadata.get("alpaca_course", {})
    return str(found.get("lab_version", "")) if isinstance(found, dict) else ""


def defined_names(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """Functions that ``source`` defines and variables it assigns, at the top level.

    Works on code that does not parse, too: a student's cell may hold a syntax error.
    """
    tree = parsed(source)
    if tree is None:
        functions = re.findall(r"^(?:async\s+)?def\s+(\w+)", source, re.MULTILINE)
        variables = re.findall(r"^(\w+)\s*=[^=]", source, re.MULTILINE)
        return frozenset(functions), frozenset(variables)
    functions = [
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    targets = [
        target
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return frozenset(functions), frozenset(t.id for t in targets if isinstance(t, ast.Name))


def words(source: str) -> frozenset[str]:
    """Names, attributes and keywords that ``source`` uses; none where it is not Python."""
    tree = parsed(source)
    fields = [
        getattr(node, field, None)
        for node in (ast.walk(tree) if tree else ())
        for field in ("id", "attr", "arg")
    ]
    return frozenset(field for field in fields if isinstance(field, str))


def imports(source: str) -> list[ast.stmt]:
    """Import statements of ``source`` at the top level or in a ``with`` block of it."""
    tree = parsed(source)
    if tree is None:
        return []
    blocks = [tree.body, *(node.body for node in tree.body if isinstance(node, ast.With))]
    return [
        node for block in blocks for node in block if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def _notebook(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise CourseError(f"{path} is missing: run `alpaca build`.") from None
    except Exception as error:
        raise CourseError(f"{path} cannot be read ({error}): run `alpaca build`.") from error


def _grade_id(cell: NotebookNode) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _exercises(
    instructor: NotebookNode, released: NotebookNode, lab: Lab
) -> tuple[GradedCell, ...]:
    found: list[GradedCell] = []
    stubs = {_grade_id(cell): cell.source for cell in released.cells}
    markers = {each.cell: each.marker for each in lab.exercises}
    solution: NotebookNode | None = None
    for cell in instructor.cells:
        if is_solution(cell):
            solution = cell
        elif is_test(cell):
            if solution is None:
                raise CourseError(f"test cell {_grade_id(cell)} follows no solution cell")
            functions, variables = defined_names(solution.source)
            found.append(
                GradedCell(
                    id=solution.metadata.nbgrader.grade_id,
                    test_id=cell.metadata.nbgrader.grade_id,
                    points=float(cell.metadata.nbgrader.points),
                    marker=markers.get(solution.metadata.nbgrader.grade_id, ""),
                    functions=functions,
                    variables=frozenset() if functions else variables,
                    words=words(solution.source) - words(stubs.get(_grade_id(solution), "")),
                )
            )
            solution = None
    if not found:
        raise CourseError("the instructor's notebook has no graded cell")
    return tuple(found)


def _same_files(lab: Lab, released: Mapping[str, bytes]) -> None:
    """Without a helper that students were handed, an honest answer fails.

    Raises:
        CourseError: names what the release lacks, or has otherwise than ``source/``.
    """
    made = _files(lab.source)
    wrong = [name for name, data in made.items() if released.get(name) != data]
    if wrong:
        raise CourseError(
            f"release/{lab.name} does not have these as source/{lab.name} has them: "
            f"{', '.join(wrong)}. Run `alpaca build`."
        )


def _files(release: Path) -> dict[str, bytes]:
    return {
        path.relative_to(release).as_posix(): path.read_bytes()
        for path in sorted(release.rglob("*"))
        if path.is_file()
        and path.suffix not in (".ipynb", ".pyc")
        and not any(_is_hidden(part) for part in path.relative_to(release).parts)
    }


def _is_hidden(name: str) -> bool:
    """What tools leave where they run, and what is no part of a lab."""
    return name in _IGNORED or name.startswith(".")
