"""Which functions keep nothing, as far as their code says."""

from __future__ import annotations

from typing import Any

import pytest

from alpaca_course.kernel.keeping import keeps_nothing

NOTHING = {
    "constants and modules": "import math\nsize = (1, 2)\ndef f(a, b): return math.pi, size, a",
    "a function of the notebook": "def g(): return [1]\ndef f(a, b): return g()",
    "functions that call each other": "def g(): return f\ndef f(a, b): return g()",
    "a class of a library": "from fractions import Fraction\ndef f(a, b): return Fraction(1)",
    "a function of a library": "from json import dumps\ndef f(a, b): return dumps(a)",
    "defaults of what is given": "def f(a, b=[]): return b",
    "a default that is a number": "def f(a, b, c=0.2, *, d='x'): return c",
    "a lambda": "f = lambda a, b: [x for x in a]",
    "a function inside": "def f(a, b):\n    def g(x): return len(x)\n    return g(a)",
    "a name that is not there": "def f(a, b): return undefined",
}
SOMETHING = {
    "a list outside": "kept = []\ndef f(a, b): return kept",
    "a list outside, two calls away": "kept = []\ndef g(): return kept\ndef f(a, b): return g()",
    "a list outside, in a comprehension": "kept = []\ndef f(a, b): return [kept for _ in a]",
    "a list in a tuple": "kept = (1, [])\ndef f(a, b): return kept",
    "a name of the notebook": "def f(a, b):\n    global kept\n    kept = a",
    "all names": "def f(a, b): return globals()",
    "a default that stays": "def f(a, b, c=[]): return c",
    "a keyword's default": "def f(a, b, *, c=[]): return c",
    "an attribute of its own": "def f(a, b): return a\nf.kept = []",
    "an attribute of another": "def g(): pass\ng.kept = []\ndef f(a, b): return g.kept",
    "a closure": (
        "def make():\n    kept = []\n    def f(a, b): return kept\n    return f\nf = make()"
    ),
    "a cache": "import functools\n@functools.cache\ndef f(a, b): return []",
    "a cache, one call away": (
        "import functools\n@functools.cache\ndef g(): return []\ndef f(a, b): return g()"
    ),
    "a class of the notebook": "class K: kept = []\ndef f(a, b): return K.kept",
    "a method": "class K:\n    def m(self, a, b): return self\nf = K().m",
    "an object that is called": "class K:\n    def __call__(self, a, b): pass\nf = K()",
    "a bound method of a list": "kept = [].append\ndef f(a, b): return kept(a)",
    "a class": "class f: pass",
    "a number": "f = 3",
}


def function(code: str) -> Any:
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(code, names)
    return names["f"]


@pytest.mark.parametrize("name", NOTHING)
def test_a_function_that_keeps_nothing(name: str) -> None:
    assert keeps_nothing(function(NOTHING[name]), 2)


@pytest.mark.parametrize("name", SOMETHING)
def test_a_function_that_may_keep_something(name: str) -> None:
    assert not keeps_nothing(function(SOMETHING[name]), 2)


def test_a_default_that_stays_depends_on_what_is_given() -> None:
    code = "def f(a=[], b=1): return a"
    assert [keeps_nothing(function(code), given) for given in (0, 1, 2)] == [False, True, True]
