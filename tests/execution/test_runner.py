"""The runner ends within its limits whatever the notebook does, and brings home what counts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from pydantic import TypeAdapter

from alpaca_course.execution.cache import ExecutionCache, execution_key
from alpaca_course.execution.client import CUT_NOTE
from alpaca_course.execution.forked import ForkedKernelSource
from alpaca_course.execution.kernels import Kernel, KernelSource, RunSpec
from alpaca_course.execution.limits import RunLimits
from alpaca_course.execution.local import LocalKernelSource
from alpaca_course.execution.needed import hidden_part
from alpaca_course.execution.runner import (
    EvidenceRun,
    Execution,
    NoKernelError,
    execute,
)

PUBLISH = (
    "from IPython.display import display\n"
    'display({"application/vnd.alpaca.evidence+json": {"n": 1}}, raw=True)\n'
    "0.0"
)
LIMITS = RunLimits(cell_seconds=2, total_seconds=25, output_bytes=100_000, evidence_bytes=10_000)


def sends_evidence(grade_id: str, source: str = PUBLISH) -> NotebookNode:
    nbgrader = {"grade": True, "solution": False, "grade_id": grade_id, "points": 1}
    return new_code_cell(source, metadata={"nbgrader": nbgrader})


def run(
    cells: Sequence[str | NotebookNode],
    limits: RunLimits = LIMITS,
    source: KernelSource | None = None,
) -> Execution:
    made = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    spec = RunSpec("0" * 32, files={"helper.py": b"VALUE = 7\n"})
    return execute(
        new_notebook(cells=made), source=source or LocalKernelSource(), spec=spec, limits=limits
    )


def evidence(execution: Execution) -> dict[str, EvidenceRun]:
    return {test.grade_id: test for test in execution.tests}


def text(execution: Execution, index: int) -> str:
    return "".join(output.get("text", "") for output in execution.cells[index].outputs)


@pytest.fixture(scope="module")
def forked() -> Iterator[ForkedKernelSource]:
    source = ForkedKernelSource((), {})
    yield source
    source.close()


@pytest.fixture(scope="module", params=["a process of its own", "a fork"])
def ordinary(request: pytest.FixtureRequest, forked: ForkedKernelSource) -> Execution:
    """One notebook with all that goes well, and all that may go wrong without ending it."""
    source = forked if request.param == "a fork" else LocalKernelSource()
    return run(
        [
            new_markdown_cell("text"),
            "import os, helper\nprint(helper.VALUE, os.environ['ALPACA_CHALLENGE'])",
            new_code_cell("raise SystemExit", metadata={"tags": ["lesson"]}),
            "1 / 0",
            PUBLISH,
            sends_evidence("once"),
            sends_evidence("twice", f"{PUBLISH}\n{PUBLISH}"),
            sends_evidence("large", PUBLISH.replace('"n": 1', '"n": "x" * 20_000')),
            sends_evidence("none", "raise ValueError('no evidence')"),
            sends_evidence(
                "hidden",
                "raise ValueError('visible')\n### BEGIN HIDDEN TESTS\n"
                f"{PUBLISH}\n### END HIDDEN TESTS",
            ),
            "import time\nwhile True:\n    time.sleep(0.1)",
            "while True:\n    try:\n        while True: pass\n    except KeyboardInterrupt:\n"
            "        stopped = globals().get('stopped', 0) + 1\n"
            "        if stopped == 2: break",
            "print('x' * 300_000)",
            "print('after')",
            sends_evidence("last"),
        ],
        source=source,
    )


def test_cells_run_in_order_with_their_files(ordinary: Execution) -> None:
    assert ordinary.ending == "complete"
    assert text(ordinary, 1) == f"7 {'0' * 32}\n"


def test_status_of_each_cell(ordinary: Execution) -> None:
    found = [cell.status for cell in ordinary.cells]
    assert found[:4] == ["skipped", "ok", "skipped", "error"]
    assert found[10:12] == ["timeout", "timeout"]
    assert found[14] == "ok"


def test_evidence_counts_from_the_test_cells_own_run(ordinary: Execution) -> None:
    found = evidence(ordinary)
    assert {name: test.messages for name, test in found.items()} == {
        "once": 1,
        "twice": 2,
        "large": 1,
        "none": 0,
        "hidden": 1,
        "last": 1,
    }
    assert found["once"].payload == {"n": 1}
    assert found["large"].payload is None
    assert found["large"].size > 20_000
    assert found["none"].error == "ValueError: no evidence"


def test_evidence_is_no_output(ordinary: Execution) -> None:
    assert "vnd.alpaca" not in json.dumps([cell.outputs for cell in ordinary.cells])


def test_output_is_cut_and_said_once(ordinary: Execution) -> None:
    assert ordinary.output_cut
    assert sum(CUT_NOTE in text(ordinary, index) for index in range(len(ordinary.cells))) == 1


def test_execution_is_json(ordinary: Execution) -> None:
    text = json.dumps(ordinary, default=vars)
    assert TypeAdapter(Execution).validate_python(json.loads(text)) == ordinary


def test_a_fork_finds_nothing_of_the_one_before(forked: ForkedKernelSource) -> None:
    first = run(
        [
            "import os, subprocess, sys, tempfile\nleft = 1\nsys.left = 1\n"
            "os.environ['LEFT'] = '1'\nopen('left', 'w').close()\n"
            "open(tempfile.gettempdir() + '/left', 'w').close()\n"
            "print(subprocess.Popen(['sleep', '600']).pid)"
        ],
        source=forked,
    )
    child = int(text(first, 0))
    second = run(
        [
            "import os, sys, tempfile\n"
            "print('left' in globals(), hasattr(sys, 'left'), 'LEFT' in os.environ,\n"
            "      os.listdir(), os.listdir(tempfile.gettempdir()))"
        ],
        source=forked,
    )
    assert text(second, 0) == "False False False ['helper.py'] []\n"
    # Where nobody reaps orphans, what was killed stays as a zombie.
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE
    assert first.usage.cpu_seconds
    assert first.usage.max_rss_bytes


def test_a_fork_that_dies_takes_nobody_with_it(forked: ForkedKernelSource) -> None:
    found = run([sends_evidence("before"), "import os\nos._exit(0)"], source=forked)
    assert found.ending == "died"
    assert [test.messages for test in found.tests] == [1]
    assert run([sends_evidence("alone")], source=forked).ending == "complete"


def test_a_fork_that_kills_its_parent_costs_the_next_one_nothing(
    forked: ForkedKernelSource,
) -> None:
    kills = "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(1)"
    found = run([sends_evidence("before"), kills], source=forked)
    assert [test.messages for test in found.tests] == [1]
    assert run([sends_evidence("alone")], source=forked).ending == "complete"


def test_what_a_fork_cannot_import_is_said() -> None:
    source = ForkedKernelSource(("no_such_module",), {})
    with pytest.raises(NoKernelError, match="no_such_module"):
        run(["1"], source=source)
    source.close()


def test_a_kernel_that_ends_leaves_what_came_before() -> None:
    found = run([sends_evidence("before"), "import os\nos._exit(0)", sends_evidence("after")])
    assert found.ending == "died"
    assert [test.messages for test in found.tests] == [1, 0]
    assert found.cells[2].status == "not_run"


def test_a_kernel_that_ignores_interrupts() -> None:
    found = run(
        [
            sends_evidence("before"),
            "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
            sends_evidence("after"),
        ],
        RunLimits(cell_seconds=1, total_seconds=6),
    )
    assert found.ending == "total_timeout"
    assert [test.messages for test in found.tests] == [1, 0]


def test_a_flood_of_output_ends_the_run() -> None:
    found = run(
        ["import os\nwhile True: print('x' * 10_000, flush=True)", sends_evidence("after")],
        RunLimits(cell_seconds=20, total_seconds=25, output_bytes=10_000),
    )
    assert found.ending == "output"
    assert found.tests[0].status == "not_run"


def test_updates_reach_their_own_cell_only() -> None:
    show = "from IPython.display import display\nhandle = display('{}', display_id='{}')"
    found = run(
        [
            show.format("first", "a"),
            "_ = display('later', display_id='a', update=True)",
            show.format("one", "b") + "\nhandle.update('two')",
        ]
    )
    plain = [output["data"]["text/plain"] for cell in found.cells for output in cell.outputs]
    assert plain == ["'first'", "'two'"]


def test_no_kernel_is_not_the_notebooks_fault() -> None:
    class Broken:
        def close(self) -> None: ...

        @asynccontextmanager
        async def kernel(self, spec: RunSpec) -> AsyncIterator[Kernel]:
            raise OSError("no kernel today")
            yield

    with pytest.raises(NoKernelError, match="no kernel today"):
        execute(new_notebook(), source=Broken(), spec=RunSpec("0" * 32), limits=LIMITS)


def test_cache_ignores_what_is_damaged(ordinary: Execution, tmp_path: Path) -> None:
    cache = ExecutionCache(tmp_path)
    key = "a" * 64
    assert cache.load(key) is None
    cache.store(key, ordinary)
    assert cache.load(key) == ordinary
    whole = cache.path(key).read_bytes()
    for damaged in (b"", whole[:-1], whole.replace(b'"ok"', b'"no"', 1), b"\xff" + whole):
        cache.path(key).write_bytes(damaged)
        assert cache.load(key) is None


def test_key_names_what_is_executed() -> None:
    def key(*cells: str | NotebookNode, **facts: object) -> str:
        made = [new_code_cell(c) if isinstance(c, str) else c for c in cells]
        return execution_key(new_notebook(cells=made), facts)

    lesson = new_code_cell("fit()", metadata={"tags": ["lesson"]})
    assert key("a = 1") == key("a = 1") == key("a = 1", lesson, new_markdown_cell("text"))
    assert key("a = 1") != key("a = 2")
    assert key("a = 1") != key("a = 1", keras="3.15")


def test_hidden_part() -> None:
    source = "check()\n### BEGIN HIDDEN TESTS\ngrade()\n### END HIDDEN TESTS\n"
    assert hidden_part(source) == "grade()"
    assert hidden_part("check()") == "check()"
