"""Which mutants are made: of the reference all, of the alternatives what the reference has not."""

from __future__ import annotations

import ast

from alpaca_course.course import Course
from alpaca_course.qualification.case import CaseReader
from alpaca_course.qualification.changes import Replacements
from alpaca_course.qualification.mutants import Mutant, Seed, mutants
from alpaca_course.qualification.seeds import load_mutants, seeds_of

REFERENCE = {"mean": "def mean(a):\n    n = len(a)\n    return sum(a) / n\n", "total": "t = 1\n"}
PLAIN = {"mean": "def mean(a):\n    return sum(a) / len(a)\n", "total": "t = 1\n"}
NONE = Replacements()
LOOP = """
def mean(a: list[int]) -> float:
    "Adds up."
    n = len(a)
    total = 0
    for x in a:
        total += x
    return total / n
"""


def of(*seeds: Seed) -> list[Mutant]:
    """The mutants that ``seeds`` bring about."""
    base = mutants(REFERENCE, NONE)
    made = mutants(REFERENCE, NONE, seeds, PLAIN)
    assert made[: len(base)] == base
    return made[len(base) :]


def test_an_alternative_is_changed_once_at_each_statement_of_its_own() -> None:
    made = of(Seed("loop", {"mean": LOOP}))
    assert [mutant.name.split(":")[0] for mutant in made] == ["mean/loop"] * 4
    before = ast.unparse(ast.parse(LOOP)).splitlines()
    for mutant in made:
        after = mutant.source.splitlines()
        assert "n = len(a)" in mutant.source
        assert after[:2] == before[:2]  # neither the annotations nor the docstring
        assert after != before


def test_a_statement_that_an_earlier_seed_has_is_not_changed_again() -> None:
    first = Seed("loop", {"mean": LOOP})
    second = Seed("again", {"mean": LOOP.replace("total += x", "total = total + x")})
    assert [m.name.split(":")[0] for m in of(first, second)] == ["mean/loop"] * 4 + ["mean/again"]
    assert of(first, first) == of(first)


def test_a_change_that_gives_another_right_cell_is_none() -> None:
    seed = Seed("rounded", {"mean": PLAIN["mean"].replace("len(a)", "round(len(a))")})
    right = {ast.unparse(ast.parse(cell["mean"])) for cell in (PLAIN, REFERENCE, seed.cells)}
    made = of(seed)
    assert made
    assert not [mutant for mutant in made if mutant.source.rstrip("\n") in right]


def test_the_seeds_other_cells_stand_beside_the_changed_one() -> None:
    seed = Seed("both", {"mean": "mean = lambda a: sum(a) / len(a)\n", "total": "t = 2 - 1\n"})
    beside = {mutant.exercise: mutant.beside for mutant in of(seed)}
    assert beside == {
        "mean": {"total": seed.cells["total"]},
        "total": {"mean": seed.cells["mean"]},
    }


def test_what_cannot_go_wrong_unnoticed_is_the_last_choice() -> None:
    (mutant,) = of(Seed("other", {"total": "t = 2 - 1\n"}))
    assert mutant.name.split(": ")[1] in ("operator", "drop operand", "number")
    (mutant,) = of(Seed("unread", {"total": "import math\nt = 1\n"}))
    assert mutant.name.split(": ")[1] in ("drop statement", "swap statements")


def test_a_students_own_cell_belongs_to_the_graded_one_after_it(pristine: Course) -> None:
    reader = CaseReader.of(pristine.lab())
    seeds = {seed.name: seed.cells for seed in seeds_of(reader.all())}
    assert set(seeds) == {"with_a_helper", "in_one_line"}
    assert set(seeds["with_a_helper"]) == {"double"}
    assert seeds["with_a_helper"]["double"].startswith("def twice(x):")
    assert set(seeds["in_one_line"]) == {"double", "total"}
    names = [mutant.name for mutant in load_mutants(pristine.lab())]
    assert len(set(names)) == len(names)
    assert "double/with_a_helper: drop operand: x + x -> x" in names
