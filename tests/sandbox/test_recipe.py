"""The sandbox's command line, its filter, its checks and its advice, without starting one."""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.execution.local import LocalKernelSource
from alpaca_course.execution.sources import source_spec
from alpaca_course.sandbox import bubblewrap, seccomp, uids
from alpaca_course.sandbox.bubblewrap import Descriptors, Kind, Mount
from alpaca_course.sandbox.limits import SandboxLimits
from alpaca_course.sandbox.probe import Facts, advice
from alpaca_course.sandbox.sandbox import SandboxError, check, check_names
from alpaca_course.sandbox.uids import LAST, SpareUid
from alpaca_course.settings import AlpacaCourse
from alpaca_course.units import MIB

linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")
REPOSITORY = Path(__file__).parents[2]


def command(uid: int | None, mounts: list[Mount]) -> list[str]:
    return bubblewrap.arguments(
        Path("/usr/bin/bwrap"),
        mounts=mounts,
        limits=SandboxLimits(disk=256 * MIB),
        descriptors=Descriptors(seccomp=3, info=4, control=5),
        program=["python"],
        spare_uid=uid,
        environment={},
    )


def pairs(arguments: list[str]) -> set[tuple[str, str]]:
    return set(itertools.pairwise(arguments))


@linux
def test_every_kind_of_namespace_is_its_own() -> None:
    for uid in (None, 60706):
        made = command(uid, [])
        for kind in ("ipc", "pid", "net", "uts"):
            assert f"--unshare-{kind}" in made
        assert {"--die-with-parent", "--new-session", "--as-pid-1", "--clearenv"} <= set(made)
        assert ("--cap-drop", "ALL") in pairs(made)
        assert {("--remount-ro", "/"), ("--remount-ro", "/dev")} <= pairs(made)
        assert ("--seccomp", "3") in pairs(made)


@linux
def test_a_user_gets_a_user_namespace_and_root_another_user() -> None:
    user, root = command(None, []), command(60706, [])
    assert {"--unshare-user", "--disable-userns"} <= set(user)
    assert "--unshare-user" not in root
    inside = root[root.index("--") + 1 :]
    assert ("--reuid", "60706") in pairs(inside)
    assert {"--no-new-privs", "--bounding-set=-all", "--clear-groups"} <= set(inside)
    assert inside[-1] == user[-1] == "python"


@linux
def test_writable_places_hold_no_more_than_the_disk_limit() -> None:
    made = command(None, [])
    sizes = [int(made[i + 1]) for i, word in enumerate(made) if word == "--size"]
    assert len(sizes) == len(bubblewrap.WRITABLE)
    assert sum(sizes) == 256 * MIB
    assert "--bind" not in made


@linux
def test_a_course_below_something_visible_is_hidden_and_its_environment_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment = "/usr/lib/course/.venv"
    monkeypatch.setattr(sys, "prefix", environment)
    hide = [Path("/usr/lib/course")]
    mounts = bubblewrap.environment_mounts(hide, exists=lambda path: True)
    order = [(mount.path, mount.kind) for mount in mounts]
    hidden = order.index(("/usr/lib/course", Kind.HIDE))
    shown = order.index((f"{environment}/lib", Kind.BIND))
    assert order.index(("/usr/lib", Kind.BIND)) < hidden < shown
    assert (environment, Kind.BIND) not in order
    made = command(None, mounts)
    assert ("--tmpfs", "/usr/lib/course") in pairs(made)
    assert ("--remount-ro", "/usr/lib/course") in pairs(made)


@linux
@pytest.mark.parametrize("prefix", ["/usr/local", "/opt/conda", "/usr"])
def test_of_a_prefix_programs_and_libraries_are_shown_and_no_configuration(
    prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("prefix", "exec_prefix", "base_prefix", "base_exec_prefix"):
        monkeypatch.setattr(sys, name, prefix)
    mounts = bubblewrap.environment_mounts(exists=lambda path: True)
    shown = [Path(mount.path) for mount in mounts if mount.kind is Kind.BIND]
    for name in ("bin/python3", "lib/python3.11/os.py", "share/zoneinfo/UTC", "etc/fonts/x.conf"):
        assert any(Path(prefix, name).is_relative_to(path) for path in shown), name
    for name in ("etc/secret", "etc/pip.conf", "src/x", "share/jupyter/x", "pip.conf", "local/x"):
        assert not any(Path(prefix, name).is_relative_to(path) for path in shown), name


@linux
def test_of_the_repository_only_environment_and_collectors_are_bound() -> None:
    bound = {
        mount.path
        for mount in bubblewrap.environment_mounts(hidden=[REPOSITORY])
        if mount.kind is Kind.BIND and Path(mount.path).is_relative_to(REPOSITORY)
    }
    package = REPOSITORY / "src" / "alpaca_course"
    visible = {str(package / name) for name in ("__init__.py", "kernel", "keras_probe")}
    own = {path for path in bound if Path(path).is_relative_to(sys.prefix)}
    assert bound == visible | own
    assert sys.prefix not in bound


@linux
def test_the_filter_knows_what_it_must_deny() -> None:
    assert len(seccomp.program()) % 8 == 0
    assert len(set(seccomp.DENIED)) == len(seccomp.DENIED)
    for call in ("ptrace", "memfd_create", "mq_open", "shmget", "pidfd_getfd", "unshare"):
        assert call in seccomp.DENIED


@linux
def test_spare_user_ids_differ_and_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    # Two that no sandbox beside this test asks for.
    monkeypatch.setattr(uids, "FIRST", LAST + 1)
    monkeypatch.setattr(uids, "LAST", LAST + 2)
    one, other = SpareUid(), SpareUid()
    assert (one.number, other.number) == (LAST + 1, LAST + 2)
    with pytest.raises(OSError, match="no spare user id is left"):
        SpareUid()
    one.release()
    again = SpareUid()
    assert again.number == one.number
    for claim in (one, other, again):
        claim.release()


TIGHT: dict[str, Any] = {
    "Seccomp": "2",
    "NoNewPrivs": "1",
    "CapPrm": "0" * 16,
    "CapEff": "0" * 16,
    "CapBnd": "0" * 16,
    "CapAmb": "0" * 16,
    "Threads": "1",
    "dumpable": 0,
    "pid": 1,
    "interfaces": ["lo"],
    "SigCgt": "0" * 16,
    "Uid": "1000\t1000\t1000\t1000",
}


@linux
def test_a_tight_sandbox_passes() -> None:
    check(TIGHT, uid=1000)


@linux
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Seccomp", "0"),
        ("NoNewPrivs", "0"),
        ("CapBnd", "000001ffffffffff"),
        ("Threads", "2"),
        ("dumpable", 1),
        ("pid", 2),
        ("interfaces", ["eth0", "lo"]),
        ("SigCgt", "0000000000000002"),
        ("Uid", "0\t0\t0\t0"),
        ("Uid", None),
    ],
)
def test_a_leaky_sandbox_is_refused(name: str, value: Any) -> None:
    with pytest.raises(SandboxError, match="not tight"):
        check({**TIGHT, name: value}, uid=1000)


@linux
def test_names_of_helper_files() -> None:
    check_names(["lab_checks.py", "data/more.txt"])
    for name in ("../x", "/tmp/x", "", ".", "a/../../x"):
        with pytest.raises(ValueError, match="working folder"):
            check_names([name])


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (Facts("Darwin"), "virtual machine"),
        (Facts("Windows"), "WSL 2"),
        (Facts("Linux", bwrap=False, system_bwrap=False), "apt-get install bubblewrap"),
        (Facts("Linux", apparmor_restricts=True), "bwrap-userns-restrict"),
        (Facts("Linux", userns_off=True), "max_user_namespaces"),
        (Facts("Linux", container=True), "seccomp=unconfined"),
        (Facts("Linux"), "cannot make namespaces"),
    ],
)
def test_advice_fits_the_system_and_names_the_way_out(facts: Facts, words: str) -> None:
    text = advice(facts)
    assert words in text
    assert "--trusted" in text


def test_limits_come_from_the_course() -> None:
    settings = AlpacaCourse(memory_limit=100, disk_limit=10, total_timeout=7)
    limits = SandboxLimits.from_settings(settings)
    assert (limits.memory, limits.disk, limits.seconds) == (100 * MIB, 10 * MIB, 7.0)


def test_trusted_code_gets_local_kernels_only_when_asked_for(course: Course) -> None:
    assert isinstance(source_spec(course, course.lab(), "trusted").open(), LocalKernelSource)
    with pytest.raises(ValueError, match="isolation"):
        source_spec(course, course.lab(), "none").open()


def test_without_a_sandbox_nothing_runs(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    from alpaca_course.sandbox import probe

    monkeypatch.setattr(bubblewrap, "executables", list)
    probe.probe.cache_clear()
    try:
        with pytest.raises(probe.SandboxUnavailableError, match="nothing is run"):
            source_spec(course, course.lab(), "warm").open()
        course.settings.sandbox_required = False
        assert isinstance(source_spec(course, course.lab(), "warm").open(), LocalKernelSource)
    finally:
        probe.probe.cache_clear()


@pytest.mark.skipif(os.name == "nt", reason="no such limits there")
@pytest.mark.parametrize("isolation", ["warm", "trusted"])
def test_a_shell_that_allows_less_than_a_submission_may_use_grades_nobody(
    isolation: str, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else opening a file would fail in an honest student's cell, and cost its points."""
    import resource

    real = resource.getrlimit
    monkeypatch.setattr(
        resource,
        "getrlimit",
        lambda kind: (64, 64) if kind == resource.RLIMIT_NOFILE else real(kind),
    )
    with pytest.raises(CourseError, match=r"RLIMIT_NOFILE is 64, and has to be 1024 .*ulimit -Hn"):
        source_spec(course, course.lab(), isolation)
    # Elsewhere it is another machine's.
    if isolation == "warm":
        assert source_spec(course, course.lab(), isolation, here=False).kind == "warm"
