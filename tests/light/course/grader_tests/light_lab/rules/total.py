"""Rules of UNQ_C2: SECRET-RULE-TEXT must never be seen by a student's code."""

from __future__ import annotations

from notebooks.light_lab.evidence.seen import TotalEvidence

from alpaca_course.contract.rule import Exercise, Fault, Outcome

EXERCISE: Exercise[TotalEvidence] = Exercise("total", TotalEvidence)


@EXERCISE.rule(points=10, title="Adds up", expected="SOMETHING ELSE.", why="Sums.")
def value(e: TotalEvidence) -> Outcome:
    return None if e.total == 10 else Fault(f"It gave {e.total!r}.", "Try.")
