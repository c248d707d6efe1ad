"""What students read when they run a visible check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest

from grader_tests.transfer_learning_mobilenet.tests.lab.answer import Answer
from grader_tests.transfer_learning_mobilenet.tests.lab.answers import ANSWERS
from grader_tests.transfer_learning_mobilenet.tests.lab.conftest import HELPERS

# One process for all answers; minutes where other tests use the same cores.
pytestmark = pytest.mark.timeout(1000)
Spoken = dict[str, dict[str, str]]
CODE_OF_ANSWERS = (
    'RandomFlip("horizontal")',
    "RandomRotation(0.2)",
    "include_top=False",
    "trainable = False",
    "training=False",
    "from_logits=True",
    "Dense(1)",
    "Dropout(0.2)",
    "[:fine_tune_at]",
)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.name)
def test_the_check_says_what_is_wrong(answer: Answer, spoken: Spoken) -> None:
    said = spoken[answer.name]
    if not answer.words:
        assert said["kind"] == "passed", said["text"]
        assert "all visible checks pass" in said["text"]
        return
    assert said["kind"] == answer.kind, said["text"]
    text = " ".join(said["text"].split())
    for word in answer.words:
        assert word in text


@pytest.mark.parametrize(("name", "remarked"), [("tuning", True), ("tuning, metric object", False)])
def test_a_remark_on_the_border_of_the_accuracy(name: str, remarked: bool, spoken: Spoken) -> None:
    assert ("cuts the logit at 0.5" in " ".join(spoken[name]["text"].split())) == remarked


@pytest.mark.parametrize("answer", [a for a in ANSWERS if a.words], ids=lambda answer: answer.name)
def test_a_message_is_short_and_gives_nothing_away(answer: Answer, spoken: Spoken) -> None:
    text = spoken[answer.name]["text"]
    assert "Traceback" not in text
    assert "\x1b" not in text, "colour carries no meaning here"
    assert len(text.splitlines()) <= 12
    for line in CODE_OF_ANSWERS:
        assert line not in text


def test_names_of_answers_are_unique() -> None:
    names = [answer.name for answer in ANSWERS]
    assert len(set(names)) == len(names)


def test_checks_stay_silent_while_nbgrader_grades(environment: dict[str, str]) -> None:
    code = (
        "import sys, json; sys.path.insert(0, sys.argv[1])\n"
        "import lab_checks\n"
        "for exercise in lab_checks.EXERCISES: getattr(lab_checks, f'check_{exercise}')({})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(HELPERS)],
        env={**environment, "NBGRADER_EXECUTION": "autograde"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert all(re.match(r"UNQ_C\d: visible checks are skipped", line) for line in lines)


def test_helpers_need_nothing_of_the_course() -> None:
    # The name itself may stand there: it is a key of the notebook's metadata.
    for path in HELPERS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                modules.append(node.module or "")
            assert not [m for m in modules if m.startswith("alpaca_course")], path.name
