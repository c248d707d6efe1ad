"""``alpaca comment``: one comment to all who made the same mistake."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from alpaca_course.cli.console import JsonOption, course, out, print_json
from alpaca_course.cli.show import LabOption
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from alpaca_course.gradebook.results import ClassResults
    from alpaca_course.judging.class_comments import CommentChange
    from alpaca_course.judging.naming import Named
    from alpaca_course.lab import Lab


def register(app: typer.Typer) -> None:
    app.command("comment")(comment)


def comment(
    rule: Annotated[
        str, typer.Argument(help="Code or id of a rule or remark, as page and report have it.")
    ],
    text: Annotated[
        str | None, typer.Argument(help="The comment, as Markdown; in place of an earlier one.")
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take the comment to all away again.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say who would get it, and change nothing.")
    ] = False,
    lab: LabOption = None,
    json: JsonOption = False,
) -> None:
    """Comment on the answers of all who made the same mistake, as formgrader would.

    It stands below what a person wrote to a student, which stays as it is. Run `alpaca feedback`
    afterwards.
    """
    from alpaca_course.batch.comments import WrittenComments, write_comments
    from alpaca_course.gradebook.nbgrader_api import NbGrader
    from alpaca_course.gradebook.results import read_results
    from alpaca_course.judging.class_comments import changes
    from alpaca_course.sole_writer import sole_writer

    if remove == bool((text or "").strip()):
        raise CourseError("Give either a comment or --remove.")
    place = course()
    spec = place.lab(lab)
    done: list[str] = []
    # Held before anything is read: what was graded meanwhile would be replaced by what was before.
    with nullcontext() if dry_run else sole_writer(place):
        found = read_results(place, spec)
        named = name_of(spec, found, rule, ("rule", "remark"))
        known = {name: each for name, each in found.results.items() if found.records.get(name)}
        written = WrittenComments(place, spec).load()
        planned = changes(known.values(), named, "" if remove else text or "", written)
        if not dry_run:
            done = write_comments(NbGrader(place, spec), found, named.id, planned)
    if json:
        print_json(
            {"rule": named.id, "code": named.code, "changes": list(map(vars, planned)),
             "written": done}
        )  # fmt: skip
        return
    _show(named, planned, dry_run)


def name_of(spec: Lab, found: ClassResults, text: str, kinds: tuple[str, ...]) -> Named:
    """What ``text`` names.

    Raises:
        CourseError: nothing, or something of another kind; says what is written alike.
    """
    from alpaca_course.judging.judge import load_exercises
    from alpaca_course.judging.naming import alike, find_name, known_names

    known = known_names(load_exercises(spec), found.results.values())
    known = {name: each for name, each in known.items() if each.kind in kinds}
    named = find_name(text, known)
    if named is None:
        close = alike(text, known)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise CourseError(f"'{text}' names no {' or '.join(kinds)} of {spec.name}.{hint}")
    return named


def _show(named: Named, planned: list[CommentChange], dry_run: bool) -> None:
    from alpaca_course.contract.states import printable

    def say(line: str) -> None:
        out.print(line, soft_wrap=True)

    say(f"{printable(named.title)} ({named.id}, code {named.code})")
    for change in planned:
        say(f"{printable(change.student)}: {'would be ' * (dry_run and change.changes)}"
            f"{change.action}")  # fmt: skip
    count = sum(change.changes for change in planned)
    left = sum(change.action == "left to a person" for change in planned)
    if not planned:
        say("Nobody in the class made this mistake.")
    elif dry_run:
        say(f"{count} comments would change. Nothing was written.")
    else:
        say(f"{count} comments changed. `alpaca feedback` shows them on the pages.")
    if left:
        say(f"{left} left: a person changed or removed the earlier comment there.")
