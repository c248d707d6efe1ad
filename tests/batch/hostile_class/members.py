"""The lab's class: honest submissions, and as many that are hostile or broken, in turn."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from alpaca_course.course import Course
from alpaca_course.qualification.case import Case, CaseReader
from alpaca_course.qualification.submission import build_submission

# The lab that the class works on.
LAB = "transfer_learning_mobilenet"
FILE = "transfer_learning_with_mobilenet.ipynb"
GRADED, REPAIRED = "graded", "graded with repairs"
PERSON, REFUSED = "needs a person", "refused"
READER = CaseReader.of(Course.load(Path(__file__).resolve().parents[3]).lab(LAB))
NOTHING = dict.fromkeys(READER.worth, 0.0)
# What the submission earns that holds one wrong answer and nothing else.
WRONG_AUGMENTER = READER.plain["data_augmenter"].replace(
    "RandomRotation(0.2)", "RandomRotation(0.9)"
)
_WORTH = READER.worth["data_augmenter"]
SMALL = {
    **NOTHING,
    "data_augmenter": float(sum(_WORTH.values()) - _WORTH["data_augmenter.rotation_range"]),
}

HONEST = (
    "demo/full_marks",
    "demo/full_marks_another_way",
    "demo/several_wrong",
    "demo/vertical_flip",
    "demo/freeze_loop_sets_true",
    "alternative/c2_inlined_augmentation",
)

# What is known to work against nbgrader as it is, and what needs the whole grading room; the rest
# of the corpus is run by the tests of the hidden tests.
CORPUS = (
    "ast_transformer",
    "background_process",
    "endless_loop_in_own_cell",
    "equal_to_everything",
    "gradebook_written",
    "input_transformer",
    "later_update_of_display",
    "notebook_edited_on_disk",
    "numpy_patched",
    "partial_credit_nan",
    "points_raised",
    "process_dies_through_nbgrader",
    "process_ends",
    "rules_imported",
    "run_cell_replaced",
    "shadowing_file",
    "shadowing_helper",
    "showtraceback_patched",
    "skip_tag",
    "stderr_flood",
    "sys_exit",
    "test_cell_copied",
    "test_cell_deleted",
    "test_cell_is_a_solution",
    "test_cell_is_no_test",
    "test_cell_raw",
)


@dataclass(frozen=True)
class Member:
    """One submission.

    Attributes:
        name: what it is; the student's id is made of it and of its place in the class.
        kind: "honest", "hostile" or "broken".
        files: what is handed in, by name.
        most: points by exercise that it may get at most.
        exact: whether it must get these.
        states: in one of which it must end.
        twin: for an honest one, the name of the same work without textual differences.
    """

    name: str
    kind: str
    files: Mapping[str, bytes]
    most: Mapping[str, float]
    exact: bool = False
    states: tuple[str, ...] = (GRADED,)
    twin: str = ""


def whole_class(cases: Sequence[Case], release: NotebookNode) -> dict[str, Member]:
    """Attacks on the tests, the notebook and the grading room, and what is broken by accident."""
    bad = [*hostile_corpus(cases, release), *broken(release)]
    return in_turn(_variants(cases, release), bad)


def in_turn(honest: Iterable[Member], bad: Sequence[Member]) -> dict[str, Member]:
    """All members by student id, in the order in which they are graded, as many honest as others.

    Of four in a row the middle two are hostile, so that with two workers in step each of them
    still gets an honest one right after a hostile one.
    """
    members: list[Member] = []
    for number, (good, other) in enumerate(
        zip(itertools.islice(honest, len(bad)), bad, strict=True)
    ):
        members += [good, other] if number % 2 == 0 else [other, good]
    return {f"s{number:03}_{each.kind}_{each.name}": each for number, each in enumerate(members)}


def alone(cases: Sequence[Case], release: NotebookNode) -> dict[str, Member]:
    """The honest submissions once each, by name."""
    by_name = {case.name: case for case in cases}
    return {
        **{_short(name): _honest(by_name[name], release, "") for name in HONEST},
        "small": _honest_small(release, ""),
    }


def _variants(cases: Sequence[Case], release: NotebookNode) -> Iterator[Member]:
    """Honest submissions without end, no two of the same text.

    Every second one is cheap to run and a program of its own, so that it is executed; the others
    share the executions of their kind.
    """
    by_name = {case.name: case for case in cases}
    for number in itertools.count():
        for place, name in enumerate(HONEST):
            yield _honest(by_name[name], release, f"\n# variant {number}\n")
            yield _honest_small(release, f"\nvariant = {number}, {place}\n")


def _honest(case: Case, release: NotebookNode, ending: str) -> Member:
    solutions = {e: text.rstrip("\n") + ending for e, text in case.solutions.items()}
    notebook = replace(case, solutions=solutions).notebook(release)
    return Member(
        _short(case.name),
        "honest",
        _notebook(notebook),
        dict(case.points),
        exact=True,
        twin=_short(case.name),
    )


def _honest_small(release: NotebookNode, ending: str) -> Member:
    notebook = _small(release, ending)
    return Member("small", "honest", _notebook(notebook), SMALL, exact=True, twin="small")


def hostile_corpus(cases: Sequence[Case], release: NotebookNode) -> Iterator[Member]:
    """Attacks on the tests, the notebook and the grading room."""
    by_name = {case.name: case for case in cases}
    for name in CORPUS:
        case = by_name[f"hostile/{name}"]
        files = {key: text.encode() for key, text in case.header.files.items()}
        yield Member(
            name,
            "hostile",
            {**_notebook(case.notebook(release)), **files},
            dict(case.honest),
            # A cell of the student's own that ended the kernel is left out, and a person told.
            states=(GRADED, REPAIRED, PERSON),
        )


def broken(release: NotebookNode) -> Iterator[Member]:
    """What students hand in by accident."""
    whole = _notebook(_small(release))[FILE]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(FILE, whole)
    for name, content in {
        "empty_file": b"",
        "cut_in_two": whole[: len(whole) // 2],
        "not_a_notebook": b'{"cells": 3}',
    }.items():
        yield Member(name, "broken", {FILE: content}, NOTHING, True, states=(REFUSED,))
    yield Member("nothing", "broken", {"notes.txt": b"sorry"}, NOTHING, True, states=(REFUSED,))
    packed = {FILE: archive.getvalue()}
    yield Member("archive", "broken", packed, SMALL, True, states=(REPAIRED,))
    old = _small(release)
    old.metadata["alpaca_course"] = {"lab_version": "0.1"}
    yield Member("old_version", "broken", _notebook(old), SMALL, True, states=(PERSON,))
    renamed = {"final (2).ipynb": _notebook(_small(release))[FILE]}
    yield Member("renamed", "broken", renamed, SMALL, True, states=(REPAIRED,))


def _small(release: NotebookNode, ending: str = "") -> NotebookNode:
    return build_submission(release, {"data_augmenter": WRONG_AUGMENTER + ending}, (), [])


def _notebook(notebook: NotebookNode) -> dict[str, bytes]:
    return {FILE: nbformat.writes(notebook).encode()}


def _short(name: str) -> str:
    return name.partition("/")[2]
