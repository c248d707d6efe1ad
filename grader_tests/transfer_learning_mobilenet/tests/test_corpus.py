"""The corpus itself: complete headers, enough cases, a wrong case for every rule."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from grader_tests.transfer_learning_mobilenet.corpus.case import read_case
from grader_tests.transfer_learning_mobilenet.corpus.mutants import load_equivalent, mutants

from grader_tests.transfer_learning_mobilenet.corpus import (
    EXERCISES,
    Case,
    HeaderError,
    load_cases,
    plain_solutions,
)
from grader_tests.transfer_learning_mobilenet.rules import (
    alpaca_model,
    data_augmenter,
    fine_tuning,
)

ROOT = Path(__file__).resolve().parents[2]
RELEASE = (
    ROOT / "release" / "transfer_learning_mobilenet" / "transfer_learning_with_mobilenet.ipynb"
)
HEADER = '''"""
title = "a title that is long enough"
kind = "wrong"
points = { data_augmenter = 16, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.rotation_range"]
message = ["turn"]

[[edit]]
cell = "data_augmenter"
old = "0.2"
new = "0.9"
"""
'''


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return load_cases()


def test_there_are_enough_cases(cases: list[Case]) -> None:
    count = Counter(case.header.kind for case in cases)
    assert count["alternative"] >= 30
    assert count["wrong"] >= 80
    assert count["hostile"] >= 30
    assert count["demo"] >= 12


def test_names_are_unique(cases: list[Case]) -> None:
    assert len({case.name for case in cases}) == len(cases)


def test_every_rule_is_broken_by_a_wrong_case(cases: list[Case]) -> None:
    broken = {rule for case in cases if case.header.kind == "wrong" for rule in case.header.fails}
    rules = {
        f"{exercise.id}.{rule.name}"
        for exercise in (data_augmenter.EXERCISE, alpaca_model.EXERCISE, fine_tuning.EXERCISE)
        for rule in exercise.rules
    }
    assert rules - broken == set()
    assert broken - rules == set()


def test_hostile_cases_expect_no_gain(cases: list[Case]) -> None:
    for case in cases:
        honest = case.header.honest
        if honest is not None and not case.header.amounts_to:
            gains = [e for e in EXERCISES if case.header.points.of(e) > honest.of(e)]
            assert not gains, case.name


def test_every_cell_is_python(cases: list[Case]) -> None:
    for case in cases:
        for source in (*case.solutions.values(), *(cell.source for cell in case.extra_cells)):
            ast.parse(source)


def test_each_case_builds_a_valid_notebook_and_leaves_the_release_alone(cases: list[Case]) -> None:
    release = nbformat.read(RELEASE, as_version=4)
    before = nbformat.writes(release)
    for case in cases:
        assert case.notebook(release).cells
    assert nbformat.writes(release) == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "a title that is long enough"\n', "", "title: Field required"),
        ('fails = ["data_augmenter.rotation_range"]\n', "", "fails: Field required"),
        (", fine_tuning = 30", "", "points.fine_tuning: Field required"),
        ('message = ["turn"]', "mesage = 3", "mesage: Extra inputs are not permitted"),
        ('message = ["turn"]\n', "", "names `fails` and `message`"),
        ("data_augmenter = 16", "data_augmenter = 21", "points.data_augmenter"),
        ('kind = "wrong"', 'kind = "hostile"', "`honest` belongs to every hostile case"),
        (
            'message = ["turn"]',
            'message = ["turn"]\nvaries = "often"',
            "`varies` is for hostile cases",
        ),
        ('old = "0.2"', 'old = "0.3"', "must stand exactly once"),
        ("rotation_range", "", "is no rule id"),
        ('title = "', "title = ", "not TOML"),
    ],
)
def test_an_incomplete_header_names_file_and_field(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in HEADER
    path = tmp_path / "wrong" / "case.py"
    path.parent.mkdir()
    path.write_text(HEADER.replace(old, new))
    with pytest.raises(HeaderError, match="wrong/case") as found:
        read_case(path, plain_solutions())
    assert said in str(found.value)


def test_a_case_in_another_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "demo" / "case.py"
    path.parent.mkdir()
    path.write_text(HEADER)
    with pytest.raises(HeaderError, match="does not belong in demo/"):
        read_case(path, plain_solutions())


def test_mutants_are_many_and_the_same_each_time() -> None:
    first, second = mutants(plain_solutions()), mutants(plain_solutions())
    assert first == second
    assert len(first) >= 200
    assert len({mutant.name for mutant in first}) == len(first)
    assert {mutant.exercise for mutant in first} == set(EXERCISES)
    sources = plain_solutions()
    for mutant in first:
        assert ast.dump(ast.parse(mutant.source)) != ast.dump(ast.parse(sources[mutant.exercise]))


def test_equivalent_mutants_need_a_reason(tmp_path: Path) -> None:
    assert all(load_equivalent().values())
    path = tmp_path / "list.toml"
    path.write_text('[[equivalent]]\nmutant = "a: b: c"\n')
    with pytest.raises(ValueError, match="reason"):
        load_equivalent(path)
