"""The corpus itself: complete headers, enough cases, wrong cases for every rule."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import nbformat
import pytest

from alpaca_course.code import without_magics
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.judging.judge import load_exercises
from alpaca_course.lab import Lab
from alpaca_course.qualification.case import Case, CaseReader
from alpaca_course.qualification.seeds import load_equivalent, load_mutants

ROOT = Path(__file__).resolve().parents[3]
HEADER = '''"""
title = "a title that is long enough"
kind = "wrong"
fails = ["data_augmenter.rotation_range"]
message = ["turn"]

[[edit]]
cell = "data_augmenter"
old = "0.2"
new = "0.9"
"""
'''
TABLE = """
[[case]]
name = "nine_tenths"
title = "a title that is long enough"
undecided = ["data_augmenter.random_in_training"]
message = ["turn"]

[[case.edit]]
cell = "data_augmenter"
old = "0.2"
new = "0.9"
"""


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Course.load(ROOT).lab("transfer_learning_mobilenet")


@pytest.fixture(scope="module")
def reader(lab: Lab) -> CaseReader:
    return CaseReader.of(lab)


@pytest.fixture(scope="module")
def cases(reader: CaseReader) -> list[Case]:
    return reader.all()


def test_there_are_enough_cases(cases: list[Case]) -> None:
    count = Counter(case.header.kind for case in cases)
    assert count["alternative"] >= 77
    assert count["wrong"] >= 141
    assert count["hostile"] >= 68
    assert count["demo"] >= 15


def test_names_are_unique(cases: list[Case]) -> None:
    assert len({case.name for case in cases}) == len(cases)


def test_every_rule_is_broken_by_a_wrong_case(cases: list[Case], reader: CaseReader) -> None:
    rules = {rule for each in reader.worth.values() for rule in each}
    broken = {rule for case in cases if case.header.kind == "wrong" for rule in case.header.fails}
    assert rules - broken == set()


def test_points_follow_from_the_rules(cases: list[Case], reader: CaseReader, lab: Lab) -> None:
    full = {name: float(rules.points) for name, rules in load_exercises(lab).items()}
    for case in cases:
        if case.header.kind == "alternative":
            assert case.points == full, case.name
        if case.header.kind == "wrong":
            assert sum(case.points.values()) < sum(full.values()), case.name
    (one,) = (case for case in cases if case.name == "wrong/c1_flip_both")
    worth = reader.worth["data_augmenter"]["data_augmenter.horizontal_flip"]
    assert one.points == {**full, "data_augmenter": full["data_augmenter"] - worth}


def test_every_cell_is_python(cases: list[Case]) -> None:
    for case in cases:
        if case.header.kind == "habit":  # a bracket that was forgotten is one
            continue
        for source in (*case.solutions.values(), *(cell.source for cell in case.extra_cells)):
            ast.parse(without_magics(source))


def test_each_case_builds_a_valid_notebook_and_leaves_the_release_alone(
    cases: list[Case], lab: Lab
) -> None:
    release = nbformat.read(lab.released_notebook, as_version=4)
    before = nbformat.writes(release)
    for case in cases:
        nbformat.validate(case.notebook(release))
    assert nbformat.writes(release) == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "a title that is long enough"\n', "", "title: it has to be there."),
        ('fails = ["data_augmenter.rotation_range"]\n', "", "fails: it has to be there."),
        ('message = ["turn"]', "mesage = 3", "mesage: there is no such setting."),
        ('message = ["turn"]\n', "", "names `fails` and `message`"),
        ('message = ["turn"]', 'message = ["turn"]\npoints = 3', "points: there is no such"),
        ('message = ["turn"]', 'message = ["turn"]\nnothing = ["c1"]', "no exercise c1"),
        ('message = ["turn"]', 'message = ["turn"]\nadvisories = ["c1"]', "no advisory c1"),
        ('kind = "wrong"', 'kind = "hostile"', "`honest` belongs to every hostile case"),
        (
            'message = ["turn"]',
            'message = ["turn"]\nvaries = "often"',
            "`varies` is for hostile cases",
        ),
        ('old = "0.2"', 'old = "0.3"', "must stand exactly once"),
        ("rotation_range", "rotation", "there is no rule data_augmenter.rotation"),
        ('title = "', "title = ", "There stands: title = a title"),
    ],
)
def test_an_incomplete_header_names_file_and_field(
    reader: CaseReader, tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in HEADER
    path = tmp_path / "wrong" / "case.py"
    path.parent.mkdir()
    path.write_text(HEADER.replace(old, new, 1))
    with pytest.raises(CourseError, match="wrong/case") as found:
        list(reader.read(path))
    assert said in str(found.value)


def test_a_case_in_another_folder_is_refused(reader: CaseReader, tmp_path: Path) -> None:
    path = tmp_path / "demo" / "case.py"
    path.parent.mkdir()
    path.write_text(HEADER)
    with pytest.raises(CourseError, match="does not belong in demo/"):
        list(reader.read(path))


def test_a_hostile_case_may_not_expect_a_gain(reader: CaseReader, tmp_path: Path) -> None:
    path = tmp_path / "hostile" / "case.py"
    path.parent.mkdir()
    rule, smaller = "data_augmenter.rotation_range", "data_augmenter.keeps_shape"
    header = HEADER.replace('kind = "wrong"', 'kind = "hostile"')
    header = header.replace(
        f'fails = ["{rule}"]', f'fails = ["{smaller}"]\nhonest = {{ fails = ["{rule}"] }}'
    )
    path.write_text(header)
    with pytest.raises(CourseError, match="expects more than the honest part"):
        list(reader.read(path))


def test_a_file_for_a_rule_names_that_rule_once(reader: CaseReader, tmp_path: Path) -> None:
    path = tmp_path / "wrong" / "data_augmenter.rotation_range.toml"
    path.parent.mkdir()
    path.write_text(TABLE + TABLE.replace("nine_tenths", "again"))
    first, second = reader.read(path)
    assert (first.name, second.name) == ("wrong/nine_tenths", "wrong/again")
    assert first.header.fails == ["data_augmenter.rotation_range"]
    assert "0.9" in first.solutions["data_augmenter"]
    path.rename(path.with_name("data_augmenter.rotation.toml"))
    with pytest.raises(CourseError, match=r"there is no rule data_augmenter\.rotation"):
        list(reader.read(path.with_name("data_augmenter.rotation.toml")))


def test_mutants_are_many_and_the_same_each_time(reader: CaseReader, lab: Lab) -> None:
    first = load_mutants(lab)
    assert first == load_mutants(lab)
    others = [mutant for mutant in first if "/" in mutant.name.partition(":")[0]]
    equivalent = load_equivalent(lab)
    assert len(first) - len(others) >= 200
    assert sum(mutant.name not in equivalent for mutant in others) >= 100
    assert len({mutant.name for mutant in first}) == len(first)
    assert len({(mutant.exercise, mutant.source) for mutant in first}) == len(first)
    assert {mutant.exercise for mutant in others} == set(reader.worth)
    for mutant in first:
        changed = ast.dump(ast.parse(mutant.source))
        assert changed != ast.dump(ast.parse(reader.plain[mutant.exercise]))


def test_equivalent_mutants_need_a_reason(lab: Lab, tmp_path: Path) -> None:
    assert all(load_equivalent(lab).values())
    other = Lab("x", tmp_path, "x", "X", "1", lab.exercises, lab.kernel)
    path = tmp_path / "grader_tests" / "x" / "corpus" / "equivalent_mutants.toml"
    path.parent.mkdir(parents=True)
    path.write_text('[[equivalent]]\nmutant = "a: b: c"\n')
    with pytest.raises(CourseError, match="reason"):
        load_equivalent(other)
