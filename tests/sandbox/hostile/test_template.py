"""What a submission can do to the template that it is a fork of, seen from the next one: nothing.

The template is a process of the same user, so it can be killed and stopped. Then it is made again,
and what ran meanwhile does not count as an execution by it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from alpaca_course.contract.inputs import EvidenceCode
from alpaca_course.execution.kernels import RunSpec
from alpaca_course.execution.warm import WarmKernelSource
from alpaca_course.sandbox.sandbox import Setup, TemplateError
from alpaca_course.sandbox.watchdog import processes
from tests.sandbox.hostile.conftest import TemplateSource
from tests.sandbox.hostile.driving import CHALLENGE, PREPARED, SMALL_LAB, Ran, run
from tests.sandbox.hostile.scripts import FORK_BOMB, MEMORY_HOGS, PLANTS, WORLD, upon_parent

pytestmark = pytest.mark.sandbox

# Its number is that of the kernel's parent.
PARENT = "import os; parent = os.getppid(); assert parent != 1\n"
LOOK = f"""
import notebooks.small.evidence.prepared as prepared
print([len(prepared.READY), prepared.READY.count(b'ready'), prepared.SHARED[:].count(0), prepared.begun])
{PARENT}
print(open('/proc/1/stat').read().rsplit(')')[1].split()[19], parent)
"""  # noqa: E501
READY = "[1000000, 200000, 4096, [True]]"

SIGNALS = ("KILL", "STOP", "TSTP", "TERM", "INT", "HUP", "USR1", "SEGV", "RTMAX")
# What the operating system or the template itself takes no notice of.
UNNOTICED = {
    "continue": f"{PARENT}import signal; os.kill(parent, signal.SIGCHLD)",
    **{
        name: upon_parent(name)
        for name in (
            "priority",
            "affinity",
            "scheduler",
            "io priority",
            "limits of the warm process",
        )
    },
    "own memory": "import notebooks.small.evidence.prepared as p; p.READY[:] = bytes(len(p.READY))",
    "own module": "import notebooks.small.evidence.prepared as p\np.fingerprint = p.begin = None",
    "descriptors": """
import os
for number in range(3, 1000):
    try: os.write(number, b'{"do": "fork"}')
    except OSError: pass
""",
}
BUSY = """
import os, time
for _ in range(40):
    if os.fork() == 0:
        while True: pass
time.sleep(2)
"""
# What makes processes faster than one by one can be killed, each in a session of its own.
RUNAWAY = """
import os, time
if os.fork() == 0:
    for _ in range(30): os.fork()
    while True:
        os.setsid() if os.getpid() != os.getsid(0) else None
        try:
            if os.fork(): os._exit(0)
        except OSError: pass
time.sleep(1)
"""


def sandbox_and_template(ran: Ran) -> list[str]:
    ready, numbers = ran.text().splitlines()
    assert ready == READY
    return numbers.split()


@pytest.fixture(scope="module")
def world(setup: Setup) -> Any:
    """What a submission sees that is the only one its template ever has."""
    source = TemplateSource(replace(setup, template=PREPARED), ("numpy",))
    try:
        return run(source, WORLD, challenge=CHALLENGE).json()
    finally:
        source.close()


def test_kernels_inherit_and_share_one_template(template: TemplateSource) -> None:
    first = run(template, LOOK)
    assert first.usage.disturbed == ""
    assert first.usage.cpu_seconds is not None
    assert sandbox_and_template(run(template, LOOK)) == sandbox_and_template(first)


def test_what_is_changed_in_a_fork_is_changed_nowhere_else(template: TemplateSource) -> None:
    before = sandbox_and_template(run(template, LOOK))
    for name, attack in UNNOTICED.items():
        ran = run(template, attack)
        assert (name, ran.usage.disturbed) == (name, "")
        assert sandbox_and_template(run(template, LOOK)) == before, name


@pytest.mark.parametrize("name", SIGNALS)
def test_a_template_that_got_a_signal_is_made_again(
    name: str, template: TemplateSource, world: Any
) -> None:
    sandbox, number = sandbox_and_template(run(template, LOOK))
    ran = run(template, f"{PARENT}import signal; os.kill(parent, signal.SIG{name})", "print('on')")
    assert ran.text() == "on\n"
    assert ran.usage.disturbed
    assert run(template, WORLD, challenge=CHALLENGE).json() == world
    again = sandbox_and_template(run(template, LOOK))
    assert again[0] == sandbox
    assert again[1] != number


def test_memory_and_descriptors_of_the_template_are_closed(template: TemplateSource) -> None:
    ran = run(template, upon_parent("memory of the warm process"))
    lines = dict(line.split(" ", 1) for line in ran.text().splitlines() if " " in line)
    for name in ("mem", "maps", "environ", "fd", "cwd", "oom"):
        assert lines[name] == "PermissionError", name
    for name in ("ptrace", "vm_writev", "pidfd_getfd"):
        assert lines[name] == "-1", name
    assert ran.usage.disturbed == ""


def test_numbers_that_another_process_has_changed_are_noticed(template: TemplateSource) -> None:
    """As they could be in shared memory, which no lab should use."""
    ran = run(
        template, "import notebooks.small.evidence.prepared as p; p.SHARED[:9] = b'poisoned!'"
    )
    assert "fingerprint" in ran.usage.disturbed
    sandbox_and_template(run(template, LOOK))


@pytest.mark.parametrize("name", ["daemon", "stopped kernel's child", "files", "ports"])
def test_what_is_left_beside_the_template_is_gone(
    name: str, template: TemplateSource, world: Any
) -> None:
    run(template, PLANTS[name])
    assert run(template, WORLD, challenge=CHALLENGE).json() == world


@pytest.mark.parametrize("attack", [BUSY, RUNAWAY, FORK_BOMB], ids=["busy", "runaway", "bomb"])
def test_processes_that_outrun_being_killed_take_the_template_with_them(
    attack: str, template: TemplateSource, world: Any
) -> None:
    """Whether they do depends on the machine; what the next submission sees does not."""
    run(template, attack)
    assert run(template, WORLD, challenge=CHALLENGE).json() == world


@pytest.mark.parametrize("name", MEMORY_HOGS)
def test_memory_that_a_submission_takes_is_its_own(
    name: str, template: TemplateSource, world: Any
) -> None:
    ran = run(template, MEMORY_HOGS[name], "print('still here')")
    if name != "heap":
        assert (ran.ended, ran.usage.exit_reason) == ("died", "memory")
    assert run(template, WORLD, challenge=CHALLENGE).json() == world


def test_the_template_is_not_counted_as_the_submissions_own(template: TemplateSource) -> None:
    sandbox = template._take(RunSpec(secrets.token_hex(16), evidence=SMALL_LAB))
    try:
        sandbox.prepare()
        assert len(list(processes(sandbox.root))) == 1
        assert list(processes(sandbox.root, (sandbox.template,))) == []
    finally:
        sandbox.kill()


def test_a_kernel_of_the_template_may_have_as_many_processes_as_another(
    template: TemplateSource, plain: WarmKernelSource
) -> None:
    count = """
import threading, time
number = 0
try:
    while True:
        threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
        number += 1
except RuntimeError: print(number)
"""
    assert int(run(template, count).text()) == int(run(plain, count).text())


@pytest.fixture
def failing(setup: Setup, tmp_path: Any) -> Iterator[WarmKernelSource]:
    folder = tmp_path / "evidence"
    folder.mkdir(mode=0o755)
    (folder / "__init__.py").touch()
    (folder / "prepared.py").write_text("def prepare(): raise OSError('no weights here')")
    for path in (tmp_path, *tmp_path.parents[:2]):
        path.chmod(0o755)
    source = WarmKernelSource(replace(setup, template=PREPARED), ("numpy",))
    source.evidence = EvidenceCode("small", folder)  # type: ignore[attr-defined]
    yield source
    source.close()


def test_a_template_that_cannot_be_prepared_says_why_and_others_go_on(failing: Any) -> None:
    age = "print(open('/proc/1/stat').read().rsplit(')')[1].split()[19])"
    sandbox = run(failing, age, evidence=failing.evidence).text()
    for _ in range(2):
        with pytest.raises(TemplateError, match="no weights here"):
            run(failing, "1", evidence=failing.evidence, ready=True)
    assert run(failing, age, evidence=failing.evidence).text() == sandbox


def test_a_lab_without_one_has_none(plain: WarmKernelSource) -> None:
    with pytest.raises(TemplateError, match="the lab has none"):
        run(plain, "1", evidence=SMALL_LAB, ready=True)
