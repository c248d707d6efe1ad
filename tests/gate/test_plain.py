"""What students really write passes the gate."""

from __future__ import annotations

import pytest

from tests.gate.small import look

# With this beside it, no class of a library may be handed on: its settings could be set.
FREEZES = "for layer in base_model.layers:\n    layer.trainable = False\n"
PLAIN = [
    "for layer in base_model.layers[:120]:\n    layer.trainable = False",
    "model2.compile(loss='x', optimizer=keras.optimizers.Adam(1e-4), metrics=['accuracy'])",
    "[setattr(layer, 'trainable', False) for layer in base_model.layers]",
    "print(getattr(model2, 'name', None), hasattr(model2, 'layers'))",
    "layers = keras.layers\nx = layers.Dense(1)\nD = layers.Dropout",
    "from keras import layers\nx = layers.Dense(1)",
    "import keras.layers as L\ny = L.Dense",
    "from keras.layers import *\nx = Dense(1)",
    "a, b = keras.layers, np\nx = b.mean(a.Dense(1))",
    "def f(x, *, y=1):\n    x = keras.layers.Dense(1)(x)\n    return x\nf(2)",
    "f = lambda y_true, y_pred: np.mean(y_true)",
    "class Config:\n    rate = 0.1\n    def __init__(self, a):\n        self.a = a",
    "class Augmenter(keras.Sequential):\n    '''Flips.'''",
    "class Mistake(ValueError):\n    pass",
    "print(f'{np.mean([1]):.2f} {model2.name!r} {keras.__version__}')",
    "print('{} of {:.2f}'.format(1, 2.0), '%s' % 3, '{0[a]}'.format({'a': 1}))",
    "print(type(model2), type(model2).__name__, model2.__class__.__name__, isinstance(1, int))",
    "if __name__ == '__main__':\n    print(__doc__)",
    "for _ in range(3):\n    _unused = _",
    "%matplotlib inline\n%time x = np.mean([1])",
    "%%time\nfor layer in base_model.layers:\n    layer.trainable = False",
    "# fine-tuning\n%%time\nx = 1",
    "%tensorflow_version 2.x\nx = 1",
    "keras.layers.Dense?\nx = 1",
    "n = int(input('epochs? '))",
    "import gc\ngc.collect()\nfrom gc import collect",
    "import math, random, time, json, os\nprint(math.pi, os.path.join('a', 'b'), time.time())",
    "config = json.load(open('config.json'))\nimport json",
    "with open('notes.txt', 'r', encoding='utf-8') as f:\n    print(f.read())",
    "import no_such_frames as nf\nframe = nf.DataFrame(nf.anything, nf)",
    "import no_such_frames as nf\nnf.DataFrame(nf.x())['a'].backend\nframe = nf.x()\nframe.canvas",
    "from google.colab import drive\ndrive.mount('/content')",
    "try:\n    import no_such\nexcept ImportError:\n    no_such = None",
    "x = keras.layers.Dropuot(1)",  # it raises, as it does for the student
    "model2.sumary()",
    "optimizer = keras.optimizers.Adam()\noptimizer.learning_rate = 1e-4",
    "display(model2)\nfrom IPython.display import display, HTML\ndisplay(HTML('x'))",
    "def vars_of(vars):\n    return vars",
    "print = 3\nlist = [1]\nlen = 2",
    "x = [1, 2]\nx[0] = 3\ndel x[0]\nd = {}\nd['a'] = 1",
    "async def f():\n    return 1",
    "match 3:\n    case int() as n:\n        pass\n    case [a, *rest]:\n        pass",
    "def f(",  # nothing of it runs
    "x = “a”",
    "from .own import helper",
    "from __future__ import annotations\nx: keras.Model = None",
    FREEZES + "from typing import Optional, Tuple\nSize = Tuple[int, int]\n"
    "def f(a: Tuple[int, int] = (1, 1), b: Optional[keras.Model] = None) -> Optional[Tuple]: pass",
    FREEZES
    + "def f(a: keras.Model | None = None, *, b: list[keras.Model]) -> keras.Model | int: 1",
    FREEZES
    + "from dataclasses import dataclass\n@dataclass\nclass A:\n    b: keras.Model | None = 1",
    FREEZES + "from collections.abc import Sequence\nx: Sequence[keras.Model] = []",
    "layers = model2.layers\nfrom keras import layers\nfor layer in layers[:3]: print(len(layers))",
    "def outer():\n    n = 0\n    def inner():\n        nonlocal n\n        n += 1\n    inner()",
    "import warnings\nwarnings.filterwarnings('ignore')",
    "@keras.Model\ndef f(): pass",
    "super_name = 1\nclass A:\n    def go(self):\n        return 1\nclass B(A):\n"
    "    def __init__(self):\n        super().__init__()",
]


@pytest.mark.parametrize("source", PLAIN)
def test_plain_code_has_no_finding(source: str) -> None:
    assert look(source) == ()


def test_an_empty_notebook_is_plain() -> None:
    assert look() == ()
