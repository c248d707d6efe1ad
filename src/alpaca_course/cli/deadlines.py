"""``alpaca deadlines``: when what is due, for whom, what lateness costs, and the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from alpaca_course.cli.console import ATTENTION, JsonOption, course, err, out, print_json

if TYPE_CHECKING:
    from alpaca_course.course import Course


def register(app: typer.Typer) -> None:
    app.command("deadlines")(show_deadlines)


def show_deadlines(json: JsonOption = False) -> None:
    """Show what deadlines.toml and formgrader say, the policy, and what nobody gets of both.

    The exit code is 0, or 3 where a file names somebody whom the course does not have, is called
    otherwise, or has an extension that changes nothing.
    """
    from alpaca_course.contract.states import printable
    from alpaca_course.gradebook.late import in_vain

    place = course()
    wrong = in_vain(place)
    found = {name: _of_lab(place, name) for name in place.labs}
    if json:
        print_json({"labs": found, "in_vain": wrong})
    else:
        for name, each in found.items():
            out.print(printable(f"{name}: {_in_words(each)}"),
                      soft_wrap=True)  # fmt: skip
            for text in each["policy"]:
                out.print(f"  {printable(text)}", soft_wrap=True)
            for student, other in each["others"].items():
                text = f"  {student}: {_in_words(other)}"
                out.print(text, soft_wrap=True)
        warn(wrong)
    if wrong:
        raise typer.Exit(ATTENTION)


def warn(sentences: list[str]) -> None:
    """Say what of the file nobody gets."""
    for text in sentences:
        err.print(text, soft_wrap=True)


def _of_lab(place: Course, lab: str) -> dict[str, Any]:
    """What counts for everybody, and for each student for whom something else does."""
    from alpaca_course.gradebook.late import terms

    everybody, students = terms(place, lab)
    common = _term(everybody)
    others = {name: shown for name, each in students.items() if (shown := _term(each)) != common}
    return {**common, "others": others, "policy": _policy(place, lab)}


def _policy(place: Course, lab: str) -> list[str]:
    """What counts of runs and pages for everybody, and for some sections."""
    declared = place.labs[lab].policy
    found = [*declared.policy().in_words]
    for some in declared.for_sections:
        said = declared.policy(some.sections).in_words or ("Nothing is limited.",)
        found.append(f"Sections {', '.join(some.sections)}: {' '.join(said)}")
    return found


def _term(term: Any) -> dict[str, Any]:
    from alpaca_course.contract.lateness import in_words

    penalty = term.penalty
    return {
        "due": term.shown(term.due) if term.due else "",
        "due_utc": term.due.isoformat() if term.due else "",
        "grace": in_words(term.grace),
        "penalty": penalty.in_words if penalty else "by nbgrader's plugin",
        "excused": term.excused,
        "why": term.extended,
    }


def _in_words(found: dict[str, Any]) -> str:
    if found["excused"]:
        return f"excused ({found['excused']})"
    if not found["due"]:
        return "no due date"
    why = f" ({found['why']})" if found["why"] else ""
    grace = f", grace {found['grace']}" if found["grace"] != "0 minutes" else ""
    return f"due {found['due']}{why}{grace}, penalty {found['penalty']}"
