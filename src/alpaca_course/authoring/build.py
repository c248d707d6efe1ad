"""Building the lab: script and helper files → ``source/`` → ``release/``, and checking both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nbformat import read as read_notebook
from nbformat import reads as notebook_from
from nbformat.notebooknode import NotebookNode

from alpaca_course.authoring import script_rules as validate
from alpaca_course.authoring.leaks import leaks, rule_secrets, solution_secrets
from alpaca_course.authoring.problem import AuthoringError, Problem
from alpaca_course.authoring.release import make_release
from alpaca_course.authoring.script import lab_version, read_script, write_notebook
from alpaca_course.authoring.trees import Change, Files, apply, differences, plan, read_tree
from alpaca_course.course import ASSIGNMENT, NOTEBOOK, Course

HELPERS = "helpers"
CHECKS = "lab_checks.py"


@dataclass(frozen=True)
class Built:
    """What the script gives: two folders as relative path → bytes, and the notebook itself."""

    notebook: NotebookNode
    source: dict[str, bytes]
    release: dict[str, bytes]


def build(course: Course) -> Built:
    """Build instructor and student version in memory; writes nothing below the course.

    Raises:
        AuthoringError: the script breaks a rule, nbgrader refuses it, or the release would
            show students what they must not see.
    """
    helpers = read_tree(course.notebooks / HELPERS)
    notebook = read_script(_script(course), _lab_version(course, helpers))
    found = validate.problems(notebook)
    name = f"{NOTEBOOK}.ipynb"
    if name in helpers:
        found.append(Problem(f"notebooks/{HELPERS}/{name}", "has the name of the lab's notebook"))
    if found:
        raise AuthoringError(found)
    source = dict(sorted({**helpers, name: write_notebook(notebook)}.items()))
    release = make_release(source, ASSIGNMENT, course.config)
    released = notebook_from(release[name].decode(), as_version=4)
    found = validate.syntax_problems(released) + _leaks(course, notebook, release)
    if found:
        raise AuthoringError(Problem(f"release: {p.where}", p.what) for p in found)
    return Built(notebook, source, release)


def write(course: Course, built: Built, *, dry_run: bool = False) -> dict[str, list[Change]]:
    """Write what differs, and say for each file what happened (or, dry, would happen)."""
    changes: dict[str, list[Change]] = {}
    for folder, wanted in ((course.source, built.source), (course.release, built.release)):
        planned = plan(wanted, read_tree(folder))
        if not dry_run:
            apply(folder, wanted, planned)
        changes[folder.relative_to(course.root).as_posix()] = planned
    return changes


def check(course: Course) -> list[Problem]:
    """What is wrong with the committed ``source/`` and ``release/``; nothing is written.

    The search for leaks covers all of ``release/``, also what the build did not make.
    """
    try:
        built = build(course)
    except AuthoringError as error:
        # The committed release may leak all the same, whatever keeps the build from working.
        return [*error.problems, *_committed_leaks(course, None)]
    found: list[Problem] = []
    for folder, wanted in ((course.source, built.source), (course.release, built.release)):
        shown = folder.relative_to(course.root).as_posix()
        found += differences(wanted, read_tree(folder), shown)
    return found + _committed_leaks(course, built.notebook)


def _committed_leaks(course: Course, notebook: NotebookNode | None) -> list[Problem]:
    instructor = course.source / f"{NOTEBOOK}.ipynb"
    if notebook is None and instructor.is_file():
        notebook = read_notebook(instructor, as_version=4)
    if notebook is None or validate.unbalanced(notebook):
        return []
    root = course.release.parent
    files = read_tree(root, ignore=())
    return [Problem(f"{root.name}/{p.where}", p.what) for p in _leaks(course, notebook, files)]


def _leaks(course: Course, notebook: NotebookNode, release: Files) -> list[Problem]:
    exercises = validate.exercises(notebook)
    rules = rule_secrets(read_tree(course.rules), exercises)
    return leaks(release, solution_secrets(notebook), rules)


def _script(course: Course) -> str:
    return _text(course, course.script)


def _lab_version(course: Course, helpers: Files) -> str:
    where = f"notebooks/{HELPERS}/{CHECKS}"
    if CHECKS not in helpers:
        raise AuthoringError([Problem(where, "missing; it says the LAB_VERSION")])
    try:
        return lab_version(helpers[CHECKS].decode())
    except (ValueError, SyntaxError) as error:
        raise AuthoringError([Problem(where, f"no LAB_VERSION: {error}")]) from error


def _text(course: Course, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        where = path.relative_to(course.root).as_posix()
        raise AuthoringError([Problem(where, f"cannot be read: {error}")]) from error
