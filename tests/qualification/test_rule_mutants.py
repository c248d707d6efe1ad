"""``alpaca qualify --mutate-rules`` with the light lab: changed rules, and who notices them."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from alpaca_course.contract import rule
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.qualification.case import load_cases
from alpaca_course.qualification.execute import Bench
from alpaca_course.qualification.rule_fates import (
    Check,
    Fate,
    Parsed,
    RuleTrial,
    kept_checks,
    try_rules,
)
from alpaca_course.qualification.rule_mutants import RuleMutant, changed, load_survivors, modules
from alpaca_course.qualification.rule_report import RuleReport
from alpaca_course.qualification.run import qualify

ALPACA = Path(sys.executable).with_name("alpaca")
RULE = "alpaca_course.contract.rule"
TEST = """
from alpaca_course.contract.rule import Exercise

def test_a_lab_has_no_points_before_its_rules():
    assert Exercise("some", dict).points == 0
"""


@dataclass(frozen=True)
class Tried:
    """A light course whose corpus was executed, and what became of its rules' mutants."""

    course: Course
    report: RuleReport

    def fate(
        self, mutant: RuleMutant, checks: Sequence[Check] | None = None, tests: Sequence[str] = ()
    ) -> Fate:
        """Who notices ``mutant``, asked in a process of its own."""
        lab, context = self.course.lab(), multiprocessing.get_context("fork")
        checks = list(kept_checks(self.course, lab)) if checks is None else checks
        trial = RuleTrial(self.course, lab, checks, Parsed(), tests)
        reader, writer = context.Pipe(duplex=False)
        child = context.Process(target=lambda: writer.send(trial.fate(mutant)))
        child.start()
        assert reader.poll(60)
        found: Fate = reader.recv()
        child.join()
        return found


@pytest.fixture(scope="module")
def tried(new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory) -> Tried:
    course = new_course(tmp_path_factory.mktemp("light") / "course")
    lab = course.lab()
    with pytest.raises(CourseError, match="was not executed"):
        try_rules(course, lab)
    assert qualify(course, lab, load_cases(lab), bench=Bench(workers=1)).holds
    done: list[tuple[int, int]] = []
    fates = try_rules(course, lab, workers=1, tick=lambda *at: done.append(at))
    assert done[-1] == (len(fates), len(fates))
    return Tried(course, RuleReport(fates, load_survivors(lab).reasons))


def test_every_change_is_noticed_or_explained(tried: Tried) -> None:
    report = tried.report
    assert report.surprises == []
    assert report.holds
    by_module = report.to_json()["by_module"]
    rules = "grader_tests.light_lab.rules"
    assert set(by_module) == {f"{rules}.double", f"{rules}.total"}
    made = report.by_module()[f"{rules}.total"].total()
    assert made > 5
    assert by_module[f"{rules}.total"] == {"corpus": made, "tests": 0, "survived": 0}


def test_what_is_not_explained_or_explained_in_vain_is_a_surprise(tried: Tried) -> None:
    first, *others = tried.report.survivors
    unexplained = replace(tried.report, reasons=dict.fromkeys(others, "so"))
    assert unexplained.surprises == [f"nobody notices: {first}"]
    vain = replace(tried.report, reasons={**tried.report.reasons, "double.x: a -> b": "so"})
    assert vain.surprises == ["in rule_survivors.toml, but noticed or not made: double.x: a -> b"]
    assert not unexplained.holds
    assert not vain.holds


def test_the_command_tells_and_fails(tried: Tried) -> None:
    path = tried.course.lab().grader_tests / "corpus" / "rule_survivors.toml"
    text = path.read_text(encoding="utf-8")
    first = text.index("[[equivalent]]")
    path.write_text(text[:first] + text[text.index("[[equivalent]]", first + 1) :], "utf-8")
    environment = {k: v for k, v in os.environ.items() if k != "ALPACA_COURSE_ROOT"}
    done = subprocess.run(
        [str(ALPACA), "qualify", "--mutate-rules", "--workers", "1", "--json"],
        cwd=tried.course.root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    path.write_text(text, encoding="utf-8")
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    assert found["surprises"] == [f"nobody notices: {tried.report.survivors[0]}"]
    assert found["mutants"] - found["killed"] == len(tried.report.survivors)


def test_without_the_case_that_notices_it_a_change_survives(tried: Tried) -> None:
    lab = tried.course.lab()
    (total,) = [module for module in modules(lab) if module.module.endswith(".total")]
    always = replace(total, source=total.source.replace("e.total == 10", "True"), change="always")
    assert tried.fate(always) == "corpus"
    others = [check for check in kept_checks(tried.course, lab) if "total" not in check.exercises]
    assert tried.fate(always, checks=others) == "survived"


def test_what_applies_the_rules_can_be_changed_as_well(tried: Tried, tmp_path: Path) -> None:
    (unchanged,) = [m for m in modules(tried.course.lab(), [RULE]) if m.module == RULE]
    assert unchanged.source == Path(rule.__file__).read_text(encoding="utf-8")
    assert tried.fate(unchanged) == "survived"
    test = tmp_path / "test_points.py"
    test.write_text(TEST, encoding="utf-8")
    assert tried.fate(unchanged, tests=[str(test)]) == "survived"
    counts = "return sum(rule.points for rule in self.rules)"
    assert unchanged.source.count(counts) == 1
    more = replace(unchanged, source=unchanged.source.replace(counts, f"{counts} + 1"))
    assert tried.fate(more) == "corpus"
    assert tried.fate(more, checks=[], tests=[str(test)]) == "tests"
    assert tried.fate(more, checks=[]) == "survived"


def test_changes_are_of_what_has_an_effect() -> None:
    code = "LIMIT: int | None = 3\n\n\ndef under(x: int | str) -> bool:\n    return x < LIMIT\n"
    made = list(changed(RuleMutant("some.limits", code)))
    assert {mutant.function for mutant in made} == {"module", "under"}
    assert "limits.under: return x < LIMIT -> return x <= LIMIT" in {each.name for each in made}
    assert len({mutant.source for mutant in made}) == len(made)
    assert all(mutant.source.count("int | str") == 1 for mutant in made)


def test_an_unknown_module_is_told(tried: Tried) -> None:
    with pytest.raises(CourseError, match=r"there is no module alpaca_course\.nothing"):
        modules(tried.course.lab(), ["alpaca_course.nothing"])
