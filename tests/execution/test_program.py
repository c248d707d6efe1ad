"""When two notebooks are the same program, and when their text counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from alpaca_course.contract.cells import STUDENT_CELL
from alpaca_course.execution.program import is_of_the_program, program_in, sees_text
from alpaca_course.execution.runner import CellRun, EvidenceRun, Execution, Followed
from alpaca_course.execution.stops import Stop

FILES = ("lab_checks.py", "pictures/list.csv")
GIVEN = "import lab_checks\nfrom lab_checks import check\nimport numpy as np\n"


def notebook(*students: str, given_code: str = GIVEN) -> NotebookNode:
    cells = [new_code_cell(given_code)]
    for source in students:
        cells.append(new_code_cell(source, metadata={"alpaca": {"origin": STUDENT_CELL}}))
    return new_notebook(cells=cells)


def program(*students: str, given_code: str = GIVEN) -> list[Any] | None:
    return program_in(notebook(*students, given_code=given_code), FILES)


SAME = {
    "comments": ("x = 1", "# one\nx = 1  # it is"),
    "white space": ("x = f(1, 2)", "x   =  f(1,\n        2,)\n\n\n"),
    "docstrings": ("def f():\n    return 1", "def f():\n  'gives one'\n  return 1"),
    "text above the code": ("x = 1", "'my answer'\nx = 1"),
    "quotes": ("x = 'a'", 'x = "a"'),
    "how a number is written": ("x = 16", "x = 0x10"),
    "brackets": ("x = 1 + 2", "x = (1 + (2))"),
    "a function without content": ("def f():\n    'nothing yet'", "def f():\n    pass"),
    "how figures are shown": ("x = 1", "%matplotlib inline\nx = 1"),
}


@pytest.mark.parametrize("texts", SAME.values(), ids=list(SAME))
def test_the_same_program(texts: tuple[str, str]) -> None:
    assert program(texts[0]) == program(texts[1]) is not None


OTHERS = {
    "names": ("x = 1", "y = 1"),
    "numbers": ("x = 1", "x = 1.0"),
    "truth": ("x = 1", "x = True"),
    "order": ("x = 1\ny = 2", "y = 2\nx = 1"),
    "what is shown": ("x", "x;"),
    "a text that is all of a cell": ("'a'", "'b'"),
    "a text that is used": ("def f():\n    return 'a'", "def f():\n    return 'b'"),
    "annotations": ("x: int = 1", "x: float = 1"),
    "names in a text of its own name": ("print(f'{x=}')", "print(f'{x = }')"),
}


@pytest.mark.parametrize("texts", OTHERS.values(), ids=list(OTHERS))
def test_another_program(texts: tuple[str, str]) -> None:
    first, second = map(program, texts)
    assert first is not None
    assert second is not None
    assert first != second


def test_cells_are_no_part_of_each_other() -> None:
    assert program("x = 1", "y = 2") != program("x = 1\ny = 2")


TEXT_COUNTS = [
    "print(f.__doc__)",
    "__doc__",
    "print('{0.__doc__}'.format(f))",
    "getattr(f, '__doc__')",
    "import inspect",
    "from traceback import print_exc",
    "In[-1]",
    "_ih",
    "_i",
    "get_ipython().history_manager",
    "f?",
    "%history",
    "%time x = 1",
    "%%time\nx = 1",
    "!ls",
    "pwd",
    "ls",
    "x = %pwd",
    "f = lambda: 1",
    "class A:\n    pass",
    "@tf.function\ndef f():\n    return 1",
    "def f(x):\n    return x\ndata.map(f)",
    "def f(x):\n    return x\ng = f",
    "def f(x):\n    def g():\n        return x\n    return g",
    "try:\n    x = 1\nexcept ValueError as error:\n    print(error)",
    "import warnings\nwarnings.filterwarnings('error', '', Warning, '', 3)",
    "import warnings\nwarnings.simplefilter('error')",
    "from warnings import simplefilter\nsimplefilter('always')",
    "import warnings\nwarnings.filterwarnings('ignore', lineno=3)",
    "lab_checks.check_it(f)",
    "check(f)",
    "import lab_checks as c",
    "x = '\\d'",
    "print(1 is 1)",
    "assert (x, 'always true')",
    "def broken(:",
    "await x",
    f"x = {'9' * 5000}",
    "x = " + "(" * 400 + "1" + ")" * 400,
]


@pytest.mark.parametrize("source", TEXT_COUNTS)
def test_where_the_text_counts(source: str) -> None:
    assert program("y = 1", source) is None


def test_a_function_that_given_code_hands_on() -> None:
    """AutoGraph reads what a locked cell gives to it, too."""
    source = "def f(x):\n    return x"
    assert program(source, given_code="y = f(1)") is not None
    assert program(source, given_code="data = data.map(f)") is None


def test_what_libraries_are_told_not_to_say() -> None:
    assert program("import warnings\nwarnings.filterwarnings('ignore')") is not None


@pytest.mark.parametrize(
    ("source", "sees"),
    [
        ("import ast\nx = namespace['x']", False),
        ("history = namespace.get('_ih')", True),
        ("import inspect", True),
        ("from inspect import getsource", True),
        ("f.__code__.co_firstlineno", True),
        ("getattr(f, '__doc__')", True),
        ("def broken(:", True),
    ],
)
def test_a_collector_that_sees_the_text(source: str, sees: bool) -> None:
    assert sees_text(source) == sees


CLEAN = Execution(
    challenge="0" * 32,
    ending="complete",
    cells=(CellRun("ok", [{"output_type": "stream", "name": "stdout", "text": "8\n"}]),),
    executed=(0,),
    tests=(EvidenceRun("test_double", "ok", 1, {"values": [6], "error": None}, 14),),
    seconds=1.0,
)
TEST = CLEAN.tests[0]
FOLLOWED = Followed(("double",), "0" * 32, "complete", (TEST,))


def printed(text: str) -> Execution:
    output = {"output_type": "stream", "name": "stderr", "text": text}
    return replace(CLEAN, cells=(CellRun("ok", [output]),))


def with_test(**changes: Any) -> Execution:
    return replace(CLEAN, tests=(replace(TEST, **changes),))


OF_ITS_TEXT = {
    "an error": replace(CLEAN, cells=(CellRun("error"),)),
    "an end before the end": replace(CLEAN, ending="died"),
    "too much output": replace(CLEAN, output_cut=True),
    "a warning's place": printed("/tmp/ipykernel_31/2345678901.py:3: UserWarning: careful"),
    "a line in an error that was caught": printed('File "<string>", line 1'),
    "a file of IPython's": printed("W1101 10:00:00.0 12 2345678901.py:3] careful"),
    "a stop": with_test(stop=Stop("ValueError", "", 3)),
    "an error of the function": with_test(
        payload={"function": {"error": {"type": "E", "line": 2}}}
    ),
    "an error in a list": with_test(payload={"calls": [{"type": "E", "text": "", "line": 2}]}),
    "no evidence": with_test(payload=None, messages=0),
    "an error beside the lab's own answer": replace(
        CLEAN, followed=(replace(FOLLOWED, tests=(replace(TEST, stop=Stop("ValueError")),)),)
    ),
    "an end beside the lab's own answer": replace(
        CLEAN, followed=(replace(FOLLOWED, ending="died"),)
    ),
}


@pytest.mark.parametrize("execution", OF_ITS_TEXT.values(), ids=list(OF_ITS_TEXT))
def test_an_execution_that_tells_of_its_text(execution: Execution) -> None:
    assert not is_of_the_program(execution)


@pytest.mark.parametrize("execution", [CLEAN, replace(CLEAN, followed=(FOLLOWED,))])
def test_an_execution_that_tells_of_its_program_alone(execution: Execution) -> None:
    assert is_of_the_program(execution)
