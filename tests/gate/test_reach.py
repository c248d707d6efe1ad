"""Ways from plain names to what stands behind them: each was open once, and each is a kind."""

from __future__ import annotations

import pytest

from alpaca_course.gate.check import Code, findings
from alpaca_course.gate.policy import Policy, installed
from alpaca_course.sandbox import bubblewrap
from tests.gate.small import look

SETTERS = {
    "any attribute of any class, by functools": "import functools\n"
    "class Mine:\n    def call(self, x): return x\n"
    "functools.wraps(Mine, assigned=('call',), updated=())(RandomFlip)",
    "the code of a library's function": "from functools import wraps\n"
    "def mine(*a): return True\nwraps(mine, assigned=('__code__',), updated=())(np.mean)",
    "a method that is called with another object": "class A:\n    def f(x):\n"
    "        x.call = lambda *a: 0\nA.f(RandomFlip)",
    "a static method": "class A:\n    @staticmethod\n    def f(x):\n        x.call = 1\n"
    "A.f(model2)",
    "a constructor that a decorator keeps": "kept = []\ndef keep(f):\n    kept.append(f)\n"
    "    return f\nclass A:\n    @keep\n    def __init__(self): self.call = 1\nkept[0](model2)",
    "a first argument that is another object by then": "class A:\n    def __init__(self):\n"
    "        self = RandomFlip\n        self.call = lambda *a: 0\nA()",
    "the same by a loop": "class A:\n    def __init__(self):\n        for self in model2.layers:\n"
    "            self.call = 1\nA()",
    "the same from further inside": "class A:\n    def __init__(self):\n        def g():\n"
    "            nonlocal self\n            self = model2\n        g()\n        self.call = 1\nA()",
    "a data class of a library's class": "import dataclasses\ndataclasses.dataclass(RandomFlip)",
    "a copy with other insides": "import copy\ncopy.deepcopy(model2, {id(model2.optimizer): 3})",
    "such a copy by another name": "from copy import deepcopy as d\nd(model2, {})",
    "such a copy handed on": "import copy, functools\nfunctools.partial(copy.deepcopy, memo={})",
    "such a copy by getattr": "import copy\ngetattr(copy, 'deepcopy')(model2, {})",
    "a named tuple of another module": "import collections\n"
    "collections.namedtuple('Adam', 'a', module='keras.src.optimizers.adam')",
}
CLASSES = {
    "type of a type": "t = type(int)\nt('A', (RandomFlip,), {'__eq__': lambda a, b: True})",
    "the class of an array": "type(np.array(1))((1,), object, b'12345678')",
    "classes in a list": "[type(x) for x in (int,)][0]('A', (), {})",
    "a class of a class": "class Net(keras.Model):\n    pass\nclass B(Net):\n    layers = ()",
    "a class beside a network": "class A:\n    def get_config(self): return {}\n"
    "class B(A, keras.Model):\n    pass",
    "a class of a class by another name": "class Net(keras.Model):\n    pass\nN = Net\n"
    "class B(N):\n    layers = ()",
}
SETTINGS_OF_CLASSES = {
    "a rate of all optimizers of a kind": "keras.optimizers.Adam.learning_rate = 1e-5",
    "layers that say they are frozen": "tfl.Layer.trainable = False",
    "the same by another name": "L = tfl.Layer\nL.trainable = False",
    "the same in a loop": "for c in [tfl.Layer]:\n    c.trainable = False",
    "the same by a function": "def f(c):\n    c.trainable = False\nf(tfl.Layer)",
    "the same by a default": "def f(c=tfl.Layer):\n    c.trainable = False",
    "the same by a list": "c = [tfl.Layer][0]\nc.trainable = False",
    "the same by a choice": "c = (lambda: tfl.Layer)()\nc.trainable = False",
    "the same by a class of its own": "class A:\n    L = tfl.Layer\nA.L.trainable = False",
    "a network that says it is frozen": "class N(keras.Model):\n    pass\nN.trainable = False",
    "the same by a decorator's call": "class N(keras.Model):\n    pass\n"
    "def f(c):\n    c.trainable = False\nf(N)",
    "a module that the notebook shows and keeps": "np",
    "a class that the notebook shows and keeps": "type(int)",
    "such a class in a list": "[type(int)]",
}
CALLED_BY_OTHERS = {
    "builtins of the notebook, by a pattern": "match {'__import__': print}:\n"
    "    case {**__builtins__}: pass",
    "a list pattern": "match [1]:\n    case [*__builtins__]: pass",
    "fields of a data class, by a pattern": "import dataclasses\nclass A:\n"
    "    match {'x': int}:\n        case {**__annotations__}: pass\ndataclasses.dataclass(A)",
    "what a notebook shows an object by": "class A:\n    def _repr_mimebundle_(self, **k):\n"
    "        return {'application/x': {}}\ndisplay(A())",
    "the same by assignment": "class A:\n    _ipython_display_ = lambda self: None",
    "the same by a loop": "class A:\n    for _repr_html_ in [print]: pass",
    "the same by an import": "class A:\n    from math import sin as _repr_html_",
    "the same by a pattern": "class A:\n    match 1:\n        case _repr_html_: pass",
}
MODULES = {
    "the object of an AttributeError": "try:\n    np.no_such\nexcept AttributeError as e:\n"
    "    m = e.obj",
    "the same in a pattern": "match 1:\n    case AttributeError(obj=m): pass",
    "max with a key": "m = max(np, keras, key=lambda m: 0)",
    "a sum that begins with it": "m = sum([], np)",
    "a sort": "sorted([1], key=np)",
    "what AutoGraph puts beside a function": "def f(x):\n    return ag__.tf_inspect.getmembers(x)",
    "a generator of random numbers": "np.random.default_rng().bit_generator.cffi",
    "a function's graph": "f.get_concrete_function().graph.as_default()",
    "a figure's canvas": "fig.canvas.print_raw('x.py')",
    "collectors that are not found from here": "import notebooks.lab.evidence.x as m\n"
    "m.collect = 1",
    "memory that was given back": "a = np.array([1])\na.resize(9, refcheck=False)",
    "the same by a mapping": "a = np.array([1])\na.resize(9, **{'refcheck': False})",
    "the same handed on": "a = np.array([1])\nf = a.resize\nf(9, **k)",
    "the same by getattr": "a = np.array([1])\ngetattr(a, 'resize')(9, **k)",
    "the same by a pattern": "match np.array([1]):\n    case object(resize=r): r(9, **k)",
    "outputs that the notebook keeps": "for _oh in []: pass\n_oh[1]",
}
PATTERNS = {
    "a template": "match '{0.__class__}':\n    case str(format=f): f(model2)",
    "a writer of files": "match fig:\n    case object(savefig=s): s('x.py', format='raw')",
    "a constructor": "class A:\n    def __init__(self, call):\n        self.call = call\n"
    "match A:\n    case object(__init__=f): f(RandomFlip, print)",
    "a call": "match RandomFlip:\n    case object(__call__=f): f(1)",
}
# Python finds another object behind a name than the nearest function says.
SCOPES = {
    "a class reads what is global": "def f(np):\n    class A:\n        if False: np = 1\n"
    "        x = [np]\nf(1)",
    "a class's global names are not its methods'": "def f(np):\n    class A:\n"
    "        global np\n        def g(self): return np.gi_frame\n    return A().g()",
    "a name that is bound further below": "def f():\n    def g():\n        def h():\n"
    "            nonlocal x\n            x = np\n        h()\n    g()\n    x = 0\n"
    "    return [x]",
    "the same in a class": "def f():\n    class A:\n        def h(self):\n"
    "            nonlocal x\n            x = np\n    x = 0\n    return [x]",
    "the same beside a comprehension": "def f():\n    def g():\n        def h():\n"
    "            nonlocal x\n            x = np\n        [x for x in [1]]\n    x = 0\n"
    "    return [x]",
    "what was shown last behind an import that fails": "try:\n    import _\n"
    "except ImportError:\n    pass\n_.backend",
    "an older one in a function": "def f():\n    from nowhere import _12\n    return _12.canvas",
    "a builtin behind an import that fails": "try:\n    import max\nexcept ImportError:\n"
    "    pass\nmax([model2]).backend",
}
FILES = {
    "an image of any format": "keras.utils.array_to_img(x).save('evil.py', format='ppm')",
    "an image of any format by position": "image.save('evil.py', 'ppm')",
    "an image of any format by a dictionary": "image.save('x.png', **{'format': 'ppm'})",
    "an image's method handed on": "save = image.save\nsave('evil.py', 'ppm')",
    "a picture that is a program": "fig.savefig('evil.py', format='raw')",
    "a picture under any name": "fig.savefig(name)",
    "a picture of any format": "fig.savefig('x.png', **{'format': 'raw'})",
    "the method handed on": "s = fig.savefig\ns('evil.py', format='raw')",
    "an output of any type": "import IPython.display as d\n"
    "d.display({'application/x': 1}, raw=True)",
    "the same by another name": "from IPython.display import display as show\nshow({}, raw=True)",
    "the same handed on": "import functools\nfrom IPython.display import display as d\n"
    "functools.partial(d, raw=True)({})",
    "a template that is read later": "t = '{0.x}'.format\nt(model2)",
    "a template by getattr": "getattr('{0.__globals__}', 'format')(model2.summary)",
}
COMMANDS = [
    "%timeit -t import sys",
    "%timeit -p 3 import sys",
    "%timeit -v x import sys",
    "%time --no-raise-error import sys",
    "sx /bin/true",
    "cat /etc/passwd",
    "ls *",
    "run /tmp/x.py",
    "%%capture\nsx id",
    "%%capture\n%%bash\nid",
    "%%time\n%%bash\nid",
    "%%time\n%%capture\nsx id",
    # IPython looks at what its own transformers leave of a line.
    ">>> time exec('1')",
    ">>> sx id",
    "In [1]: ls *",
    "\x0csx id",
    "time\xa0exec('1')",
    "sx\u3000id",
    "sx(id)",
    "sx(echo x > y)",
    "%%capture\n>>> sx id",
    "%%time\n>>> sx id",
    "%time cat /etc/passwd",
    "%time ls -la",
    # It evaluates what is in braces behind a magic.
    "who {exec('1')}",
    "matplotlib {exec('1')}",
    ">>> whos {exec('1')}",
    # What a cell showed is kept, changed and shown again.
    "%%capture kept\ndisplay(1)",
    "%%capture --no-stderr kept\nx = 1",
]
REACHES = {
    **SETTERS,
    **CLASSES,
    **SETTINGS_OF_CLASSES,
    **CALLED_BY_OTHERS,
    **MODULES,
    **PATTERNS,
    **SCOPES,
    **FILES,
}


@pytest.mark.parametrize("source", REACHES.values(), ids=REACHES)
def test_what_reaches_further_than_its_name_is_a_finding(source: str) -> None:
    assert look(source)


@pytest.mark.parametrize("source", COMMANDS)
def test_a_command_behind_options_or_magics_is_a_finding(source: str) -> None:
    assert look(source)


@pytest.mark.parametrize(
    "source",
    [
        "print(type(model2), type(model2).__name__, f'{type(model2)}')",
        "print([type(x) for x in model2.layers])",
        "same = type(1) == type(2)\nassert type(model2) is not int",
        "type(model2)\nx = 1",
        "class A:\n    def __init__(self, a):\n        self.a, self.b = a, 1",
        "class A:\n    pass\nclass B(A):\n    pass\nclass C(B, Exception):\n    pass",
        "import dataclasses\n@dataclasses.dataclass\nclass A:\n    x: int = 1",
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass A:\n    x: int = 1",
        "import copy\nweights = copy.deepcopy(model2.get_weights())",
        "from collections import namedtuple\nP = namedtuple('P', 'a b')",
        "fig.savefig('curves.png', dpi=150)",
        "image.save('alpaca.png')\nimage.save('alpaca.JPG', quality=95)",
        "model2.save(path)\nmodel2.save('best.keras', overwrite=True)",
        "from IPython.display import display, HTML\ndisplay(HTML('x'), model2)",
        "%%timeit -n1 -r1\nx = 1",
        "%timeit -n 10 -r3 np.mean([1])",
        "%%capture\nx = 1",
        "%%capture --no-stderr\nx = 1",
        "matplotlib inline",
        "precision 3",
        "y = np.array([1])\ny.resize(3)\nz = f(**k)",
        "match 1:\n    case float(real=r, imag=0): pass",
        "def f(x):\n    class A:\n        y = x\n        def g(self): return x\n    return A",
        "%%time\nx = (",  # nothing of it runs
        "frozen = isinstance(model2, (keras.Model, tfl.Dense))\nmodel2.trainable = False",
        "D = tfl.Dense\nx = D(1)\nmodel2.trainable = False",
        "def f(x: tfl.Dense) -> keras.Model:\n    x.trainable = False\n    return x",
        "kinds = [tfl.Dense, tfl.Dropout]",
        "model2.trainable = False\nx = print(keras.AUTOTUNE)\ny = f(keras.AUTOTUNE)",
        "class Config:\n    pass\nConfig.learning_rate = 1e-4",
        "time = 3",
        "x = 1\nls = [1]",
    ],
)
def test_the_plain_use_of_the_same_is_none(source: str) -> None:
    assert look(source) == ()


def test_what_stands_beside_the_collector_counts_as_installed() -> None:
    assert installed("notebooks.lab.evidence")
    assert installed("grader_tests")


@pytest.mark.parametrize("mounted", [bubblewrap.PROGRAM, f"{bubblewrap.INPUTS}/inputs"])
def test_what_the_sandbox_puts_on_the_path_counts_as_installed(mounted: str) -> None:
    assert installed(mounted.rpartition("/")[2])


@pytest.mark.parametrize("source", ["import __main__ as m", "from __main__ import anything"])
def test_the_notebook_as_a_module_is_a_finding(source: str) -> None:
    assert findings([], [Code("C", source)], Policy())
