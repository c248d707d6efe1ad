"""The Jupyter client that faces a kernel which may be hostile.

What a kernel publishes is written by the code in it. This client bounds what it keeps, takes
evidence out of the stream as it passes, attributes it to the test cell that runs, and lets a cell
change no outputs but its own. How long a cell may take is told by a clock that knows when it was
the machine that made it wait.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty
from typing import Any

import zmq
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionComplete, CellTimeoutError
from nbclient.util import ensure_async
from nbformat import NotebookNode

from alpaca_course.contract.evidence import EvidenceRefused, check_bounds
from alpaca_course.execution.outputs import plain
from alpaca_course.kernel import MIME_TYPE
from alpaca_course.sandbox.clock import SLICE, Allowance, FairClock
from alpaca_course.sandbox.managed import SEND_MILLISECONDS
from alpaca_course.units import MIB

CUT_NOTE = "\n[Output left out here: this notebook printed more than is kept.]\n"
# What is read and thrown away, as a multiple of what is kept, before the run is stopped.
FLOOD_FACTOR = 16
# One message may have as many bytes, whatever is kept.
MESSAGE_BYTES = 32 * MIB
# Seconds between two nudges of a cell that does not end, or whose end is not heard of.
_NUDGE_EVERY = 2.0
# What an answer may take once the cell has ended.
_ANSWER_SECONDS = 5
_OUTPUT_MESSAGES = frozenset({"stream", "display_data", "execute_result", "error"})


class OutputFlood(CellControlSignal):
    """The kernel sent so much more than is kept that reading on is not worth it.

    A control signal, because nbclient cleans up after those in the middle of a cell.
    """


@dataclass
class EvidenceSlot:
    """What one test cell sent: the first payload, and how many messages there were.

    ``refused`` says why the payload is not kept although it is not too large.
    """

    count: int = 0
    payload: Any = None
    size: int = 0
    refused: str = ""


@dataclass
class Intercepted:
    """What was taken out of the message stream of one execution."""

    evidence: dict[int, EvidenceSlot] = field(default_factory=dict)
    output_bytes: int = 0
    cut: bool = False


class EvidenceClient(NotebookClient):
    """A notebook client that keeps at most ``output_limit`` bytes of output.

    Args:
        nb: the notebook to execute.
        km: the manager of a kernel that runs.
        evidence_cells: indices of the cells whose evidence counts.
        output_limit: bytes of output kept for the whole notebook.
        evidence_limit: bytes of evidence kept for one test cell.
        clock: counts the time that cells may take.
    """

    def __init__(
        self,
        nb: NotebookNode,
        km: Any,
        *,
        evidence_cells: frozenset[int],
        output_limit: int,
        evidence_limit: int,
        clock: FairClock,
        **traits: Any,
    ) -> None:
        super().__init__(nb, km, **traits)
        self.evidence_cells = evidence_cells
        self.output_limit = output_limit
        self.evidence_limit = evidence_limit
        self.clock = clock
        self.intercepted = Intercepted()
        self.timed_out = False
        self.reply_status: str | None = None
        self._current: int | None = None
        self._listening = False
        self._nudging: asyncio.TimerHandle | None = None
        self._asked: set[str] = set()
        self._unanswered = 0
        self.on_cell_executed = self._note_reply

    async def connect(self) -> None:
        """Connect to the kernel; a single message of a flood's size breaks the connection.

        ZeroMQ would otherwise hold a message of any size in this process before it can be counted.
        """
        assert self.km is not None
        self.kc = self.km.client()
        most = min(FLOOD_FACTOR * self.output_limit, MESSAGE_BYTES)
        self.kc.message_bytes = most  # type: ignore[attr-defined]
        self.kc.context.setsockopt(zmq.MAXMSGSIZE, most)
        self.kc.context.setsockopt(zmq.SNDTIMEO, SEND_MILLISECONDS)
        self.kc.start_channels()
        await ensure_async(self.kc.wait_for_ready(timeout=self.startup_timeout))
        self.kc.allow_stdin = False
        self._wait_fairly(self.kc.shell_channel)

    def _wait_fairly(self, channel: Any) -> None:
        """Have the time-out of a reply, which is a cell's limit, counted by the fair clock.

        Where the reply is there and the last word on the cell is not, the kernel is soon nudged.
        """
        get_msg = channel.get_msg

        async def get_in_time(timeout: float | None = None) -> dict[str, Any]:
            allowance = None if timeout is None else Allowance(self.clock, timeout)
            while True:
                try:
                    reply: dict[str, Any] = await ensure_async(get_msg(timeout=SLICE))
                except Empty:
                    if allowance is not None and allowance.is_over:
                        raise
                    continue
                if reply["msg_type"] == "execute_reply":
                    self._nudge_later()
                return reply

        channel.get_msg = get_in_time

    async def run_cell(self, cell: NotebookNode, index: int) -> NotebookNode:
        """Execute one cell; afterwards ``timed_out`` and ``reply_status`` tell how it ended."""
        self.timed_out = False
        self.reply_status = None
        self._current = index
        self.clear_display_id_mapping(index)
        try:
            executed = await self.async_execute_cell(cell, index)
        except CellTimeoutError:
            # A flood may have kept the kernel from saying that the cell has ended.
            if not (self.timed_out and await self._is_free()):
                raise
            executed = cell
        finally:
            self._current = None
        await self._until_interrupts_are_answered()
        return executed

    async def run_aside(self, code: str) -> None:
        """Execute ``code`` as no cell of the notebook: nothing of it is kept or counted."""
        self.timed_out = False
        index = len(self.nb.cells)
        cell = NotebookNode(cell_type="code", source=code, metadata=NotebookNode(), outputs=[])
        with suppress(IndexError):  # at its end nbclient puts the cell into the notebook
            await self.async_execute_cell(cell, index, store_history=False)
        await self._until_interrupts_are_answered()

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Count, take evidence out, and hand on what may become an output of this cell."""
        content = msg.get("content")
        kind = msg.get("msg_type")
        if not isinstance(content, dict) or not isinstance(kind, str):
            return None
        if kind.startswith("comm"):  # widgets keep state in this process; a graded run needs none
            return None
        if kind in _OUTPUT_MESSAGES or kind == "update_display_data":
            size = self._size(content)
            self.intercepted.output_bytes += size
            data = content.get("data")
            if isinstance(data, dict) and MIME_TYPE in data:
                self._take_evidence(data[MIME_TYPE], size, cell_index)
                return None
            if self.intercepted.output_bytes > self.output_limit:
                self._leave_out(cell)
                return None
        try:
            return super().process_message(msg, cell, cell_index)
        except CellControlSignal:
            raise
        except Exception:
            # Not a message of the Jupyter protocol: the code in the kernel made it up.
            self.log.debug("ignored a malformed message", exc_info=True)
            return None

    def _size(self, content: dict[str, Any]) -> int:
        """Bytes of a message's content, cheaply for the common case of a text stream."""
        text = content.get("text")
        if isinstance(text, str):
            return len(text.encode("utf-8", "replace"))
        try:
            return len(
                json.dumps(content, default=str, ensure_ascii=False).encode(errors="replace")
            )
        except (RecursionError, ValueError):
            # Nested too deep to be measured: more than is kept of anything.
            return 1 + max(self.output_limit, self.evidence_limit)

    def _take_evidence(self, payload: Any, size: int, cell_index: int) -> None:
        if cell_index not in self.evidence_cells:
            return
        slot = self.intercepted.evidence.setdefault(cell_index, EvidenceSlot())
        slot.count += 1
        if slot.count > 1:
            return
        slot.size = size
        if size <= self.evidence_limit:
            try:
                check_bounds(payload)
                slot.payload = plain(payload)
            except EvidenceRefused as refused:
                slot.refused = refused.reason

    def _leave_out(self, cell: NotebookNode) -> None:
        if self.intercepted.output_bytes > FLOOD_FACTOR * self.output_limit:
            raise OutputFlood
        if not self.intercepted.cut:
            self.intercepted.cut = True
            cell.outputs.append(NotebookNode(output_type="stream", name="stdout", text=CUT_NOTE))

    def _update_display_id(self, display_id: str, msg: dict[str, Any]) -> None:
        """Let an update reach outputs of the cell that runs, and none of an earlier one."""
        indices = self._display_id_map.get(display_id, {}).get(self._current, [])
        if self._current is None or not indices:
            return
        outputs = self.nb.cells[self._current].get("outputs", [])
        content = msg["content"]
        for index in indices:
            if 0 <= index < len(outputs) and "data" in outputs[index]:
                outputs[index]["data"] = content["data"]
                outputs[index]["metadata"] = content.get("metadata", {})

    async def _async_handle_timeout(
        self, timeout: int, cell: NotebookNode | None = None
    ) -> dict[str, Any] | None:
        # nbclient would have the manager interrupt, by a connection of its own: its message could
        # come after those of this client, and nothing told when it has been answered.
        self.timed_out = True
        self._nudge()
        return {"content": {"status": "error", "ename": "Timeout", "evalue": "", "traceback": []}}

    async def _async_poll_output_msg(
        self, parent_msg_id: str, cell: NotebookNode, cell_index: int
    ) -> None:
        """Read what the kernel publishes until the cell has ended, by whatever word tells so.

        The queue of what is published drops what comes while it is full, also that a cell has
        ended. What was asked later is answered later: if that is done with, so is the cell.
        """
        assert self.kc is not None
        self._listening = True
        self._asked.clear()  # what was asked in an earlier cell may be answered in this one
        try:
            while True:
                message = await ensure_async(self.kc.iopub_channel.get_msg(timeout=None))
                parent = _text_in(message, "parent_header", "msg_id")
                if parent == parent_msg_id:
                    self.process_message(message, cell, cell_index)
                elif parent in self._asked and _says_idle(message):
                    return
        except CellExecutionComplete:
            return
        finally:
            self._listening = False
            self._nudge_later()

    def _nudge_later(self) -> None:
        """Nudge again in a while, unless the end of the cell has been heard of."""
        if self._nudging is not None:
            self._nudging.cancel()
            self._nudging = None
        if self._listening:
            self._nudging = asyncio.get_running_loop().call_later(_NUDGE_EVERY, self._nudge)

    def _nudge(self) -> None:
        """Interrupt a cell that took too long, and ask for what is answered once it has ended.

        Code that catches one interrupt and goes on gets the next one.
        """
        assert self.kc is not None
        self._nudge_later()
        with suppress(zmq.ZMQError):  # the kernel has broken the connection, or reads no more
            if self.timed_out:
                self.kc.control_channel.send(self.kc.session.msg("interrupt_request", {}))
                self._unanswered += 1
            self._asked.add(self.kc.kernel_info())

    async def _is_free(self) -> bool:
        """Whether the kernel answers to something else; if so, what it said before is read away."""
        assert self.kc is not None
        asked, allowance = self.kc.kernel_info(), Allowance(self.clock, _ANSWER_SECONDS)
        while not allowance.is_over:
            with suppress(Empty):
                reply = await ensure_async(self.kc.shell_channel.get_msg(timeout=SLICE))
                if reply["parent_header"].get("msg_id") == asked:
                    break
        else:
            return False
        while not allowance.is_over:
            try:
                await ensure_async(self.kc.iopub_channel.get_msg(timeout=SLICE))
            except Empty:
                break
        return True

    async def _until_interrupts_are_answered(self) -> None:
        """None of them may reach the next cell; a kernel that does not answer is not waited for."""
        assert self.kc is not None
        allowance = Allowance(self.clock, _ANSWER_SECONDS)
        while self._unanswered and not allowance.is_over:
            with suppress(Empty):
                await ensure_async(self.kc.control_channel.get_msg(timeout=SLICE))
                self._unanswered -= 1
        self._unanswered = 0

    def _note_reply(self, **found: Any) -> None:
        self.reply_status = _text_in(found["execute_reply"], "content", "status")


def _text_in(message: Any, part: str, name: str) -> str | None:
    """A text in one part of a message, which the code in the kernel may have made up."""
    found = message.get(part) if isinstance(message, dict) else None
    text = found.get(name) if isinstance(found, dict) else None
    return text if isinstance(text, str) else None


def _says_idle(message: Any) -> bool:
    return _text_in(message, "content", "execution_state") == "idle"
