"""Of a student's own cells those are executed that graded cells need."""

from __future__ import annotations

import pytest

from alpaca_course.execution.needed import executed_cells, own_cells
from alpaca_course.execution.slicing import not_executed, sliced
from tests.execution.notebooks import check, lesson, notebook, own, solution

TUNE = "for layer in base.layers[:n]:\n    layer.trainable = False\nmodel.compile(opt)"
GIVEN = "import keras\nmodel = keras.Model()\nbase = model.layers[0]\nn = 3\nopt = 'adam'"


def is_needed(cell: str, answer: str = TUNE, *, after: bool = False) -> bool:
    """Whether an own cell before an answer, or between it and its test, is executed."""
    cells = [solution("a", answer), own(cell)] if after else [own(cell), solution("a", answer)]
    marked = sliced(notebook(GIVEN, *cells, check("t")))
    return bool(own_cells(marked) & executed_cells(marked).keys())


NEEDED = [
    "n = 5",
    "opt = keras.optimizers.SGD()",
    "def opt():\n    pass",
    "from keras import optimizers as opt",
    "for n in range(3):\n    pass",
    "def f():\n    global n\n    n = 2\nf()",
    "del n",
    "base.trainable = True",
    "base.layers[3].trainable = False",
    "for layer in base.layers:\n    layer.trainable = False",
    "inner = base\ninner.trainable = False",
    "last = base.get_layer('x')\nlast.trainable = False",
    "first, *rest = base.layers\nfirst.trainable = False",
    "[setattr(each, 'trainable', False) for each in base.layers]",
    "model.compile('sgd')",
    "model.pop()",
    "base.layers.append(1)",
    "def freeze(what):\n    what.trainable = False\nfreeze(base)",
    "def freeze(what):\n    what.trainable = False\nx = freeze(base)",
    "def freeze():\n    base.trainable = False\nfreeze()",
    "with open('x') as f:\n    base.load_weights(f)",
    "keras.Model.call = None\nmodel = keras.Model()",
    "from keras.layers import *",
    "globals()['n'] = 3",
    "exec('n = 3')",
    "%%time\nn = 3",
    "%time n = 3",
    "gone = base.layers.pop()",
    "ok = list(map(lambda each: setattr(each, 'trainable', False), base.layers))",
    "import random\nrandom.shuffle(base.layers)",
    "import numpy as np\nnp.put(n, [0], [3])",
    "class Tool:\n    def freeze(self, what):\n        what.trainable = False\n"
    "tool = Tool()\ntool.freeze(base)",
    "def note(f):\n    global n\n    n = 3\n    return f\n@note\ndef g():\n    pass",
    "n_of = lambda: base.layers.append(1)\nn_of()",
    "keras.Model?\nn = 3",
]
NOT_NEEDED = [
    "x = 1",
    "print(n)",
    "model.summary()",
    "history = model.fit(base, epochs=200)",
    "model.fit(base)",
    "model.evaluate(base)\nmodel.save('x.keras')",
    "print(len(model.layers), [each.name for each in base.layers])",
    "for i, each in enumerate(base.layers):\n    print(i, each.name)",
    "import matplotlib.pyplot as plt\nplt.imshow(base)\nplt.show()",
    "keras.utils.plot_model(model)",
    "keras.utils.set_random_seed(1)",
    "import os\nos.kill(os.getpid(), 9)",
    "from google.colab import drive\ndrive.mount('/content/drive')",
    "!pip install tensorflow",
    "%matplotlib inline",
    "while True: pass",
    "def broken(",
    "get_ipython().events.register('post_run_cell', print)",
    "import sys\nsys.modules['keras'] = None",
    "import builtins\nbuiltins.sum = max",
    "copy = keras.models.clone_model(model)",
]


@pytest.mark.parametrize(
    "cell",
    [
        "for each in keras.config.list_physical_devices('GPU'):\n"
        "    keras.config.experimental.set_memory_growth(each, True)",
        "keras.get_logger().setLevel('ERROR')",
        "keras.config.list_physical_devices()",
    ],
)
def test_devices_and_logs_are_no_part_of_an_answer(cell: str) -> None:
    assert not is_needed(cell, "model.compile(keras.optimizers.Adam())")
    assert is_needed("keras.config.set_floatx('float16')", "model.compile(keras.optimizers.Adam())")


@pytest.mark.parametrize("cell", NEEDED)
def test_what_makes_or_changes_what_an_answer_reads_is_needed(cell: str) -> None:
    assert is_needed(cell)


@pytest.mark.parametrize("cell", NOT_NEEDED)
def test_what_only_looks_trains_or_is_about_something_else_is_not(cell: str) -> None:
    assert not is_needed(cell)
    assert not is_needed(cell, after=True)


def test_between_an_answer_and_its_test_what_the_answer_makes_counts_too() -> None:
    assert is_needed("loss = 2", "loss = 1", after=True)
    assert is_needed("def f(): pass", "def f():\n    return helper()", after=True)


def test_what_a_function_reads_when_it_is_called_later_is_needed() -> None:
    nb = notebook(
        own("def helper():\n    return 1"),
        solution("a", "def f():\n    return helper()"),
        check("t"),
        own("def helper():\n    return 2"),
        "made = f()",
        solution("b", "seen = made"),
        check("u"),
    )
    assert not not_executed(sliced(nb))


def test_what_comes_after_the_last_test_is_not_needed() -> None:
    nb = notebook(solution("a", "x = y"), check("t"), own("y = 1\nx = 2"))
    assert not_executed(sliced(nb)) == [2]


def test_what_a_given_cell_makes_anew_is_not_needed_before_it() -> None:
    nb = notebook(own("n = 1"), own("m = 2"), "n = m", solution("a", "x = n"), check("t"))
    assert not_executed(sliced(nb)) == [0]


def test_own_cells_need_each_other() -> None:
    nb = notebook(own("a = 1"), own("b = a"), own("c = b"), solution("a", "x = b"), check("t"))
    assert not_executed(sliced(nb)) == [2]


@pytest.mark.parametrize(
    "cells",
    [
        ("def setup():\n    global n\n    n = 3", "setup()"),
        ("def more():\n    base.layers.append(1)", "more()"),
        ("def more():\n    base.layers.append(1)\ndef both():\n    more()", "both()"),
        ("more = lambda: base.layers.append(1)", "more()"),
        ("inner = model.layers[4]", "for each in inner.layers:\n    each.trainable = True"),
        ("mine = [base]", "mine[0].trainable = True"),
        ("inner = base", "last = inner.layers", "last[0].trainable = False"),
        ("def note(f):\n    base.trainable = True\n    return f", "@note\ndef g():\n    pass"),
        (
            "class Tool:\n    def freeze(self, what):\n        what.trainable = False\n"
            "tool = Tool()",
            "tool.freeze(base)",
        ),
    ],
)
def test_what_one_cell_does_by_another_is_needed(cells: tuple[str, ...]) -> None:
    marked = sliced(notebook(GIVEN, *map(own, cells), solution("a", TUNE), check("t")))
    assert not own_cells(marked) - executed_cells(marked).keys()


def test_a_function_that_only_looks_makes_no_cell_needed() -> None:
    cells = [own("def show():\n    print(base.layers)"), own("show()")]
    marked = sliced(notebook(GIVEN, *cells, solution("a", TUNE), check("t")))
    assert not own_cells(marked) & executed_cells(marked).keys()


def test_a_lesson_cell_that_an_answer_needs_wants_own_cells() -> None:
    nb = notebook(
        own("epochs = 3"), lesson("history = fit(epochs)"), solution("a", "x = history"), check("t")
    )
    marked = sliced(nb)
    assert list(executed_cells(marked)) == [0, 1, 2, 3]
    lone = notebook(own("epochs = 3"), lesson("history = fit(epochs)"), solution("a", "x = 1"))
    assert list(executed_cells(sliced(lone))) == [2]


def test_the_choice_stays_when_statements_are_left_out() -> None:
    """What is executed later on is never more than what was looked at before."""
    nb = sliced(notebook(own("keras = 1"), solution("a", "x = 1"), check("t")))
    nb.cells[1].source = "x = keras"
    assert list(executed_cells(nb)) == [1, 2]


def test_without_a_mark_own_cells_are_executed() -> None:
    nb = notebook(own("x = 1"), solution("a", "y = 1"), check("t"))
    assert list(executed_cells(nb)) == [0, 1, 2]
    assert nb.cells[0].metadata.alpaca == {"origin": "student"}  # slicing copies


def test_installing_is_left_out_of_what_is_executed() -> None:
    nb = sliced(notebook(solution("a", "!pip install x; evil\n%pip install y\nx = 1"), check("t")))
    assert executed_cells(nb)[0] == "pass\npass\nx = 1"


def test_code_that_is_too_deep_is_executed_where_it_is_looked_at() -> None:
    assert is_needed("n" + "[0]" * 900 + " = 1") or not is_needed("(" * 500)
