"""A few cases of each kind and a few mutants, really executed; the command runs all of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from alpaca_course.contract.states import State
from alpaca_course.contract.verdict import Verdict
from alpaca_course.course import Course
from alpaca_course.execution.runner import EvidenceRun
from alpaca_course.judging.records import Record
from alpaca_course.lab import Lab
from alpaca_course.qualification import plan
from alpaca_course.qualification.case import CaseReader, load_cases
from alpaca_course.qualification.compare import MOST_BYTES, compare_case
from alpaca_course.qualification.execute import Bench, Judged
from alpaca_course.qualification.report import Qualification, page
from alpaca_course.qualification.run import _outcome, qualify
from alpaca_course.sandbox.probe import SandboxUnavailableError
from grader_tests.transfer_learning_mobilenet.tests.evidence import samples
from tests.lacking import need_sandbox

SAMPLE = (
    "alternative/public_course",
    "wrong/c1_rotation_one_sided",
    "wrong/c2_preprocessing_first",
    "wrong/c3_loop_sets_true",
    "hostile/ast_transformer_points",
    "hostile/process_ends_in_grade",
    "hostile/metadata_dropped",
)
MUTANTS = (
    "data_augmenter: string: 'horizontal' -> 'vertical'",
    "alpaca_model: flip: False -> True",
)


@pytest.fixture(scope="session")
def sandbox() -> None:
    need_sandbox()


@pytest.mark.usefixtures("sandbox")
def test_a_sample_does_as_its_headers_say(course: Course, spec: Lab) -> None:
    cases = plan.select(load_cases(spec), SAMPLE)
    done: list[tuple[int, int]] = []
    found = qualify(course, spec, cases, mutants=MUTANTS, tick=lambda *at: done.append(at))
    assert not found.surprises
    assert {o.name for o in found.outcomes} == {*SAMPLE, *MUTANTS}
    assert done[-1] == (len(SAMPLE) + len(MUTANTS),) * 2
    _check_json(found)
    assert "c2_preprocessing_first" in page(found)

    again = qualify(course, spec, cases, mutants=MUTANTS, bench=Bench(stored=True))
    assert again == found
    assert again.stored == len(found.outcomes)


def _check_json(found: Qualification) -> None:
    data = found.to_json()
    assert data["surprises"] == []
    assert data["wrong"] == {"total": 3, "as_expected": 3}
    assert data["alternative"] == {"total": 1, "as_expected": 1}
    assert data["hostile"] == {"total": 3, "as_expected": 3}
    assert data["mutants"]["killed"] == len(MUTANTS)


def test_a_wrong_header_is_a_surprise(course: Course, spec: Lab, tmp_path: Path) -> None:
    """The comparison has teeth: a false expectation of each sort is named."""
    path = tmp_path / "wrong" / "false.py"
    path.parent.mkdir()
    path.write_text(
        '"""\ntitle = "says what is not so"\nkind = "wrong"\n'
        'fails = ["data_augmenter.fresh_object"]\nmessage = ["bananas"]\n'
        'undecided = ["data_augmenter.keeps_shape"]\nnothing = ["fine_tuning"]\n'
        'advisories = ["alpaca_model.logits"]\n'
        '[[edit]]\ncell = "data_augmenter"\nold = "0.2"\nnew = "0.02"\n"""\n'
    )
    case_reader = CaseReader.of(spec)
    cases = list(case_reader.read(path))
    found = qualify(course, spec, cases, mutants=False)
    text = " ".join(found.surprises)
    worth = case_reader.worth["data_augmenter"]
    full = sum(worth.values())
    got = full - worth["data_augmenter.rotation_range"]
    said = full - worth["data_augmenter.fresh_object"] - worth["data_augmenter.keeps_shape"]
    assert f"{got} instead of {said} points" in text
    assert "failing rules: missing data_augmenter.fresh_object" in text
    assert "also data_augmenter.rotation_range" in text
    assert "undecided rules: missing data_augmenter.keeps_shape" in text
    assert "exercises without evidence: missing fine_tuning" in text
    assert "advisories: missing alpaca_model.logits" in text
    assert "does not say 'bananas'" in text
    assert not found.holds


def recorded(verdict: Verdict) -> Record:
    return Record("x", State.GRADED, (), (), verdicts={verdict.exercise: verdict})


def test_a_habit_is_compared_with_what_its_reader_gets(
    course: Course, spec: Lab, tmp_path: Path
) -> None:
    path = tmp_path / "habit" / "renamed.py"
    path.parent.mkdir()
    header = (
        '"""\ntitle = "another file name"\nkind = "habit"\nfails = []\nfile = "final.ipynb"\n'
        'state = "{state}"\nnotes = ["{note}"]\nmessage = ["{word}"]\n"""\n'
    )

    def surprises(state: str, note: str, word: str) -> list[str]:
        path.write_text(header.format(state=state, note=note, word=word))
        cases = list(CaseReader.of(spec).read(path))
        bench = Bench(stored=True)
        return qualify(course, spec, cases, mutants=False, bench=bench).surprises

    assert not surprises("graded with repairs", "file.renamed", "final.ipynb")
    (text,) = surprises("graded", "file.several", "bananas")
    assert "ends as 'graded with repairs' instead of 'graded'" in text
    assert "missing file.several" in text
    assert "also file.renamed" in text
    assert "does not say 'bananas'" in text


def test_where_points_vary_with_keras_they_have_an_upper_bound(course: Course, spec: Lab) -> None:
    cases = plan.select(load_cases(spec), ["hostile/isinstance_patched"])
    header = cases[0].header.model_copy(update={"varies": "as one version of Keras has it"})
    case = replace(cases[0], header=header)
    wrong = {"layers.1.factor": [-0.9, 0.9]}
    honest = samples.verdict_on(samples.edited("data_augmenter", wrong))
    assert honest.points == case.points["data_augmenter"]
    assert compare_case(case, recorded(honest)).as_expected
    less = samples.verdict_on(samples.edited("data_augmenter", {**wrong, "fresh": False}))
    assert less.points < honest.points
    assert compare_case(case, recorded(less)).as_expected
    forged = samples.verdict_on(samples.payload("data_augmenter"))
    problems = compare_case(case, recorded(forged)).problems
    gained = forged.points - honest.points
    assert gained > 0
    assert f"data_augmenter: gains {gained} points" in problems


def test_evidence_that_is_too_large_is_a_surprise(course: Course, spec: Lab) -> None:
    case = plan.select(load_cases(spec), SAMPLE[:1])[0]
    payload = samples.payload("data_augmenter")
    size = len(json.dumps(payload))

    def problems(more: int) -> tuple[str, ...]:
        run = EvidenceRun("test", "ok", 1, {**payload, "x": "x" * more}, 0)
        verdict = samples.verdict_on(payload)
        record = replace(recorded(verdict), evidence={"data_augmenter": run})
        return _outcome(case, Judged(record), {}).problems

    within = MOST_BYTES - size - len(json.dumps({"x": ""}))
    assert not [each for each in problems(within) if "bytes" in each]
    assert "data_augmenter: 5,001 bytes of evidence, more than 5,000" in problems(within + 1)


def test_a_changed_case_is_not_taken_from_an_earlier_run(
    course: Course, spec: Lab, tmp_path: Path
) -> None:
    # A cell that graded cells need: what they do not need is not executed.
    path = tmp_path / "habit" / "own_cell.py"
    path.parent.mkdir()
    header = '"""\ntitle = "a cell of its own"\nkind = "habit"\nfails = []\nstate = "graded"\n"""\n'

    def stored(cell: str) -> int:
        path.write_text(f"{header}# %% before data_augmenter\n{cell}\n")
        cases = list(CaseReader.of(spec).read(path))
        found = qualify(course, spec, cases, mutants=False, bench=Bench(stored=True))
        assert found.holds
        return found.stored

    assert [stored(cell) for cell in ("tf = tf", "tf = tf", "tf = (tf)")] == [0, 1, 0]


@pytest.mark.usefixtures("sandbox")
def test_the_sandbox_makes_no_difference(course: Course, spec: Lab) -> None:
    cases = plan.select(load_cases(spec), SAMPLE[:3])
    found = [
        qualify(course, spec, cases, mutants=False, bench=Bench(sandbox=sandbox))
        for sandbox in (False, True)
    ]
    assert found[0].outcomes == found[1].outcomes


def test_hostile_cases_are_executed_in_the_sandbox_or_not_at_all(
    course: Course, spec: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> None:
        raise SandboxUnavailableError("no sandbox today")

    monkeypatch.setattr("alpaca_course.qualification.run.require", none)
    monkeypatch.setattr("alpaca_course.qualification.execute.require", none)
    cases = plan.select(load_cases(spec), SAMPLE[-3:])
    found = qualify(course, spec, cases, mutants=False)
    assert not found.outcomes
    assert found.surprises == ["3 hostile cases were not executed. no sandbox today"]
    with pytest.raises(SandboxUnavailableError, match="no sandbox today"):
        qualify(course, spec, cases, mutants=False, bench=Bench(sandbox=True))
