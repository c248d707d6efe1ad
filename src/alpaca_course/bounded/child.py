"""The program of a bounded process: ``python -m alpaca_course.bounded.child``, one JSON argument.

It sets its own limits before it imports anything else, reads requests from standard input, and
writes answers to what was standard output. When the caller asks it to end (SIGTERM) or is gone
(standard input ends), it unwinds what it is doing, for a few seconds at most, and ends.
"""

from __future__ import annotations

import importlib
import io
import json
import math
import os
import queue
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from typing import BinaryIO

from alpaca_course.bounded.inherited import lower

REQUEST = struct.Struct(">Q")
ANSWER = struct.Struct(">BQ")
OK, FAILED, OUT_OF_MEMORY = range(3)
ERROR_BYTES = 2000
READ_BYTES = 1 << 20
UNWIND_SECONDS = 4.0


def main(argument: str) -> None:
    """Serve until the caller wants no more."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    told = json.loads(argument)
    answers = _private_output()
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    lower("RLIMIT_DATA", told["memory"])
    lower("RLIMIT_NOFILE", told["open_files"])
    lower("RLIMIT_CORE", 0)
    module, _, name = told["function"].partition(":")
    function = getattr(importlib.import_module(module), name)
    # Unbuffered: a thread that waits for a buffered stream holds its lock. The interpreter waits a
    # second for that when it ends, and aborts then.
    source = open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)  # noqa: SIM115
    threading.Thread(target=_read, args=(source, requests), daemon=True).start()
    while True:
        request = requests.get()
        if told["cpu_seconds"] is not None:
            # The system ends this process so much processor time from now.
            lower("RLIMIT_CPU", math.ceil(time.process_time() + told["cpu_seconds"]))
        status, answer = answer_of(function, request)
        answers.write(ANSWER.pack(status, len(answer)))
        answers.write(answer)
        answers.flush()


def answer_of(function: Callable[[bytes], bytes], request: bytes) -> tuple[int, bytes]:
    """What ``function`` returned, or the text of what it raised."""
    try:
        return OK, function(request)
    except MemoryError:
        return OUT_OF_MEMORY, b""
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        return FAILED, text.encode("utf-8", "replace")[:ERROR_BYTES]


def _private_output() -> BinaryIO:
    """Standard output for answers alone; what else is printed goes to standard error."""
    sys.stdout.flush()
    own = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return own


def _read(source: io.FileIO, requests: queue.SimpleQueue[bytes]) -> None:
    """Take requests in; when there can be no more, end, whatever is being done."""
    while len(head := _exactly(source, REQUEST.size)) == REQUEST.size:
        (length,) = REQUEST.unpack(head)
        body = _exactly(source, length)
        if len(body) < length:
            break
        requests.put(body)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(UNWIND_SECONDS)
    os._exit(1)


def _exactly(source: io.FileIO, count: int) -> bytes:
    """So many bytes; fewer where there are no more."""
    data = bytearray()
    while len(data) < count and (more := source.read(min(count - len(data), READ_BYTES))):
        data += more
    return bytes(data)


if __name__ == "__main__":
    main(sys.argv[1])
