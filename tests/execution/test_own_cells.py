"""Own cells share a budget, and what they set does not reach given cells and checks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat import NotebookNode

from alpaca_course.contract.inputs import EvidenceCode
from alpaca_course.execution.forked import ForkedKernelSource
from alpaca_course.execution.kernels import RunSpec
from alpaca_course.execution.limits import RunLimits
from alpaca_course.execution.runner import Execution, execute
from alpaca_course.execution.settling import settling
from tests.execution.notebooks import check, lesson, notebook, own, solution

LIMITS = RunLimits(cell_seconds=4, total_seconds=12)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkedKernelSource]:
    made = ForkedKernelSource((), {})
    yield made
    made.close()


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> EvidenceCode:
    folder = tmp_path_factory.mktemp("evidence")
    (folder / "__init__.py").write_text("def settle():\n    import sys\n    sys.settled = True\n")
    return EvidenceCode("small", folder)


def run(nb: NotebookNode, source: ForkedKernelSource, evidence: EvidenceCode) -> Execution:
    return execute(nb, source=source, spec=RunSpec("0" * 32, evidence=evidence), limits=LIMITS)


def text(execution: Execution, index: int) -> str:
    return "".join(output.get("text", "") for output in execution.cells[index].outputs)


def test_own_cells_share_their_time_and_graded_ones_keep_theirs(
    source: ForkedKernelSource, evidence: EvidenceCode
) -> None:
    sleep = "import time; time.sleep(10)"
    nb = notebook(
        *(own(f"{sleep} # {name}") for name in ("one", "two", "six")),
        solution("a", "x = 1"),
        check("t", "print(x)"),
    )
    found = run(nb, source, evidence)
    assert found.ending == "complete"
    assert [cell.status for cell in found.cells] == ["timeout", "timeout", "not_run", "ok", "ok"]
    assert [(cut.what[-3:], cut.why) for cut in found.cuts] == [
        ("one", "timeout"),
        ("two", "timeout"),
        ("six", "timeout"),
    ]


def test_given_cells_find_the_labs_settings(
    source: ForkedKernelSource, evidence: EvidenceCode
) -> None:
    look = "import os, sys; print(os.getcwd() == start, os.environ.get('HERE'), sys.settled)"
    nb = notebook(
        "import os; start = os.getcwd(); os.environ['HERE'] = 'lab'",
        own("os.chdir('/'); print = None; del __import__('sys').settled"),
        look,
        solution("a", "seen = print"),
        check("t", "assert seen is None and print is None"),
    )
    found = run(nb, source, evidence)
    assert [cell.status for cell in found.cells] == ["ok"] * 5
    assert text(found, 2) == "True lab True\n"
    assert Path.cwd() != Path("/")


def test_an_ordinary_notebook_is_asked_once() -> None:
    nb = notebook("import os", solution("a", "x = 1"), check("t"), "y = x", solution("b", "z = 1"))
    assert list(settling(nb, {i: c.source for i, c in enumerate(nb.cells)}, "small")) == [0]


def test_a_kernel_is_asked_after_own_cells() -> None:
    nb = notebook("import os", own("x = 1"), own("y = 1"), "z = 1", own("q = 1"), lesson("w = 2"))
    asked = settling(nb, {i: c.source for i, c in enumerate(nb.cells)}, "small")
    assert list(asked) == [0, 3, 5]
    assert "hide=False" in asked[3]


def test_hidden_names_are_given_back_to_the_student() -> None:
    nb = notebook(
        "import os", own("len = 1"), "z = 1", solution("a", "x = len"), check("t"), "q = 1"
    )
    asked = settling(nb, {i: c.source for i, c in enumerate(nb.cells)}, "small")
    assert [i for i, code in asked.items() if "show" in code] == [1, 3]
    assert ["hide=True" in asked.get(i, "") for i in (2, 5)] == [True, True]
