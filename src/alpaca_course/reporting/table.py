"""The table of the class for the terminal."""

from __future__ import annotations

from rich import box
from rich.table import Table
from rich.text import Text

from alpaca_course.contract.grade import Score
from alpaca_course.contract.states import State, printable
from alpaca_course.judging.result import Result
from alpaca_course.reporting.records import ClassRecord, in_few_words

# Colour repeats what the word says already.
_STYLES = {
    State.GRADED: "",
    State.REPAIRED: "cyan",
    State.NEEDS_PERSON: "yellow",
    State.REFUSED: "red",
}


def class_table(record: ClassRecord) -> Table:
    """Result, points by exercise, total, state, and what went wrong in a few words."""
    table = Table(
        title=record.assignment,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        collapse_padding=True,
        pad_edge=False,
    )
    table.add_column("submission", no_wrap=True, overflow="ellipsis", max_width=24)
    for exercise in record.exercises:
        # Spaces instead of underscores, so that a narrow terminal breaks the words apart.
        heading = f"{exercise.id.replace('_', ' ')}\nof {exercise.max_points:g}"
        table.add_column(heading, justify="right", max_width=9)
    table.add_column(f"total\nof {record.max_points:g}", justify="right")
    # Broken within a word rather than cut: "gr…" may be three states.
    table.add_column("state", max_width=9, overflow="fold")
    late = bool(record.excused) or any(each.lateness.in_short for each in record.submissions)
    if late:
        table.add_column("late", max_width=12)
    table.add_column("what went wrong", overflow="fold", ratio=1)
    for submission in record.submissions:
        table.add_row(*_row(record, submission, late))
    for student in record.missing:
        cells = ["–"] * (len(record.exercises) + 1)
        excused = ["excused" if student in record.excused else ""] * late
        table.add_row(_plain(student), *cells, "not handed in", *excused, "")
    return table


def points_cell(score: Score | None) -> str:
    """Points of one exercise, with a star where a person changed them."""
    return "–" if score is None else f"{score.points:g}{'*' * score.by_hand}"


def _row(record: ClassRecord, submission: Result, late: bool) -> list[Text]:
    cells = [_plain(submission.student)]
    for exercise in record.exercises:
        cells.append(Text(points_cell(submission.scores.get(exercise.id))))
    cells.append(Text(f"{submission.total:g}" if submission.scores else "–", style="bold"))
    cells.append(Text(submission.state.value, style=_STYLES[submission.state]))
    if late:
        cells.append(_plain(submission.lateness.in_short))
    cells.append(_plain(in_few_words(submission)))
    return cells


def _plain(text: str) -> Text:
    """A cell in which square brackets are square brackets."""
    return Text(printable(text))
