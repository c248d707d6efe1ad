"""What an author writes into a corpus is read, or refused in a sentence; nothing is passed over."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from alpaca_course.authoring import build as authoring
from alpaca_course.authoring import new_lab
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.lab import Lab
from alpaca_course.qualification.case import CaseReader
from alpaca_course.qualification.compare import unbroken_rules
from alpaca_course.qualification.plan import files_of, select
from alpaca_course.qualification.rule_mutants import load_survivors
from alpaca_course.qualification.seeds import load_equivalent, load_replacements

ROOT = Path(__file__).resolve().parents[2]
WRONG = "cases/wrong/row_means.shape.toml"
HABIT = "cases/habit/own_cell_that_fails.py"


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A lab as ``alpaca new-lab`` begins one, built."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    course = Course.load(tmp_path)
    new_lab.write(new_lab.new_lab(course, "rows", "Rows"))
    made = course.lab("rows")
    authoring.write(course, made, authoring.build(course, made))
    return made


@pytest.fixture
def edit(lab: Lab) -> Callable[[str, str, str], None]:
    def replace(name: str, old: str, new: str) -> None:
        path = lab.grader_tests / "corpus" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace


Edit = Callable[[str, str, str], None]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (WRONG, "[[case]]", "[[cases]]", "shape.toml: unknown: cases. It holds tables"),
        (WRONG, "[[case.edit]]", "[[edit]]", "unknown: edit. It holds tables [[case]]"),
        ("cases/plain.py", "# %% row_means", "# %% row_mean", "has the cells row_mean; the exer"),
        (HABIT, 'kind = "', "kind = ", "There stands: kind = habit"),
        (HABIT, "kind = ", "kinds = ", "own_cell_that_fails: kind: it has to be there."),
    ],
)
def test_a_misspelt_key_or_cell_is_named(
    lab: Lab, edit: Edit, name: str, old: str, new: str, said: str
) -> None:
    edit(name, old, new)
    with pytest.raises(CourseError) as refused:
        CaseReader.of(lab).all()
    assert said in str(refused.value)


def test_a_single_table_in_place_of_a_list_is_named(lab: Lab) -> None:
    path = lab.grader_tests / "corpus" / WRONG
    path.write_text('[case]\nname = "one"\n', encoding="utf-8")
    with pytest.raises(CourseError, match=r"write \[\[case\]\] before each"):
        CaseReader.of(lab).all()


@pytest.mark.parametrize("stray", ["alternatives/sorted.py", "wrong/sums.tml", "sums.py"])
def test_a_case_where_none_is_read_is_named(lab: Lab, stray: str) -> None:
    cases = lab.grader_tests / "corpus" / "cases"
    for kept in (".DS_Store", "wrong/.sums.toml.swp", "habit/__pycache__/x.pyc"):
        (cases / kept).parent.mkdir(exist_ok=True)
        (cases / kept).write_bytes(b"")
    assert CaseReader.of(lab).all()
    (cases / stray).parent.mkdir(exist_ok=True)
    (cases / stray).write_text("", encoding="utf-8")
    with pytest.raises(CourseError, match=f"{stray.partition('/')[0]}.* would not be read"):
        CaseReader.of(lab).all()


def test_two_cases_of_one_name_are_named(lab: Lab, edit: Edit) -> None:
    edit(WRONG, '"one_mean"', '"means_of_columns"')
    with pytest.raises(CourseError, match="wrong/means_of_columns: more than one case"):
        CaseReader.of(lab).all()


def test_a_cell_that_the_notebook_does_not_have_is_named(lab: Lab, edit: Edit) -> None:
    edit(HABIT, "# %% before row_means", "# %% before row_mean")
    (case,) = CaseReader.of(lab).read(lab.grader_tests / "corpus" / HABIT)
    with pytest.raises(CourseError, match=r"own_cell_that_fails: no cell 'row_mean'"):
        files_of(case, ReleasedLab.load(lab))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[sibling]\nmean = ["sum"]\n', "unknown: sibling. It holds siblings, strings, prefix."),
        ('[siblings]\nmean = "sum"\n', "stands a list"),
        ("[siblings]\nmean = [sum]\n", "There stands: mean = [sum]"),
    ],
)
def test_what_mutants_are_made_from(lab: Lab, text: str, said: str) -> None:
    (lab.grader_tests / "corpus/mutations.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CourseError) as refused:
        load_replacements(lab)
    assert said in str(refused.value)


def test_lists_of_what_may_stay_unnoticed(lab: Lab, edit: Edit) -> None:
    edit("equivalent_mutants.toml", "[[equivalent]]", "[[equivalents]]")
    with pytest.raises(CourseError, match="unknown: equivalents"):
        load_equivalent(lab)
    survivors = lab.grader_tests / "corpus/rule_survivors.toml"
    survivors.write_text('tests = ["a.py"]\n', encoding="utf-8")
    assert load_survivors(lab).tests == ("a.py",)
    survivors.write_text('test = ["a.py"]\n', encoding="utf-8")
    with pytest.raises(CourseError, match="unknown: test"):
        load_survivors(lab)


def test_a_kind_that_there_is_not_is_named(lab: Lab) -> None:
    with pytest.raises(CourseError, match="no kind wrongs: cases are alternative, habit, wrong,"):
        select(CaseReader.of(lab).all(), kinds=["wrongs"])


def test_a_rule_that_no_wrong_case_is_for_is_named(lab: Lab) -> None:
    reader = CaseReader.of(lab)
    assert unbroken_rules(reader.all(), reader.worth) == []
    (lab.grader_tests / "corpus" / WRONG).unlink()
    assert unbroken_rules(reader.all(), reader.worth) == [
        "no wrong case is for the rule row_means.shape: write cases/wrong/row_means.shape.toml"
    ]
