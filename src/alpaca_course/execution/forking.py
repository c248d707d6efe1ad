"""A process that imports once and forks one ipykernel after the other, without a sandbox.

``python -m alpaca_course.execution.forking SETUP``, started by :mod:`.forked` and for the course's
own code alone. It imports and forks as process 1 of a sandbox does, but is not shielded from what
it forks, and shares its file system and process ids with the rest of the machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import traceback
from typing import Any

from alpaca_course.sandbox import process_one


def main() -> None:
    setup = json.loads(sys.argv[1])
    control = socket.socket(fileno=setup["control"])
    try:
        sys.path.append(setup["import_from"])
        process_one.preload(setup["preload"])
        process_one.drop_foreign_handlers()
    except Exception:
        process_one.send(control, {"ready": False, "error": traceback.format_exc()[-2000:]})
        return
    process_one.send(control, {"ready": True})
    process_one.detach_output()
    kernel = 0
    while request := control.recv(process_one.MESSAGE_LIMIT):
        message = json.loads(request)
        if message["do"] == "fork":
            kernel = process_one.fork_kernel(control, setup, message)
        else:
            process_one.send(control, {"usage": end(kernel)})
            kernel = 0
    end(kernel)


def end(kernel: int) -> dict[str, Any]:
    """Kill a kernel with all it started; what it used."""
    if not kernel:
        return {}
    # The kernel leads a session of its own.
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(kernel, signal.SIGKILL)
    _, _, used = os.wait4(kernel, 0)
    return {
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "max_rss_bytes": used.ru_maxrss * 1024,
    }


if __name__ == "__main__":
    main()
