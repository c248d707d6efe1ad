"""A server that was started for a while ends with whoever started it."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.processes import runs
from tests.waiting import until

HOLDS_ONE = """
import time
from alpaca_course.gradebook.postgres_local import server
with server() as running:
    print(running.folder, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_server_ends_when_its_process_is_killed(postgres: None, how: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDS_ONE], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        folder = Path(holder.stdout.readline().decode().strip())
        pid = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        server = psutil.Process(pid)
        # Python loses an interrupt that comes while it runs a finalizer.
        while holder.poll() is None:
            holder.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                holder.wait(10)
    until(lambda: not runs(server), "it ended")
    until(lambda: not folder.exists(), "its folder is gone")
