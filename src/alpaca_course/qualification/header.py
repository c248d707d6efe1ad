"""The header of a case: what the case is, what it changes, and what is expected of it.

It is checked in full: a key that is missing, unknown or of the wrong type is an error that names
the case and the key. Points are not among the keys: they follow from the rules that a case breaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from alpaca_course.contract.by_hand import problems
from alpaca_course.contract.states import State
from alpaca_course.errors import CourseError

Kind = Literal["alternative", "habit", "wrong", "hostile", "demo"]
KINDS: tuple[Kind, ...] = ("alternative", "habit", "wrong", "hostile", "demo")
Worth = Mapping[str, Mapping[str, int]]
"""What each rule is worth, by exercise and by the rule's id (``<exercise>.<rule>``)."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Edit(Strict):
    """Replace ``old``, which must stand exactly once in the plain solution's cell, by ``new``."""

    cell: str
    old: str = Field(min_length=1)
    new: str


class CopyCell(Strict):
    """A copy of a cell, metadata and all, right after it (a student's copy and paste)."""

    op: Literal["copy_cell"]
    cell: str


class DeleteCell(Strict):
    op: Literal["delete_cell"]
    cell: str


class RetypeCell(Strict):
    op: Literal["retype_cell"]
    cell: str
    to: Literal["markdown", "raw"]


class TagCell(Strict):
    op: Literal["tag_cell"]
    cell: str
    tags: list[str]


class EditMetadata(Strict):
    """Change fields of the cell's nbgrader metadata (``points``, ``grade``, ``grade_id``, …)."""

    op: Literal["edit_metadata"]
    cell: str
    set: dict[str, Any]


class DropMetadata(Strict):
    """Drop a cell's metadata, or with ``cell = "*"`` those of all cells and of the notebook."""

    op: Literal["drop_metadata"]
    cell: str


class EditSource(Strict):
    """Write another text into a cell, also where it is locked."""

    op: Literal["edit_source"]
    cell: str
    source: str


class AddCell(Strict):
    """A cell of the student's own that is no code, right after ``cell``."""

    op: Literal["add_cell"]
    cell: str
    kind: Literal["markdown", "raw"] = "markdown"
    source: str
    attachments: dict[str, dict[str, str]] = {}


class SplitCell(Strict):
    """Split a cell before the line ``line``; the second half keeps the metadata, too."""

    op: Literal["split_cell"]
    cell: str
    line: int = Field(ge=1)


class Written(Strict):
    """How the notebook's file is written, where not as Jupyter does.

    Attributes:
        replace: texts of the file to be replaced, by what.
        encoding: of the text; a character that it does not have becomes a question mark.
        tail: what follows the notebook in the file.
        zips: names of the archives around it, from the inside out.
    """

    replace: dict[str, str] = {}
    encoding: str = "utf-8"
    tail: str = ""
    zips: list[str] = []


Operation = Annotated[
    CopyCell
    | DeleteCell
    | RetypeCell
    | TagCell
    | EditMetadata
    | DropMetadata
    | EditSource
    | AddCell
    | SplitCell,
    Field(discriminator="op"),
]


class Honest(Strict):
    """What the same submission without its attack breaks; an attack may not gain over that.

    Attributes:
        fails, undecided: ids of rules.
        nothing: exercises of which it gives no evidence.
    """

    fails: list[str] = []
    undecided: list[str] = []
    nothing: list[str] = []


class Header(Strict):
    """What a case says about itself.

    Attributes:
        title: the misconception, way of writing or attack, in a few words.
        kind: as the folder that the file lies in.
        fails: ids of exactly the rules that fail; for a wrong case the intended one comes first.
        undecided: likewise the rules that cannot be decided.
        nothing: exercises of which no evidence arrives: they get no points, with a reason.
        advisories: likewise the advisories that show.
        message: words that the intended rule's message must contain (case does not matter), so
            that it names the misconception; of a habit, words that stand in what the student reads.
        edit: changes to the cells of the plain solution.
        notebook: changes to the notebook around the cells.
        file: the name under which the notebook is handed in; the lab's own without one, and empty
            where no notebook is.
        written: how its file is written.
        files: further files handed in, by name.
        start: what cells that the case does not mention hold: the plain solution, or nothing.
        through: "light" runs in the process of ``alpaca qualify``; "nbgrader" needs the whole
            grading room (the process dies, files beside the notebook, the gradebook, …).
        state: how grading ends; compared where it is given.
        notes: codes of the repairs and reasons that the record has; compared where they are given.
        honest: of a hostile case, what it breaks without the attack.
        amounts_to: why this forgery is as good as a solution, where it is one.
        varies: why it hangs on a library's version what a hostile case breaks of its own; its
            points are the most it may get then, and rules are not compared.
    """

    title: str = Field(min_length=8)
    kind: Kind
    fails: list[str]
    undecided: list[str] = []
    nothing: list[str] = []
    advisories: list[str] = []
    message: list[str] = []
    edit: list[Edit] = []
    notebook: list[Operation] = []
    file: str | None = None
    written: Written | None = None
    files: dict[str, str] = {}
    start: Literal["plain", "release"] = "plain"
    through: Literal["light", "nbgrader"] = "light"
    state: State | None = None
    notes: list[str] | None = None
    honest: Honest | None = None
    amounts_to: str | None = None
    varies: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Header:
        broken = bool(self.fails or self.undecided or self.nothing)
        if self.kind == "alternative" and broken:
            raise ValueError("an alternative has full points and no failing rule")
        if self.kind == "wrong" and not (self.fails and self.message):
            raise ValueError("a wrong case loses points, names `fails` and `message`")
        if (self.kind == "hostile") != (self.honest is not None):
            raise ValueError("`honest` belongs to every hostile case, and to no other")
        if self.varies and self.kind != "hostile":
            raise ValueError("`varies` is for hostile cases; others name rules exactly")
        if self.kind in ("habit", "demo") and self.state is None:
            raise ValueError("a habit or demo case names its `state`")
        return self

    def points(self, worth: Worth) -> dict[str, float]:
        """What the submission must get, by exercise."""
        return points_left(worth, self.fails, self.undecided, self.nothing)

    def honest_points(self, worth: Worth) -> dict[str, float]:
        """What the same submission gets without the attack, by exercise."""
        honest = self.honest or Honest()
        return points_left(worth, honest.fails, honest.undecided, honest.nothing)


def points_left(
    worth: Worth, fails: Iterable[str], undecided: Iterable[str], nothing: Iterable[str]
) -> dict[str, float]:
    """Points by exercise without those of the rules that fail or stay undecided."""
    lost = {*fails, *undecided}
    return {
        exercise: 0.0
        if exercise in nothing
        else float(sum(points for rule, points in rules.items() if rule not in lost))
        for exercise, rules in worth.items()
    }


def check_header(data: Mapping[str, Any], name: str, worth: Worth, advisories: set[str]) -> Header:
    """The header that ``data`` describes.

    Args:
        data: what was written.
        name: of the case.
        worth: the lab's rules.
        advisories: ids of the lab's advisories.

    Raises:
        CourseError: naming the case and each key that is missing, unknown or wrong.
    """
    try:
        header = Header.model_validate(dict(data))
    except ValidationError as error:
        raise CourseError(f"{name}: " + " ".join(problems(error))) from error
    honest = header.honest or Honest()
    rules = {rule for each in worth.values() for rule in each}
    for known, wanted, what in (
        (rules, (*header.fails, *header.undecided, *honest.fails, *honest.undecided), "rule"),
        (set(worth), (*header.nothing, *honest.nothing), "exercise"),
        (advisories, header.advisories, "advisory"),
    ):
        if unknown := sorted(set(wanted) - known):
            raise CourseError(f"{name}: there is no {what} {', '.join(unknown)}")
    if honest is header.honest and not header.amounts_to:
        points, without = header.points(worth), header.honest_points(worth)
        gains = [exercise for exercise in worth if points[exercise] > without[exercise]]
        if gains:
            raise CourseError(f"{name}: expects more than the honest part in {', '.join(gains)}")
    return header
