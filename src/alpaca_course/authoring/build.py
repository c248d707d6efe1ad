"""Building the lab: script and helper files → ``source/`` → ``release/``, and checking both.

Where a lab has a page about its rules, ``docs/rules.md``, its points are kept, too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import read as read_notebook
from nbformat import reads as notebook_from
from nbformat.notebooknode import NotebookNode

from alpaca_course.authoring import script_rules
from alpaca_course.authoring.filling import (
    add_tests,
    facts,
    fill_files,
    fill_page,
    fill_text,
    unfilled,
)
from alpaca_course.authoring.leaks import leaks, rule_secrets, solution_secrets
from alpaca_course.authoring.problem import AuthoringError, Problem
from alpaca_course.authoring.release import make_release
from alpaca_course.authoring.script import read_script, write_notebook
from alpaca_course.authoring.trees import Change, Files, apply, differences, plan, read_tree
from alpaca_course.code import names, parsed
from alpaca_course.course import Course
from alpaca_course.judging.judge import load_exercises
from alpaca_course.lab import Lab

COLLECTOR_NAMES = ("EVIDENCE", "collect")
TEMPLATE_FUNCTIONS = ("prepare", "fingerprint", "begin")


@dataclass(frozen=True)
class Built:
    """What the script gives: folders as relative path → bytes, and the notebook itself.

    Of ``page``, in ``docs/``, there is one file or none.
    """

    notebook: NotebookNode
    source: dict[str, bytes]
    release: dict[str, bytes]
    page: dict[str, bytes]


def build(course: Course, lab: Lab) -> Built:
    """Build instructor and student version in memory; writes nothing below the course.

    Raises:
        AuthoringError: the script breaks a rule, nbgrader refuses it, or the release would
            show students what they must not see.
    """
    raw = read_tree(lab.helpers)
    script = _text(course, lab.script)
    rules = load_exercises(lab)
    points = {name: each.points for name, each in rules.items()}
    known = facts(lab, points)
    # Filled first: ids of cells follow from headings.
    notebook = read_script(fill_text(script, known), lab.version)
    found = script_rules.problems(notebook, lab)
    found += unfilled({_shown(course, lab.script): script, **_texts(course, lab, raw)}, known)
    found += _evidence_problems(course, lab)
    found += _collector_problems(course, lab)
    found += _template_problems(course, lab)
    name = lab.file_name
    if name in raw:
        found.append(Problem(_shown(course, lab.helpers / name), "has the notebook's own name"))
    if found:
        raise AuthoringError(found)
    add_tests(notebook, lab, points)
    helpers = fill_files(raw, known)
    source = dict(sorted({**helpers, name: write_notebook(notebook)}.items()))
    release = make_release(source, lab.name, course.config)
    released = notebook_from(release[name].decode(), as_version=4)
    found = script_rules.syntax_problems(released) + _leaks(lab, notebook, release)
    if found:
        raise AuthoringError(Problem(f"release: {p.where}", p.what) for p in found)
    page = {
        name: fill_page(data.decode(), rules.values()).encode()
        for name, data in _page(course, lab).items()
    }
    return Built(notebook, source, release, page)


def write(
    course: Course, lab: Lab, built: Built, *, dry_run: bool = False
) -> dict[str, list[Change]]:
    """Write what differs, and say for each file what happened (or, dry, would happen)."""
    changes: dict[str, list[Change]] = {}
    for folder, wanted, present in _places(course, lab, built):
        planned = plan(wanted, present)
        if not dry_run:
            apply(folder, wanted, planned)
        changes[_shown(course, folder)] = planned
    return changes


def check(course: Course, lab: Lab) -> list[Problem]:
    """What is wrong with the committed ``source/`` and ``release/``; nothing is written.

    The search for leaks covers all of ``release/``, also what the build did not make, but for the
    folders of other labs: a lesson there may show what is a solution here.
    """
    try:
        built = build(course, lab)
    except AuthoringError as error:
        # The committed release may leak all the same, whatever keeps the build from working.
        return [*error.problems, *_committed_leaks(course, lab, None)]
    found: list[Problem] = []
    for folder, wanted, present in _places(course, lab, built):
        found += differences(wanted, present, _shown(course, folder))
    return found + _committed_leaks(course, lab, built.notebook)


def _places(course: Course, lab: Lab, built: Built) -> Iterator[tuple[Path, Files, Files]]:
    """Each folder that the build writes into: what shall be there, and what is."""
    yield lab.source, built.source, read_tree(lab.source)
    yield lab.release, built.release, read_tree(lab.release)
    if built.page:
        yield course.page(lab, "rules").parent, built.page, _page(course, lab)


def _page(course: Course, lab: Lab) -> dict[str, bytes]:
    """The page about the rules, where the lab has one."""
    path = course.page(lab, "rules")
    return {path.name: path.read_bytes()} if path.is_file() else {}


def _committed_leaks(course: Course, lab: Lab, notebook: NotebookNode | None) -> list[Problem]:
    instructor = lab.instructor_notebook
    if notebook is None and instructor.is_file():
        notebook = read_notebook(instructor, as_version=4)
    if notebook is None or script_rules.unbalanced(notebook):
        return []
    root = lab.release.parent
    others = course.labs.keys() - {lab.name}
    files = {
        path: content
        for path, content in read_tree(root, ignore=()).items()
        if path.partition("/")[0] not in others
    }
    return [Problem(f"{root.name}/{p.where}", p.what) for p in _leaks(lab, notebook, files)]


def _leaks(lab: Lab, notebook: NotebookNode, release: Files) -> list[Problem]:
    exercises = script_rules.exercises(notebook)
    rules = rule_secrets(lab.name, read_tree(lab.grader_tests), exercises)
    return leaks(release, solution_secrets(notebook), rules)


def _evidence_problems(course: Course, lab: Lab) -> Iterator[Problem]:
    """Modules of ``evidence/`` that could not be loaded beside students' code; they are read."""
    for path in sorted(lab.evidence.rglob("*.py")):
        tree = parsed(_text(course, path))
        if tree is None:
            yield Problem(_shown(course, path), f"is no Python: {_where_not(path)}")
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom) and "grader_tests" in _roots(node):
                yield Problem(
                    f"{_shown(course, path)}, line {node.lineno}",
                    "imports grader_tests, which is never beside students' code",
                )


def _roots(node: ast.Import | ast.ImportFrom) -> set[str]:
    """The packages that a statement imports from."""
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]}
    return {each.name.partition(".")[0] for each in node.names}


def _where_not(path: Path) -> str:
    try:
        compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"{error.msg} (line {error.lineno})"
    except ValueError as error:
        return str(error)
    return "it cannot be parsed"


def _collector_problems(course: Course, lab: Lab) -> Iterator[Problem]:
    """Exercises whose collector is not there, or lacks what a test cell asks it for; it is read."""
    for exercise in lab.exercises:
        path = lab.evidence / f"{exercise.cell}.py"
        if not path.is_file():
            yield Problem(
                _shown(course, path), f"is not there: the collector of exercise '{exercise.cell}'"
            )
            continue
        text = _text(course, path)
        if parsed(text) is None:  # said of all modules of the folder
            continue
        binds, _ = names(text)
        for name in COLLECTOR_NAMES:
            if name not in binds:
                yield Problem(_shown(course, path), f"has no {name}, as a collector needs")


def _template_problems(course: Course, lab: Lab) -> Iterator[Problem]:
    """What the module that prepares the lab's template lacks; it is read, not run."""
    if not lab.kernel.template:
        return
    path = lab.evidence / f"{lab.kernel.template}.py"
    tree = parsed(_text(course, path))
    there = {each.name for each in tree.body if isinstance(each, ast.FunctionDef)} if tree else ()
    for name in TEMPLATE_FUNCTIONS:
        if name not in there:
            yield Problem(_shown(course, path), f"has no function {name}(), as a template needs")


def _text(course: Course, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AuthoringError([Problem(_shown(course, path), f"cannot be read: {error}")]) from error


def _texts(course: Course, lab: Lab, helpers: Files) -> dict[str, str]:
    return {
        _shown(course, lab.helpers / name): data.decode("utf-8", "replace")
        for name, data in helpers.items()
    }


def _shown(course: Course, path: Path) -> str:
    return path.relative_to(course.root).as_posix()
