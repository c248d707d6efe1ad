"""A few cases of each kind and a few mutants, really executed; the command runs all of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from alpaca_course.course import Course
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.lab import Lab
from alpaca_course.qualification import plan
from alpaca_course.qualification.case import CaseReader, load_cases
from alpaca_course.qualification.compare import compare_case
from alpaca_course.qualification.jobs import CellJob, JobResult, Messages
from alpaca_course.qualification.report import Qualification, page
from alpaca_course.qualification.run import qualify
from alpaca_course.qualification.store import ResultStore
from grader_tests.transfer_learning_mobilenet.tests.evidence import samples

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


def test_a_sample_does_as_its_headers_say(course: Course, spec: Lab) -> None:
    cases = plan.select(load_cases(spec), SAMPLE)
    done: list[tuple[int, int]] = []
    found = qualify(course, spec, cases, mutants=MUTANTS, tick=lambda *at: done.append(at))
    assert not found.surprises
    assert {o.name for o in found.outcomes} == {*SAMPLE, *MUTANTS}
    assert done[-1] == (len(SAMPLE) + len(MUTANTS),) * 2
    _check_json(found)
    assert "c2_preprocessing_first" in page(found)

    again = qualify(course, spec, cases, mutants=MUTANTS, stored=True)
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


def test_where_points_vary_with_keras_they_have_an_upper_bound(course: Course, spec: Lab) -> None:
    cases = plan.select(load_cases(spec), ["hostile/isinstance_patched"])
    (case,) = cases
    assert case.header.varies
    wrong = {"layers.1.factor": [-0.9, 0.9]}
    honest = samples.verdict_on(samples.edited("data_augmenter", wrong))
    assert honest.points == case.points["data_augmenter"]
    assert compare_case(case, {"data_augmenter": honest}).as_expected
    less = samples.verdict_on(samples.edited("data_augmenter", {**wrong, "fresh": False}))
    assert less.points < honest.points
    assert compare_case(case, {"data_augmenter": less}).as_expected
    forged = samples.verdict_on(samples.payload("data_augmenter"))
    problems = compare_case(case, {"data_augmenter": forged}).problems
    gained = forged.points - honest.points
    assert gained > 0
    assert f"data_augmenter: gains {gained} points" in problems


def test_a_changed_case_is_not_taken_from_an_earlier_run(course: Course, spec: Lab) -> None:
    lab = ReleasedLab.load(spec)
    (case,) = plan.select(load_cases(spec), ["wrong/c1_rotation_one_sided"])
    job = plan.case_job(case, lab)
    result = JobResult(job.name, job.challenge, {"data_augmenter": Messages(1, {"a": [1, None]})})
    store = ResultStore(course, lab)
    store.keep([job], [result])
    same = plan.case_job(case, lab)
    assert same.challenge != job.challenge
    assert ResultStore(course, lab).find(same) == result
    changed = replace(job, cells=(*job.cells, CellJob("1 + 1")))
    assert ResultStore(course, lab).find(changed) is None
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    other = replace(job, name="nested")
    store.keep([other], [replace(result, name="nested", tests={"x": Messages(1, deep)})])
    assert ResultStore(course, lab).find(other) is None
    assert ResultStore(course, lab).find(same) == result
    store.path.write_bytes(store.path.read_bytes()[:40])
    assert ResultStore(course, lab).find(same) is None
