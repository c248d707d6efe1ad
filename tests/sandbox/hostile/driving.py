"""Drive cells through nbclient in kernels of a sandbox source, as grading does."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat.v4
import zmq
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from alpaca_course.contract.inputs import EvidenceCode, InputMount
from alpaca_course.execution.kernels import KernelUsage, RunSpec
from alpaca_course.execution.warm import SandboxKernelSource
from alpaca_course.sandbox.limits import SandboxLimits
from alpaca_course.units import MIB
from tests.loops import in_a_loop_of_its_own

REPOSITORY = Path(__file__).parents[3]
CHALLENGE = "0123456789abcdef0123456789abcdef"
# A place for weights, as the lab's kernels have it; what lies there does not matter to most tests.
WEIGHTS = InputMount(Path("/usr/share"), "keras/models", ("KERAS_HOME", "keras"))
# A lab of the tests' own that has a template.
SMALL_LAB = EvidenceCode("small", Path(__file__).with_name("small_lab"))
PREPARED = "notebooks.small.evidence.prepared"
# Small, so that hostile code meets them soon and the machine hardly notices.
SMALL = SandboxLimits(
    memory=700 * MIB,
    processes=64,
    file_size=8 * MIB,
    disk=64 * MIB,
    files=5_000,
    seconds=25.0,
)


@dataclass
class Ran:
    """What a notebook left behind."""

    notebook: NotebookNode
    usage: KernelUsage = field(default_factory=KernelUsage)
    ended: str = "complete"

    def text(self, index: int = -1) -> str:
        """What a cell printed, and the name and text of its error if it has one."""
        parts = []
        for output in self.notebook.cells[index].outputs:
            if output.output_type == "stream":
                parts.append(output.text)
            elif output.output_type == "error":
                parts.append(f"{output.ename}: {output.evalue}")
        return "".join(parts)

    def json(self, index: int = -1) -> Any:
        return json.loads(self.text(index))


def run(
    source: SandboxKernelSource,
    *cells: str,
    files: Mapping[str, bytes] | None = None,
    challenge: str | None = None,
    cell_timeout: int = 20,
    inputs: tuple[InputMount, ...] = (WEIGHTS,),
    **spec: Any,
) -> Ran:
    """Run ``cells`` one after the other; errors in them are outputs, a dead kernel an ending."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    ran = Ran(notebook)
    wanted = RunSpec(challenge or secrets.token_hex(16), files or {}, inputs, **spec)

    async def drive() -> None:
        async with source.kernel(wanted) as kernel:
            client = NotebookClient(
                notebook,
                km=kernel.manager,
                timeout=cell_timeout,
                interrupt_on_timeout=True,
                error_on_timeout={"ename": "Timeout", "evalue": "", "traceback": []},
                allow_errors=True,
                store_widget_state=False,
            )
            try:
                await client.async_execute()
            except DeadKernelError:
                ran.ended = "died"
            except CellTimeoutError:
                ran.ended = "timeout"
            except zmq.Again:  # it hears no interrupt either: an attack broke its own sockets
                ran.ended = "unheard"
        ran.usage = kernel.usage

    in_a_loop_of_its_own(drive())
    return ran
