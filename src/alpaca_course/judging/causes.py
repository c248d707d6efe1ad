"""What stopped a cell, in a sentence that its student can act on. Pure.

What the kernel said is a text of its code's choosing: it is shown through :func:`safe` only.
"""

from __future__ import annotations

import re
import unicodedata

from alpaca_course.contract.states import Note, safe
from alpaca_course.execution.cuts import STAYS, Cut
from alpaca_course.execution.stops import KEEPS_NOTHING, MAX_TEXT, Stop

NOT_ANSWERED = (
    "This exercise was not answered: its cell holds nothing but what was handed out, so there is "
    "nothing to judge."
)
FOLLOWED = (
    "Judged with the lab's own answer to {} in place of yours, so that what is wrong there costs "
    "nothing here."
)
NOT_TOLD = "“{}” failed. It was checked beside the lab's own answer, so no more is told."
_BY_THEN = "what follows was judged on what was there by then."
_CHARACTER = re.compile(r"U\+([0-9A-F]{4,6})")
_WHERE = re.compile(r"(?<!\s)\s*+\([^()]*, line \d+\)$")  # a run of blanks is looked at once
_PLAIN = str.maketrans("`{}<>", "'()()")
_TYPE = re.compile(r"<class '([\w.]+)'>")


def sentence(stop: Stop) -> str:
    """Where and by what a graded cell stopped."""
    where = f" in line {stop.line}" if stop.line else ""
    if stop.timeout:
        return f"Your cell ran longer than a cell may and was stopped{where}; {_BY_THEN}"
    if stop.error == "StdinNotImplementedError":
        return (
            f"Your cell waits for the keyboard{where} (input), and nobody sits there while it is "
            f"graded; {_BY_THEN} Write the value into the code."
        )
    if stop.error in ("SyntaxError", "IndentationError", "TabError", "_IncompleteInputError"):
        return _unreadable(stop)
    if stop.error == "UsageError" and "%%" in stop.text:
        line = f"Line {stop.line}" if stop.line else "A line"
        return (
            f"{line} of your cell begins with two percent signs. Such a line has to be the first "
            "of its cell, so nothing of it ran."
        )
    if stop.error == KEEPS_NOTHING:
        return (
            f"Your cell begins with {stop.text}, which runs the rest apart and keeps nothing that "
            "it defines. Take that line out."
        )
    said = _said(stop)
    error = safe(stop.error) or "an error"
    return f"Your cell stopped{where} with {error}{f': {said}' if said else ''}; {_BY_THEN}"


def _said(stop: Stop) -> str:
    """The error's own words, without the marks that would be lost, and marked where they are cut.

    Keras writes arguments between backticks and in braces, and objects as they represent
    themselves; all that would be shown as question marks, as if the error asked something.
    """
    text = _TYPE.sub(r"\1", _WHERE.sub("", stop.text)).translate(_PLAIN)
    said = safe(text, MAX_TEXT).strip()
    return f"{said.rpartition(' ')[0]}..." if len(stop.text) >= MAX_TEXT else said


def _unreadable(stop: Stop) -> str:
    """A cell that Python cannot read runs not at all."""
    what = (
        f"Python cannot read line {stop.line} of your cell"
        if stop.line
        else ("Python cannot read your cell")
    )
    if stop.fenced:
        return (
            f"{what}, so nothing of it ran: the line begins with three backticks, by which web "
            "pages and assistants set code apart. Take such lines out."
        )
    found = _CHARACTER.search(stop.text)
    if found:
        name = unicodedata.name(chr(min(int(found[1], 16), 0x10FFFF)), "a character without name")
        return (
            f"{what}, so nothing of it ran: the line holds the character U+{found[1]} "
            f"({name.lower()}), which is no part of Python. Word processors and web pages put such "
            "characters in; delete it and type that place anew."
        )
    if stop.error == "TabError":
        return (
            f"{what}, so nothing of it ran: tabs and spaces are mixed at the beginning of lines. "
            "Indent with spaces only."
        )
    said = _said(stop) or "invalid syntax"
    return f"{what}, so nothing of it ran ({safe(stop.error)}: {said})."


_LACKING = {
    "module": "needs the module '{}', which the grader's machine does not have",
    "part": "needs the module '{}', which the versions on the grader's machine do not have",
    "file": "needs the file '{}', which is not there when it is graded",
    "network": "needs the network, which a graded notebook does not have ({})",
    "keyboard": "waits for the keyboard ({}), and nobody sits there while it is graded",
}
_ENDED = {
    "timeout": "took longer than cells of your own may",
    "died": "ended Python",
    "unresponsive": "ran too long and could not be interrupted",
    "total_timeout": "ran too long",
    "output": "printed far too much",
    "memory": "used more memory than it may",
    "lost": "was ended from outside",
    "limit": "went beyond a limit of the grader",
}


def note(cut: Cut) -> Note:
    """What an execution did without, as a reason to look at the result."""
    place = where(cut.place)
    what = safe(cut.what)
    if cut.kind == "cell":
        return Note(
            "own_cell.left_out",
            f"The cell {place} that begins with '{what}' {_ENDED[cut.why]}, so it was "
            "stopped or left out; the exercises were judged without what it would have made.",
        )
    # What lies inside another module may be gone from it, or not there yet.
    lacking = _LACKING["part" if cut.kind == "module" and "." in what else cut.kind].format(what)
    then = (
        "What follows needs that line, so it was judged as it is."
        if cut.why == STAYS
        else "What needs it was left out; the rest was run and judged."
    )
    return Note(f"left_out.{cut.kind}", f"Line {cut.line} of the cell {place} {lacking}. {then}")


def where(place: str) -> str:
    """A cell as people call it; ``place`` as :func:`execution.cuts.place_of` says it."""
    if place.startswith("after "):
        return f"of your own after '{place.removeprefix('after ')}'"
    return f"of your own {place}" if place == "at the top" else f"'{place}'"
