"""``alpaca similar``: graded cells that are unusually alike, for a person to read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from alpaca_course.cli.console import JsonOption, LabArgument, course, err, out, print_json
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from alpaca_course.similarity.cells import Answers
    from alpaca_course.similarity.pairs import Pair

CAUTION = (
    "What this shows are passages that two have and few others. It does not show why. In a lab "
    "whose right answers are alike, two people write the same by themselves; a lecture, a tutor, a "
    "forum or an assistant gives the same to both; and who worked together may have been allowed "
    "to. Read both cells, and ask before you conclude. No points depend on it, nothing of it is "
    "kept, and no student sees it."
)
SHOWN = 20


def register(app: typer.Typer) -> None:
    app.command("similar")(similar)


def similar(
    lab: LabArgument = None,
    pair: Annotated[
        tuple[str, str] | None,
        typer.Option("--pair", help="Show the cells of these two, what is alike in ⟦…⟧."),
    ] = None,
    common: Annotated[
        float, typer.Option(min=0, max=100, help="Percent of the class that makes a passage usual.")
    ] = 20,
    least: Annotated[
        int, typer.Option(min=1, help="Characters that a pair has to share at least.")
    ] = 40,
    json: JsonOption = False,
) -> None:
    """List pairs of graded cells that are unusually alike.

    What was handed out, the lab's own answer, and what more than `--common` percent of the class
    wrote is taken out before. Nothing else runs this: it is there when you ask for it.
    """
    from alpaca_course.contract.ids import spelled
    from alpaca_course.similarity.cells import alike_in_class, read_answers
    from alpaca_course.similarity.pairs import Options

    place = course()
    spec = place.lab(lab)
    answers = read_answers(place, spec)
    found = alike_in_class(spec, answers, Options(common / 100, least))
    if pair:
        wanted = {spelled(each) for each in pair}
        if unknown := sorted(wanted - answers.students):
            raise CourseError(f"No answer is kept of {', '.join(unknown)}: nothing is compared.")
        found = [each for each in found if {each.first, each.second} == wanted]
    if json:
        print_json(
            {
                "caution": CAUTION,
                "pairs": [vars(each) for each in found],
                "unread": list(answers.unread),
            }
        )
        return
    out.print(CAUTION, style="italic")
    if answers.unread:
        err.print(f"Not read: {', '.join(answers.unread)}.")
    if not found:
        out.print("\nNothing is unusually alike." if not pair else "\nThese two are not.")
    elif pair:
        _show_cells(found, answers)
    else:
        out.print(_table(found))


def _table(found: list[Pair]) -> Table:
    title = f"{len(found)} pairs" + f", the first {SHOWN} of them" * (len(found) > SHOWN)
    table = Table(
        "students", "exercise", "alike in", "characters", "of what is theirs", title=title
    )
    for each in found[:SHOWN]:
        row = (
            f"{each.first} and {each.second}", each.exercise, each.look, str(each.shared),
            f"{each.share:.0%}",
        )  # fmt: skip
        table.add_row(*map(Text, row))
    return table


def _show_cells(found: Iterable[Pair], answers: Answers) -> None:
    from alpaca_course.contract.states import printable
    from alpaca_course.similarity.pairs import marked

    for each in found:
        for student, passages in zip((each.first, each.second), each.passages, strict=True):
            out.rule(Text(f"{each.exercise} of {printable(student)}, alike in {each.look}"))
            text = answers.texts[each.exercise][student]
            for part, is_alike in marked(text, passages):
                # Nothing in it may steer a terminal; indentation is meant.
                shown = "".join(c if c.isprintable() or c == "\n" else "�" for c in part)
                out.print(
                    Text(f"⟦{shown}⟧", style="bold") if is_alike else Text(shown),
                    end="",
                    soft_wrap=True,
                )
            out.print()
