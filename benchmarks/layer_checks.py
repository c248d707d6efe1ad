"""Test cells as a course without evidence has them: assertions on layers, in the student's kernel.

What public courses on this lab assert: kinds, settings and order of layers, shapes and numbers of
parameters against a list of the instructor's, and what the model was compiled with. Cheap, and
blind to what a layer computes, to what is frozen, and to whatever else runs in that kernel.
"""

from __future__ import annotations

from collections.abc import Mapping

import nbformat
from nbformat import NotebookNode

from alpaca_course.contract.cells import is_test

_AUGMENTER = """
_flip, _turn = data_augmenter().layers
assert type(_flip).__name__ == "RandomFlip" and _flip.mode == "horizontal"
assert type(_turn).__name__ == "RandomRotation" and _turn.factor == (-0.2, 0.2)
"""
_MODEL = """
def _row(layer):
    settings = layer.get_config()
    told = [settings[name] for name in ("rate", "activation", "units") if name in settings]
    shape = layer.batch_shape if hasattr(layer, "batch_shape") else layer.output.shape
    return [type(layer).__name__, tuple(shape), layer.count_params(), *told]

_model = alpaca_model((160, 160), data_augmenter())
_model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
_expected = [
    ["InputLayer", (None, 160, 160, 3), 0],
    ["Sequential", (None, 160, 160, 3), 0],
    ["Functional", (None, 5, 5, 1280), 2257984],
    ["GlobalAveragePooling2D", (None, 1280), 0],
    ["Dropout", (None, 1280), 0, 0.2],
    ["Dense", (None, 1), 1281, "linear", 1],
]
_rows = [_row(layer) for layer in _model.layers]
assert len(_rows) == len(_expected), _rows
for _found, _wanted in zip(_rows, _expected):
    assert _found == _wanted, (_found, _wanted)
"""
_TUNING = """
assert isinstance(loss_function, tf.keras.losses.BinaryCrossentropy)
assert loss_function.get_config()["from_logits"] is True
assert isinstance(optimizer, tf.keras.optimizers.Adam)
assert abs(float(optimizer.learning_rate) - 0.1 * base_learning_rate) < 1e-9
assert metrics[0] == "accuracy"
"""
CHECKS: Mapping[str, str] = {
    "test_data_augmenter": _AUGMENTER,
    "test_alpaca_model": _MODEL,
    "test_fine_tuning": _TUNING,
}


def with_layer_checks(notebook: NotebookNode) -> NotebookNode:
    """A copy of an instructor's notebook whose hidden tests are these."""
    changed = nbformat.from_dict(notebook)
    for cell in changed.cells:
        if is_test(cell):
            hidden = CHECKS[cell.metadata.nbgrader.grade_id].strip()
            cell.source = f"### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    return changed
