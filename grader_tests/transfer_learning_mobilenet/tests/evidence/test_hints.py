"""What the program of a cell suggests, however it is written."""

from __future__ import annotations

import pytest

from notebooks.transfer_learning_mobilenet.evidence.seen import HintsSeen
from notebooks.transfer_learning_mobilenet.evidence.source_hints import hints

FREEZE = "for layer in base_model.layers[:120]:\n    layer.trainable = False\n"
COMPILE = "model2.compile(loss=loss_function)\n"
GIVEN = "base_model.trainable = True\n"
LONG = f"# {'a long note ' * 4000}\n"
CASES = {
    "frozen, then compiled": (FREEZE + COMPILE, HintsSeen()),
    "compiled, then frozen": (COMPILE + FREEZE, HintsSeen(compiled_before_freezing=True)),
    "compiled before and after": (COMPILE + FREEZE + COMPILE, HintsSeen()),
    "in one line": (
        "model2.compile(); base_model.trainable = False",
        HintsSeen(compiled_before_freezing=True),
    ),
    "in one line, the right way round": (
        "base_model.trainable = False; model2.compile()",
        HintsSeen(),
    ),
    "a value that counts as False": (
        FREEZE.replace("False", "None") + COMPILE,
        HintsSeen(falsy_trainable=True),
    ),
    "the wrong way round": (
        FREEZE.replace("False", "True") + COMPILE,
        HintsSeen(sets_trainable_true=True),
    ),
    "below a long note": (LONG + COMPILE + FREEZE, HintsSeen(compiled_before_freezing=True)),
    "no fine-tuning": ("x = 1", HintsSeen()),
    "no Python": (FREEZE + "def broken(:", HintsSeen()),
}


@pytest.mark.parametrize(("source", "found"), CASES.values(), ids=list(CASES))
def test_hints(source: str, found: HintsSeen) -> None:
    assert hints({"_ih": ["", GIVEN, source, "grade()"]}) == found


def test_the_last_such_cell_counts_and_odd_namespaces_say_nothing() -> None:
    assert hints({"_ih": [COMPILE + FREEZE, FREEZE + COMPILE]}) == HintsSeen()
    for namespace in ({}, {"_ih": None}, {"_ih": [1, None]}):
        assert hints(namespace) == HintsSeen()
