"""Rules of UNQ_C1: SECRET-RULE-TEXT must never be seen by a student's code."""

from __future__ import annotations

from notebooks.light_lab.evidence.seen import DoubleEvidence

from alpaca_course.contract.rule import Exercise, Fault, Outcome

EXERCISE: Exercise[DoubleEvidence] = Exercise("double", DoubleEvidence)


def _gave(e: DoubleEvidence, index: int) -> object:
    return e.values[index] if index < len(e.values) else None


def _fault(e: DoubleEvidence, index: int) -> Fault:
    if e.error is not None and e.error.type == "KeyboardInterrupt":
        return Fault("It ran longer than a cell may.", "Try.")
    return Fault(f"It gave {_gave(e, index)!r}.", "Try.")


@EXERCISE.rule(
    points=12, title="Doubles a positive number", expected="SOMETHING ELSE.", why="Sums."
)
def positive(e: DoubleEvidence) -> Outcome:
    return None if _gave(e, 0) == 6 else _fault(e, 0)


@EXERCISE.rule(points=8, title="Doubles a negative number", expected="SOMETHING ELSE.", why="Sums.")
def negative(e: DoubleEvidence) -> Outcome:
    return None if _gave(e, 1) == -8 else _fault(e, 1)
