"""What the code of a cell says, without running it."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from alpaca_course.code import (
    know,
    names,
    parsed,
    python_tree,
    remembered,
    says_more,
    without_magics,
)

STUB = '# MARK\ndef f():\n    """Doc."""\n    x = None\n    # Write here\n    return x\n'
BLOCK = "loss = None\nrate = None\n"


@pytest.mark.parametrize(
    ("source", "given"),
    [
        (STUB, STUB),
        ("", STUB),
        ("pass", BLOCK),
        ("# nothing yet\n...\n", BLOCK),
        ('"""later"""', BLOCK),
        ("rate = None\nloss = None", BLOCK),
        ("def f():\n    pass\n", STUB),
        ("def f():\n    x = None\n    return x", STUB),
    ],
)
def test_no_answer(source: str, given: str) -> None:
    assert not says_more(source, given)


@pytest.mark.parametrize(
    ("source", "given"),
    [
        ("x = 1", BLOCK),
        ("loss = 'mse'\nrate = None", BLOCK),
        ("def f():\n    return 1", STUB),
        ("def f():\n    x = 2\n    return x", STUB),
        ("async def f():\n    return x", STUB),
        ("def f(:\n", STUB),
        ("print('hi')", BLOCK),
    ],
)
def test_an_answer(source: str, given: str) -> None:
    assert says_more(source, given)


def test_names_bound_and_read() -> None:
    binds, reads = names(
        "import os.path as p, sys\n"
        "def f(a, b=c):\n    local = a + g\n    return [i for i in h]\n"
        "class K(Base):\n    x = y\n"
        "for n in m: total += n\n"
        "print(f'{q:.2f}')\n"
    )
    assert binds == {"p", "sys", "f", "K", "n", "total"}
    assert {"c", "g", "h", "Base", "y", "m", "q", "print"} <= reads
    assert not {"a", "local", "i"} & reads


def test_what_python_cannot_read_has_no_names() -> None:
    assert names("def f(:") == (frozenset(), frozenset())
    assert parsed("def f(:") is None
    assert parsed("x = '\0'") is None


def test_magics_leave_the_lines_in_place() -> None:
    source = "%%time\nif x:\n    !ls\nfiles = !ls *.png\ny = 5 % 3\n?y"
    assert without_magics(source) == "pass\nif x:\n    pass\nfiles = None\ny = 5 % 3\npass"


@pytest.mark.parametrize("line", [" ", " \t", "a, ", "x" * 50, "\x0c", "a =  ", "%", "a.b? "])
def test_made_lines_take_no_time(line: str) -> None:
    """Quadratic expressions would take hours over these, and the suite's limit ends the test."""
    for source in (f"{line}\n" * 150_000, line * 300_000):
        assert without_magics(source).count("\n") == source.count("\n")


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("\n \n  %load x\n", "\n \n  pass\n"),
        ("a, b.c =  !ls\nd = 1", "a, b.c = None\nd = 1"),
        ("  files=%system ls", "  files= None"),
        ("x =\n%load y", "x =\npass"),
        ("print??\n!ls", "pass\npass"),
    ],
)
def test_magics_are_blanked_line_by_line(source: str, read: str) -> None:
    assert without_magics(source) == read


@pytest.fixture
def collected_often() -> Iterator[None]:
    """Garbage collection every few objects, in which other threads get their turn."""

    def others(*_: object) -> None:
        time.sleep(0)

    thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.callbacks.append(others)
    gc.set_threshold(20)
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*thresholds)
    gc.callbacks.remove(others)


@pytest.mark.usefixtures("collected_often")
def test_threads_that_parse_at_once_do_not_disturb_each_other() -> None:
    """One submission in a thousand needed a person for that (python/cpython#106905)."""
    texts = [
        "x = " + "(" * depth + "1" + ")" * depth + " + [a, b, c]\n" for depth in (1, 5, 20, 40)
    ]
    with ThreadPoolExecutor(4) as threads:
        trees = list(threads.map(python_tree, texts * 25))
    assert len(trees) == 100


def test_given_cells_are_looked_at_once_and_of_others_the_last_ones() -> None:
    looked: list[str] = []

    @remembered
    def look(source: str) -> int:
        looked.append(source)
        return len(source)

    know(["given = 1"])
    others = [f"own = {number}" for number in range(100)]
    for source in ("given = 1", *others, "given = 1", others[-1], others[0]):
        assert look(source) == len(source)
    assert looked.count("given = 1") == 1
    assert looked.count(others[-1]) == 1
    assert looked.count(others[0]) == 2
    long, endless = "x = 1\n" * 1000, "x = 1\n" * 20_000
    for source in (long, long, endless, endless, long):
        look(source)
    assert looked.count(long) == 1
    # Whoever writes it chooses how much memory its tree takes.
    assert looked.count(endless) == 2


def test_what_cannot_be_read_is_no_answer_that_is_kept() -> None:
    looked: list[str] = []

    @remembered
    def look(source: str) -> None:
        looked.append(source)
        raise SyntaxError(source)

    know(["given = ("])
    for source in ("given = (", "own = (") * 2:
        with pytest.raises(SyntaxError):
            look(source)
    assert len(looked) == 4


@pytest.mark.timeout(120)
def test_the_names_of_thousands_of_functions_take_no_longer_each() -> None:
    """Minutes where each name is looked for in all scopes."""
    source = "\n".join(f"def f{i}(x):\n    return g{i} + x" for i in range(60_000))
    binds, reads = names(source)
    assert (len(binds), len(reads)) == (60_000, 60_000)
