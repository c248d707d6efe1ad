"""What a person means who names a rule: by its code, by its id, or by the end of that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from alpaca_course.contract.codes import code_of
from alpaca_course.contract.rule import Exercise
from alpaca_course.judging.result import Result

Kind = Literal["rule", "remark", "exercise", "reason"]


@dataclass(frozen=True)
class Named:
    """Something that a student's page says with a code.

    Attributes:
        id: of the rule, remark, exercise or reason.
        kind: what it is.
        exercise: to which it belongs; empty where it is about the whole submission.
        title: for people.
    """

    id: str
    kind: Kind
    exercise: str
    title: str

    @property
    def code(self) -> str:
        return code_of(self.id)


def known_names(
    exercises: Mapping[str, Exercise[Any]], results: Iterable[Result]
) -> dict[str, Named]:
    """All that pages of the class say with a code, by id: what results have, and today's rules."""
    found: dict[str, Named] = {}
    for result in results:
        for note in (*result.reasons, *result.repairs):
            found[note.code] = Named(note.code, "reason", "", note.text)
        for verdict in result.verdicts.values():
            for rule in verdict.results:
                found[rule.id] = Named(rule.id, "rule", verdict.exercise, rule.title)
            for remark in verdict.advisories:
                found[remark.id] = Named(remark.id, "remark", verdict.exercise, remark.text)
    for name, exercise in exercises.items():
        found[name] = Named(name, "exercise", name, exercise.title)
        for declared in exercise.rules:
            full = f"{name}.{declared.name}"
            found[full] = Named(full, "rule", name, declared.title)
    return found


def find_name(text: str, known: Mapping[str, Named]) -> Named | None:
    """What ``text`` names, in capitals or not; None where that is nothing, or not clear.

    A code, a whole id, or the end of an id after a dot.
    """
    wanted = text.strip().strip("[]().:").removeprefix("code ").strip().casefold()
    if not wanted:
        return None
    for same in (
        [each for name, each in known.items() if name.casefold() == wanted],
        [each for each in known.values() if each.code.casefold() == wanted],
        [each for name, each in known.items() if name.casefold().rpartition(".")[2] == wanted],
    ):
        if len(same) == 1:
            return same[0]
    return None


def alike(text: str, known: Mapping[str, Named]) -> list[str]:
    """Ids and codes that are written much like ``text``."""
    names = {**{name: name for name in known}, **{each.code: each.id for each in known.values()}}
    lowered = {name.casefold(): full for name, full in names.items()}
    close = get_close_matches(text.strip().casefold(), lowered, n=3)
    return list(dict.fromkeys(lowered[name] for name in close))
