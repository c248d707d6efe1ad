"""The header of a case file: what the case is, what it changes, and what is expected of it.

A header is the module docstring of the case file, written in TOML. It is checked in full: a key
that is missing, unknown or of the wrong type is an error that names the file and the key.
"""

from __future__ import annotations

import tomllib
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Kind = Literal["alternative", "wrong", "hostile", "demo"]
KINDS: tuple[Kind, ...] = ("alternative", "wrong", "hostile", "demo")
EXERCISES = ("data_augmenter", "alpaca_model", "fine_tuning")
FULL_POINTS = {"data_augmenter": 20.0, "alpaca_model": 50.0, "fine_tuning": 30.0}


class HeaderError(Exception):
    """A case file's header is not complete; the text names the file and the key."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Points(Strict):
    """Points of each exercise; all three are written down, none is assumed."""

    data_augmenter: float = Field(ge=0, le=20)
    alpaca_model: float = Field(ge=0, le=50)
    fine_tuning: float = Field(ge=0, le=30)

    def of(self, exercise: str) -> float:
        return float(getattr(self, exercise))

    @property
    def total(self) -> float:
        return sum(self.of(exercise) for exercise in EXERCISES)


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


class MoveCell(Strict):
    """Move a cell to before another one."""

    op: Literal["move_cell"]
    cell: str
    before: str


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


class EditNotebookMetadata(Strict):
    """Replace top-level keys of the notebook's metadata."""

    op: Literal["edit_notebook_metadata"]
    set: dict[str, Any]


Operation = Annotated[
    CopyCell
    | DeleteCell
    | MoveCell
    | RetypeCell
    | TagCell
    | EditMetadata
    | DropMetadata
    | EditSource
    | EditNotebookMetadata,
    Field(discriminator="op"),
]


class Header(Strict):
    """What a case file says about itself.

    Attributes:
        title: the misconception, way of writing or attack, in a few words.
        kind: as the folder that the file lies in.
        points: what the submission must get, in the exercises that follow the changed one, too.
        fails: ids of exactly the rules that fail in the exercises whose cell the case changes (in
            all of them where it changes none); for a wrong case the intended one comes first.
        undecided: likewise the rules that cannot be decided; not compared where it is left out,
            since the points tell.
        advisories: likewise the advisories that show.
        message: words that the intended rule's message must contain (case does not matter), so
            that it names the misconception.
        edit: changes to the cells of the plain solution.
        notebook: changes to the notebook around the cells.
        files: further files handed in, by name.
        start: what cells that the case does not mention hold: the plain solution, or nothing.
        through: "light" runs in the warm process of ``alpaca qualify``; "nbgrader" needs the
            whole grading room (the process dies, files beside the notebook, the gradebook, …).
        state: how grading ends for a case that runs through nbgrader.
        honest: points of the same submission without the attack; a hostile case may not exceed it.
        amounts_to: why this forgery is as good as a solution, where it is one.
        varies: why it hangs on Keras' version what a hostile case breaks of its own; ``points``
            are the most it may get then, and rules are not compared.
    """

    title: str = Field(min_length=8)
    kind: Kind
    points: Points
    fails: list[str]
    undecided: list[str] | None = None
    advisories: list[str] = []
    message: list[str] = []
    edit: list[Edit] = []
    notebook: list[Operation] = []
    files: dict[str, str] = {}
    start: Literal["plain", "release"] = "plain"
    through: Literal["light", "nbgrader"] = "light"
    state: Literal["graded", "graded with repairs", "needs a person", "refused"] | None = None
    honest: Points | None = None
    amounts_to: str | None = None
    varies: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Header:
        full = self.points.total == 100
        if self.kind == "alternative" and (self.fails or self.undecided or not full):
            raise ValueError("an alternative has full points and no failing rule")
        if self.kind == "wrong" and (full or not self.fails or not self.message):
            raise ValueError("a wrong case loses points, names `fails` and `message`")
        if (self.kind == "hostile") != (self.honest is not None):
            raise ValueError("`honest` belongs to every hostile case, and to no other")
        if self.varies and self.kind != "hostile":
            raise ValueError("`varies` is for hostile cases; others name points and rules exactly")
        if self.kind == "demo" and self.state is None:
            raise ValueError("a demo case names its `state`")
        if self.honest is not None and not self.amounts_to:
            gains = [e for e in EXERCISES if self.points.of(e) > self.honest.of(e)]
            if gains:
                raise ValueError(f"expects more than the honest part in {', '.join(gains)}")
        for rule in (*self.fails, *(self.undecided or ()), *self.advisories):
            exercise, _, name = rule.partition(".")
            if exercise not in EXERCISES or not name:
                raise ValueError(f"{rule!r} is no rule id (<exercise>.<rule>)")
        return self


def parse_header(text: str, name: str) -> Header:
    """Read the TOML of a header.

    Raises:
        HeaderError: naming the file and each key that is missing, unknown or wrong.
    """
    try:
        return Header.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise HeaderError(f"{name}: the header is not TOML: {error}") from error
    except ValidationError as error:
        problems = [
            f"{'.'.join(str(part) for part in problem['loc']) or 'header'}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise HeaderError(f"{name}: " + "; ".join(problems)) from error
