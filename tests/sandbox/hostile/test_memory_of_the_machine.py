"""What a machine, job or container without enough memory ends is no fault of the submission."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from alpaca_course.sandbox.probe import ProbeResult
from tests.jobs import job
from tests.sandbox.hostile.driving import REPOSITORY

pytestmark = pytest.mark.sandbox

# Less than a submission may have, and enough for all that is not the submission's.
ROOM = 380 << 20
IN_A_JOB = """
import json, os, sys
with open(sys.argv[1], "w") as group:
    group.write(str(os.getpid()))
from alpaca_course.execution.warm import WarmKernelSource
from alpaca_course.sandbox.sandbox import Setup
from tests.sandbox.hostile.driving import SMALL, REPOSITORY, run
source = WarmKernelSource(Setup(limits=SMALL, hidden=(REPOSITORY,)), ("numpy",))
ended = run(source, "hog = b'x' * (400 << 20)")
by_itself = run(source, "import os; os._exit(3)")
print(json.dumps([[each.ended, each.usage.exit_reason] for each in (ended, by_itself)]))
source.close()
"""


def test_what_the_job_ended_for_want_of_memory_is_lost(isolation: ProbeResult) -> None:
    with job(ROOM) as members:
        done = subprocess.run(
            [sys.executable, "-c", IN_A_JOB, str(members)],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
        )
    assert json.loads(done.stdout) == [["died", "lost"], ["died", None]]
