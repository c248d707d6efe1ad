"""Ways out of plain code, as they are known from sandboxes for Python: each is a finding."""

from __future__ import annotations

import pytest

from tests.gate.small import look

WAYS_OUT = [
    # text that becomes code
    "eval('1')",
    "exec('x = 1')",
    "compile('1', '', 'eval')",
    "__import__('os')",
    "e = eval\ne('1')",
    "list(map(eval, ['1']))",
    "ｅｖａｌ('1')",  # Python reads it as eval
    "𝑒𝑥𝑒𝑐('1')",
    "(lambda f=exec: f('1'))()",
    "@exec\n@input\nclass X: pass",
    "breakpoint()",
    "help()",
    # A statement that needs what is missing is left out, and the builtin stands there again.
    "def f():\n    exec = no_such.x\n    exec('1')\nimport no_such",
    "if False:\n    eval = None\neval('1')",
    "[eval('1') for x in [1]]",
    "f'{eval(\"1\")}'",
    "x: eval('1') = 3",
    "def f(x: eval('1')): pass",
    "lambda x=eval('1'): 0",
    # namespaces
    "globals()['x'] = 1",
    "locals()",
    "vars(np)",
    "__builtins__",
    "__builtins__.eval",
    "print(__loader__)",
    "__build_class__",
    "In[0]",
    "Out",
    "get_ipython().user_ns",
    "ip = get_ipython()",
    "get_ipython().system('id')",
    "get_ipython().run_cell('1')",
    "_ih",
    # attributes with underscores, by every way of reading one
    "(1).__class__",
    "().__class__.__base__.__subclasses__()",
    "np.mean.__globals__",
    "model2.__dict__['call'] = 1",
    "model2._layers",
    "(lambda: 0).__code__",
    "model2.summary.__func__",
    "model2.call.__self__",
    "getattr(model2, '__dict__')",
    "getattr(model2, 'a' + 'b')",
    "getattr(*[model2, '__dict__'])",
    "g = getattr\ng(model2, '__dict__')",
    "list(map(getattr, [model2], ['__dict__']))",
    "setattr(model2, 'call', lambda x: x)",
    "setattr(model2, name, 1)",
    "hasattr(model2, '__dict__')",
    "delattr(model2, 'x')",
    "'{0.__class__}'.format(1)",
    "'{0.a.__globals__[x]}'.format(1)",
    "'{:{0.__class__}}'.format(1, 2)",
    "str.format('{0.__class__}', 1)",
    "t = '{0.__class__}'\nt.format(1)",
    "'{x.__class__}'.format_map({'x': 1})",
    "match 1:\n    case object(__class__=c):\n        pass",
    "class A:\n    __slots__ = ('a',)",
    "model2.__init__",
    "keras.Model.__init__(model2)",
    "keras.Model.__call__ = 1",
    "keras.Model.layers.fset(model2, [])",
    "keras.Model.layers.fdel(model2)",
    "f(__class__=1)",
    "import math as __m",
    "def f(__x): pass",
    # frames, generators, tracebacks
    "(x for x in [1]).gi_frame",
    "(x for x in [1]).gi_code",
    "async def f(): pass\nf().cr_frame",
    "g.ag_frame",
    "frame.f_back",
    "frame.f_globals",
    "tb.tb_frame",
    "f.func_globals",
    "c.co_consts",
    "type(1).mro()",
    "e.with_traceback(None)",
    # classes
    "type('A', (), {})",
    "t = type\nt('A', (), {})",
    "class A(metaclass=keras.Model): pass",
    "class A(keras.layers.Layer):\n    def call(self, x):\n        return x",
    "class A(keras.optimizers.SGD): pass",
    "class Adam(keras.optimizers.SGD):\n    '''Not Adam.'''",
    "class A(keras.Model):\n    trainable = False",
    "class A(str): pass",
    "class A(type(model2)): pass",
    "class A:\n    def __eq__(self, other): return True",
    "class A:\n    def __array__(self): return 1",
    "class A:\n    def __init_subclass__(cls): pass",
    "class A:\n    def __set_name__(self, a, b): pass",
    "class A:\n    def __getattr__(self, name): pass",
    "class A:\n    def __reduce__(self): pass",
    "def __getattr__(name): pass",
    # modules as values
    "f(np)",
    "x = [np]",
    "x = {'a': keras.layers}",
    "def f(): return np",
    "def f(m=np): pass",
    "(lambda: keras)()",
    "class A:\n    m = np",
    "class A:\n    import math",
    "class A:\n    from keras import layers",
    "model2.m = np",
    "x = (np, 1)[0]",
    "x = [m for m in [1] if (y := np)] or [y for _ in [1]]",
    "def f():\n    yield np",
    "a, *b = np, 1",
    "with np as n: pass",
    "x = y = np\nf(y)",
    "z = np if x else 1\nf(z)",
    "z = x and np\nf(z)",
    "f((w := np))",
    "def f():\n    global q\n    q = np\nprint(g(q))",
    "def f():\n    m = no_such.x\n    return g(m)\nm = keras.layers\nimport no_such",
    # modules and names that are not listed
    "import sys",
    "import os.path as p, sys as s",
    "import os\nos.system('id')",
    "import os\nos.environ['A'] = 'b'",
    "import os\nos.path.os.system('id')",
    "from os import system",
    "from os import *\nkill(1, 9)",
    "import builtins",
    "import importlib",
    "import ctypes",
    "import inspect",
    "import gc\ngc.get_objects()",
    "from gc import callbacks",
    "import gc\nprint(gc.collect, gc.get_referrers(np))",
    "import pickle",
    "import subprocess as sp",
    "import threading",
    "import operator",
    "import codecs",
    "import pandas as pd",
    "import alpaca_course.kernel",
    "from notebooks.lab.evidence import probes",
    "from IPython import get_ipython",
    "from IPython.display import publish_display_data",
    "import IPython\nIPython.get_ipython()",
    "import ipykernel",
    "import string\nstring.Formatter()",
    "import typing\ntyping.get_type_hints(f)",
    "import warnings\nwarnings.sys",
    "import collections\ncollections._sys",
    "import functools\nfunctools.singledispatch",
    "import dataclasses\ndataclasses.make_dataclass",
    "import random\nrandom._os",
    "import json\njson.decoder",
    "np.load('x', allow_pickle=True)",
    "np.lib.stride_tricks",
    "np.ctypeslib",
    "n = np\nn.load",
    "from numpy import load",
    "from numpy import *\nload('x')",
    "keras.saving.load_model('x')",
    "import keras.src",
    "from keras.src import backend",
    "keras.src.layers",
    "tfl.TFSMLayer('x')",
    "L = keras.layers\nL.deserialize({})",
    "getattr(keras, 'saving')",
    "lab_models.os.system('id')",
    "lab_models.hooks",
    "from lab_models import os",
    "lab_models.sys",
    # objects that lead to modules, memory or files
    "RandomFlip('horizontal').backend.numpy.builtins",
    "model2.layers[0].backend",
    "np.array([1]).ctypes.data",
    "np.array([1]).tofile('json.py')",
    "np.array([1]).dump('x')",
    "keras.layers.Dense.from_config({})",
    "open('x', 'w')",
    "open('/etc/passwd')",
    "open('../x')",
    "open(name)",
    "o = open\no('x', 'w')",
    "open('x', mode=m)",
    "open(*['x', 'w'])",
    "display({'application/x': 1}, raw=True)",
    "d = display\nd({}, raw=True)",
    "display(1, **{'raw': True})",
    # changes of what is not the student's
    "keras.layers.Dense = 1",
    "np.mean = lambda x: 0",
    "keras.layers.Dense.call = lambda self, x: x",
    "RandomFlip.call = 1",
    "model2.call = lambda x: x",
    "model2.predict = model2.layers[0].get_weights = None",
    "model2.optimizer.apply_gradients = f",
    "for model2.call in [1]: pass",
    "with f() as model2.call: pass",
    "[0 for model2.call in [1]]",
    "del model2.call",
    "model2.call += 1",
    "model2.call: int = 1",
    "(model2.call, x) = 1, 2",
    "class A:\n    @classmethod\n    def f(cls):\n        cls.x = 1",
    "def f(self):\n    self.call = 1\nf(model2)",
    # commands
    "!ls",
    "x = !ls",
    "%run evil.py",
    "%%bash\nls",
    "%%writefile x.py\nimport os",
    "%%capture\n!ls",
    "%%time\nimport sys",
    "%time import sys",
    "%%timeit import sys\nx = 1",
    "%load_ext evil",
    "%pylab",
    "%config Application.x = 1",
    "%cd /",
    "%env A=b",
    "sx ls",
    "system ls",
    "run evil.py",
    "cd -1",
    "ls",
    "/exec 'x'",
    ",exec x",
    ";exec x",
]


@pytest.mark.parametrize("source", WAYS_OUT)
def test_a_way_out_is_a_finding(source: str) -> None:
    assert look(source)


def test_findings_name_cell_line_reason_and_source() -> None:
    (found,) = look("x = 1", "y = 1\n\nimport sys\n")
    assert (found.place, found.line, found.source) == ("'1'", 3, "import sys")
    assert found.reason == "reaches into the interpreter"


def test_lines_under_a_magic_are_those_of_the_cell() -> None:
    (found,) = look("%%time\nx = 1\nimport sys")
    assert (found.line, found.source) == (3, "import sys")


@pytest.mark.parametrize("above", ["\n\n", "  \n\t\n", "\n%%time\n", "%%time\n\n"])
def test_lines_under_empty_ones_are_those_of_the_cell(above: str) -> None:
    (found,) = look(f"{above}x = 1\nimport sys")
    assert (found.line, found.source) == (4, "import sys")


@pytest.mark.parametrize(
    "source",
    [
        "(" * 5000,
        "-" * 20000 + "1",
        "x" + ".a" * 20000,
        "x = " + "[" * 90 + "]" * 90,
        "1+" * 30000 + "1",
        "a0 = 1\n" + "\n".join(f"a{i} = a{i + 1}" for i in range(3000)),
        "getattr(" * 50 + "x" + ", 'a')" * 50,
        "class A0: pass\n"
        + "\n".join(f"class A{i + 1}(A{i}, A{i}): pass" for i in range(50))
        + "\na = A50()\na.send",
        "\n".join("x" + ".a" * 250 for _ in range(150)),
        "%a\n" * 30_000,
        "%time " * 15_000 + "1",
        "%%time\n" * 10_000 + "x = 1",
    ],
    ids=[
        "brackets",
        "minuses",
        "attributes",
        "lists",
        "sum",
        "chain of names",
        "calls of getattr",
        "bases",
        "chains of attributes",
        "magics",
        "magics in a line",
        "magics in each other",
    ],
)
def test_what_is_made_to_be_hard_to_look_at_ends(source: str) -> None:
    look(source)


def test_what_is_too_long_to_look_at_is_a_finding() -> None:
    assert "too long" in look("x = 1\n" * 20_000)[0].reason


def test_what_is_nested_too_deeply_is_a_finding() -> None:
    assert "too deeply" in look("x" + ".a" * 20_000)[0].reason


def test_names_of_one_cell_are_known_in_the_next() -> None:
    assert look("n = np", "n.load('x')")[0].place == "'1'"
