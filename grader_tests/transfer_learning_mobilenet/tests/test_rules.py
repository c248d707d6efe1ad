"""Every rule on typed evidence: one thing is changed in the reference's, one rule must say so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from alpaca_course.contract.verdict import RuleResult
from grader_tests.transfer_learning_mobilenet.tests.evidence import samples
from grader_tests.transfer_learning_mobilenet.tests.faults import (
    ADAM,
    ALL_TRAINABLE,
    CASES,
    REMARKS,
)

ROOT = Path(__file__).resolve().parents[3]


def result_of(rule: str, edits: dict[str, Any]) -> RuleResult:
    verdict = samples.verdict_on(
        samples.edited(rule.partition(".")[0], edits), samples.FINGERPRINTS
    )
    return next(result for result in verdict.results if result.id == rule)


@pytest.mark.parametrize("exercise", samples.EXERCISES)
def test_the_reference_has_full_points_and_no_remark(exercise: str) -> None:
    verdict = samples.verdict_on(samples.payload(exercise), samples.FINGERPRINTS)
    assert verdict.points == verdict.max_points
    assert not verdict.advisories


@pytest.mark.parametrize(("rule", "edits", "words"), CASES, ids=lambda value: str(value)[:60])
def test_a_rule_fails_and_names_the_misconception(
    rule: str, edits: dict[str, Any], words: str
) -> None:
    result = result_of(rule, edits)
    assert (result.status, result.points) == ("failed", 0)
    assert result.message is not None
    assert words in f"{result.message.seen} {result.message.hint}"
    assert result.message.expected
    assert result.message.why


def test_every_rule_has_a_case() -> None:
    declared = {
        f"{exercise.id}.{rule.name}"
        for exercise in samples.RULES.values()
        for rule in exercise.rules
    }
    assert {rule for rule, _, _ in CASES} == declared


# Lines of the solution, and what they can be guessed from; spaces and quotes play no part.
ANSWERS = [
    r"trainable=(False|True|None)",
    r"training=False",
    r"RandomFlip\(",
    r"RandomRotation\(",
    r"Dropout\(",
    r"Dense\(",
    r"GlobalAveragePooling2D",
    r"include_top",
    r"weights=",
    r"from_logits",
    r"Adam\(",
    r"layers\[",
    r"\.compile\(",
]


@pytest.mark.parametrize(("rule", "edits", "words"), CASES, ids=lambda value: str(value)[:60])
def test_messages_give_no_line_of_the_answer(rule: str, edits: dict[str, Any], words: str) -> None:
    message = result_of(rule, edits).message
    assert message is not None
    text = f"{message.seen}{message.expected}{message.why}{message.hint}"
    text = re.sub(r"[\s'\"]", "", text)
    assert [answer for answer in ANSWERS if re.search(answer, text)] == []


def test_what_depends_on_a_missing_thing_is_undecided_and_says_so() -> None:
    function = {"status": "returned", "returned": "None"}
    data = samples.edited("alpaca_model", {"model": None, "function": function, "builds": []})
    verdict = samples.verdict_on(data)
    assert [result.id for result in verdict.failed] == ["alpaca_model.input_shape"]
    assert verdict.points == 0
    assert all(result.because for result in verdict.undecided)


def test_wrong_freezing_does_not_fail_again_in_the_training_step() -> None:
    result = result_of(
        "fine_tuning.moves_the_right_weights",
        {"inside.trainable_layers": ALL_TRAINABLE, "step.moved": "m" * 154},
    )
    assert result.status == "undecided"
    assert "Early layers frozen" in result.because


def test_a_head_that_gives_no_gradient_does_not_fail_again_in_the_training_step() -> None:
    edits = {"step.rest_moved": False, "step.rest_trainable": True}
    result = result_of("fine_tuning.moves_the_right_weights", edits)
    assert result.status == "passed"
    assert result.points == result.max_points > 0


def test_a_rate_that_is_wrong_is_no_other_optimizer() -> None:
    backwards = [[-number for number in step] for step in ADAM]
    for rate in (-0.099, 0.0):
        edits = {"in_model.optimizer.learning_rate": rate, "in_model.optimizer.steps": backwards}
        assert result_of("fine_tuning.optimizer", edits).status == "passed"
    still = {"in_model.optimizer.learning_rate": 1e-30, "step.moved": "." * 154}
    result = result_of("fine_tuning.moves_the_right_weights", still)
    assert (result.status, result.cause) == ("undecided", "fine_tuning.learning_rate")


def test_metrics_in_the_place_of_weights_are_one_mistake() -> None:
    reference = samples.payload("fine_tuning")
    named = {**reference["in_model"], "metrics": [{"kind": "accuracy", "by_name": True}]}
    edits = {
        "in_names": named,
        "in_model.metrics": [],
        "in_model.loss.values": [None] * len(reference["in_model"]["loss"]["values"]),
    }
    result = result_of("fine_tuning.loss", edits)
    assert (result.status, result.cause) == ("undecided", "fine_tuning.accuracy_metric")


def test_a_loop_that_passes_over_the_input_costs_nothing() -> None:
    edits = {"inside.trainable_layers": [[True, 1], [False, 119], [True, 34]]}
    verdict = samples.verdict_on(samples.edited("fine_tuning", edits))
    assert verdict.points == verdict.max_points


def test_a_form_that_is_not_kept_is_no_lack_of_chance() -> None:
    edits = {"sizes.0.shape_kept": False, "sizes.0.changed": 0, "sizes.0.marks": None}
    result = result_of("data_augmenter.random_in_training", edits)
    assert (result.status, result.cause) == ("undecided", "data_augmenter.keeps_shape")


@pytest.mark.parametrize("known", [False, None])
def test_the_order_of_the_text_counts_where_keras_does_not_know(known: bool | None) -> None:
    edits = {"hints.compiled_before_freezing": True, "flags_changed_since_compile": known}
    verdict = samples.verdict_on(samples.edited("fine_tuning", edits))
    assert bool(verdict.advisories) == (known is None)


@pytest.mark.parametrize(("exercise", "edits", "advisory"), REMARKS)
def test_advisories_cost_nothing(exercise: str, edits: dict[str, Any], advisory: str) -> None:
    verdict = samples.verdict_on(samples.edited(exercise, edits))
    assert verdict.points == verdict.max_points
    assert [item.id for item in verdict.advisories] == [f"{exercise}.{advisory}"]


def test_frozen_batch_normalization_is_noted_and_costs_nothing() -> None:
    data = samples.payload("fine_tuning")
    letters = data["inside"]["weighted"]
    data["inside"]["trainable_layers"] = [
        [i >= 120 and letter != "b", 1] for i, letter in enumerate(letters)
    ]
    data["step"]["moved"] = "".join(
        "-" if letter == "-" else "m" if i >= 120 and letter == "w" else "."
        for i, letter in enumerate(letters)
    )
    verdict = samples.verdict_on(data)
    assert verdict.points == verdict.max_points
    assert [item.id for item in verdict.advisories] == ["fine_tuning.batch_normalization"]


def test_without_known_fingerprints_untrained_weights_still_fail() -> None:
    data = samples.edited("alpaca_model", {"model.backbone.fresh_statistics": True})
    untrained = samples.verdict_on(data, None)
    assert [result.id for result in untrained.failed] == ["alpaca_model.pretrained_weights"]
    assert untrained.points < untrained.max_points
    trained = samples.verdict_on(samples.payload("alpaca_model"), None)
    assert trained.points == trained.max_points


def test_the_judge_needs_neither_keras_nor_tensorflow() -> None:
    code = (
        "import sys\n"
        "from grader_tests.transfer_learning_mobilenet.tests.evidence import samples\n"
        "for name in samples.EXERCISES:\n"
        "    samples.verdict_on(samples.payload(name))\n"
        "loaded = [n for n in sys.modules if n.split('.')[0] in ('keras', 'tensorflow')]\n"
        "sys.exit(f'imported {loaded}' if loaded else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
