"""Pairs that share what few have; the release and what the class wrote is no likeness."""

from __future__ import annotations

import json

from alpaca_course.course import Course
from alpaca_course.similarity.pairs import Options, alike, even, marked
from tests import commands, light

RELEASE = "# UNQ_C1\ndef double(x):\n    # Return twice x.\n    ### your code here\n"
REFERENCE = "# UNQ_C1\ndef double(x):\n    return 2 * x\n"
ODD = (
    "# UNQ_C1\ndef double(x):\n    # first i halve it, becuase of the lecture\n"
    "    halves = [x / 2 for _ in range(4)]\n    while len(halves) > 4:\n        halves.pop()\n"
    "    return sum(halves[:2]) + sum(halves[2:])\n"
)
RENAMED = (
    "# UNQ_C1\ndef double(x):\n    parts = [x / 2 for _ in range(4)]\n"
    "    while len(parts) > 4:\n        parts.pop()\n    return sum(parts[:2]) + sum(parts[2:])\n"
)


def texts(**odd: str) -> dict[str, str]:
    """A class of twelve in which most write what is right, in a few usual ways."""
    usual = [REFERENCE, REFERENCE.replace("2 * x", "x + x"), REFERENCE.replace("2 * x", "x * 2")]
    plain = {f"s{number:02d}": usual[number % 3] for number in range(12)}
    return {name: even(text) for name, text in {**plain, **odd}.items()}


def found(**odd: str) -> list[tuple[str, str, str]]:
    pairs = alike("double", texts(**odd), [even(RELEASE), even(REFERENCE)], Options())
    return [(pair.first, pair.second, pair.look) for pair in pairs]


def test_right_answers_that_are_alike_are_no_pair() -> None:
    assert found() == []
    assert found(ann=ODD) == []


def test_an_unusual_answer_that_two_have_is_one_with_other_names_too() -> None:
    assert ("ann", "bob", "wording") in found(ann=ODD, bob=ODD)
    assert ("ann", "bob", "structure") in found(ann=ODD, bob=ODD)
    renamed = found(ann=ODD, bob=RENAMED)
    assert ("ann", "bob", "structure") in renamed


def test_what_more_than_a_part_of_the_class_wrote_is_no_likeness() -> None:
    many = {f"o{number}": ODD for number in range(6)}
    assert found(**many) == []
    few = {f"o{number}": ODD for number in range(4)}
    assert {pair[:2] for pair in found(**few)} >= {("o0", "o1"), ("o2", "o3")}


def test_what_everybody_was_given_is_no_likeness() -> None:
    pairs = alike("double", {"ann": even(ODD), "bob": even(ODD)}, [even(ODD)], Options())
    assert pairs == []


def test_the_passages_are_where_the_texts_are_alike() -> None:
    both = {"ann": even(f"{ODD}\nonly_ann_wrote_this = 12345\n"), "bob": even(ODD)}
    pair = next(p for p in alike("double", texts(**both), [], Options()) if p.look == "wording")
    parts = list(marked(both["ann"], pair.passages[0]))
    assert "".join(part for part, _ in parts) == both["ann"]
    same = "".join(part for part, is_alike in parts if is_alike)
    assert "becuase of the lecture" in same
    assert "only_ann_wrote" not in same


def test_the_command_shows_and_scores_nothing(course: Course) -> None:
    for student, text in (("ann", ODD), ("bob", ODD), ("cleo", light.DOUBLE)):
        notebook = light.solved(course, double=text)
        folder = course.autograded / student / light.ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / f"{light.NOTEBOOK}.ipynb").write_text(json.dumps(notebook))
    broken = course.autograded / "dan" / light.ASSIGNMENT / f"{light.NOTEBOOK}.ipynb"
    broken.parent.mkdir(parents=True)
    broken.write_text("{")
    before = (course.root / "gradebook.db").read_bytes()

    def alpaca(*words: str) -> str:
        done = commands.run(course.root, "alpaca", "similar", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    said = json.loads(alpaca("--json"))
    assert {(p["first"], p["second"]) for p in said["pairs"]} == {("ann", "bob")}
    assert (said["unread"], "ask before you conclude" in said["caution"]) == (["dan"], True)
    assert "ann and bob" in alpaca()
    cells = alpaca("--pair", "bob", "ann")
    assert "double of ann" in cells
    assert "⟦" in cells
    assert "These two are not." in alpaca("--pair", "ann", "cleo")
    done = commands.run(course.root, "alpaca", "similar", "--pair", "ann", "clio")
    assert (done.returncode, "No answer is kept of clio" in done.stderr) == (1, True)
    assert (course.root / "gradebook.db").read_bytes() == before
