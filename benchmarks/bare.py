"""Run submissions in bare forks of a process that has imported the lab's libraries.

``python -m benchmarks.bare FILES WORKERS MODULE…`` takes a list of jobs as JSON from stdin, runs at
most WORKERS of them at a time, and prints an answer a line as they end. No Jupyter, no sandbox: an
IPython shell runs the cells, and evidence is taken from its display publisher.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import secrets
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from nbformat import NotebookNode

from alpaca_course.execution.needed import executed_cells
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.kernel import MIME_TYPE
from alpaca_course.sandbox.process_one.kernel import preload

# Environment variable: the module that prepares the lab's template, where the forks are of one.
TEMPLATE = "BARE_TEMPLATE"
SHELL = "IPython.core.interactiveshell"


@dataclass(frozen=True)
class CellJob:
    """One code cell; ``exercise`` where it is a test cell."""

    source: str
    exercise: str | None = None


@dataclass(frozen=True)
class Job:
    """One submission; its cells, in order, and a challenge of 32 hexadecimal digits."""

    name: str
    cells: tuple[CellJob, ...]
    challenge: str = field(default_factory=lambda: secrets.token_hex(16))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def cells(notebook: NotebookNode, lab: ReleasedLab) -> tuple[CellJob, ...]:
    """The cells that grading executes."""
    tests = {each.test_id: each.id for each in lab.exercises}
    return tuple(
        CellJob(
            source, tests.get(notebook.cells[index].metadata.get("nbgrader", {}).get("grade_id"))
        )
        for index, source in executed_cells(notebook).items()
    )


def main() -> None:
    files, workers, modules = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    # The answers have a descriptor of their own: whatever prints to stdout goes to the log.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    waiting = list(reversed(json.load(sys.stdin)))
    preload([*modules, SHELL])
    begin = prepared(os.environ.get(TEMPLATE, ""))
    # Python warns of the two idle threads that TensorFlow's import leaves.
    warnings.filterwarnings("ignore", category=DeprecationWarning, message=".*fork.*")
    running: dict[int, tempfile.TemporaryDirectory[str]] = {}
    while waiting or running:
        while waiting and len(running) < workers:
            folder = tempfile.TemporaryDirectory(prefix="bare-")
            job = waiting.pop()
            if (child := os.fork()) == 0:
                _run(job, files, Path(folder.name), begin)
            running[child] = folder
        child, _, used = os.wait4(-1, 0)
        with running.pop(child) as name:
            result = (Path(name) / "result.json").read_text()
        cpu = used.ru_utime + used.ru_stime
        answers.write(json.dumps({**json.loads(result), "cpu_seconds": cpu}) + "\n")
        answers.flush()


def prepared(template: str) -> Callable[[], None]:
    """What each fork calls first, once the lab's template is prepared in this very process."""
    if not template:
        return lambda: None
    module = importlib.import_module(template)
    module.prepare()
    gc.collect()
    gc.freeze()
    begin: Callable[[], None] = module.begin
    return begin


def _run(job: Mapping[str, Any], files: Path, folder: Path, begin: Callable[[], None]) -> NoReturn:
    try:
        begin()
        for source in files.iterdir():
            (folder / source.name).symlink_to(source)
        os.chdir(folder)
        sys.path.insert(0, str(folder))
        os.environ["ALPACA_CHALLENGE"] = job["challenge"]
        payloads = _payloads(job["cells"])
        (folder / "result.json").write_text(json.dumps({"name": job["name"], "payloads": payloads}))
    finally:
        os._exit(0)


def _payloads(cells: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Run the cells; the evidence that they published."""
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Type

    found: list[Any] = []

    class Publisher(DisplayPublisher):
        def publish(self, data: Any, *_: Any, **__: Any) -> None:
            if MIME_TYPE in data:
                found.append(data[MIME_TYPE])

    class Shell(InteractiveShell):
        display_pub_class = Type(Publisher)

        def enable_gui(self, gui: Any = None) -> None:
            """There is no event loop to integrate with."""

    shell = Shell.instance()
    for cell in cells:
        shell.run_cell(cell["source"], store_history=True)
    return found


if __name__ == "__main__":
    main()
