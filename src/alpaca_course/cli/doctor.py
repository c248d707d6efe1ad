"""``alpaca doctor``: what works on this machine, and how to mend the rest."""

from __future__ import annotations

import importlib.metadata
import json as json_module
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from alpaca_course.cli import examined_cluster
from alpaca_course.cli.console import JsonOption, course, out, print_json, progress
from alpaca_course.cli.scheduler import (
    SchedulerOption,
    TlsCaOption,
    TlsCertOption,
    TlsKeyOption,
    address_of,
)

if TYPE_CHECKING:
    from alpaca_course.course import Course

GIB = 1024**3
PYTHONS = ((3, 11), (3, 13))
DISK_NEEDED = 2.0
"""GiB: weights and pictures take 0.1, a class of hundreds with its evidence the rest."""
MEMORY_NEEDED = 3.0
"""GiB: one execution of the lab, the warm process and nbgrader's writer."""
IMPORT_SECONDS = 120
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PINNED = ("keras", "tensorflow-cpu", "tensorflow", "nbgrader", "numpy")
MARKS = {"ok": "green", "note": "yellow", "mend": "bold red"}


@dataclass(frozen=True)
class Check:
    """One line of the table.

    Attributes:
        name: what was looked at.
        state: "ok"; "note" for what limits but does not stop; "mend" for what must be mended.
        found: what there is.
        remedy: what to do, "" where nothing need be done.
    """

    name: str
    state: str
    found: str
    remedy: str = ""


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor(
    scheduler: SchedulerOption = None,
    tls_ca: TlsCaOption = None,
    tls_cert: TlsCertOption = None,
    tls_key: TlsKeyOption = None,
    json: JsonOption = False,
) -> None:
    """Look at this machine: what works, and how to mend the rest.

    With a scheduler also at its workers: versions, slots, and what is other than here.
    """
    place = course()
    away = address_of(scheduler, tls_ca, tls_cert, tls_key)
    with progress() as bar:
        task = bar.add_task("Looking at this machine", total=len(CHECKS))
        checks: list[Check] = []
        for check in CHECKS:
            checks.extend(check(place))
            bar.advance(task)
        if away is not None:
            checks.extend(Check(*found) for found in examined_cluster.cluster(place, away))
    broken = [check for check in checks if check.state == "mend"]
    if json:
        print_json({"ok": not broken, "checks": [asdict(check) for check in checks]})
    else:
        _show(checks)
    if broken:
        raise typer.Exit(1)


def _show(checks: list[Check]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("", "what", "found"):
        table.add_column(heading, overflow="fold")
    for check in checks:
        remedy = (f"\n→ {check.remedy}", "bold") if check.remedy else ""
        mark = Text(check.state, MARKS[check.state])
        table.add_row(mark, check.name, Text.assemble(check.found, remedy))
    out.print(table)


def check_python(_course: Course) -> Iterator[Check]:
    version = platform.python_version()
    low, high = (".".join(map(str, bound)) for bound in PYTHONS)
    if PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        yield Check("Python", "ok", f"{version} at {sys.executable}")
    else:
        yield Check("Python", "mend", version, f"Use Python {low} to {high}: make PYTHON=…")


def check_versions(course: Course) -> Iterator[Check]:
    """Installed versions against the course's pins: TensorFlow and Keras are a pair."""
    pins = _pins(course.root / "constraints.txt")
    different = []
    for name in PINNED:
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        if pins.get(name, installed) != installed:
            different.append(f"{name} {installed} (pinned: {pins[name]})")
    if different:
        yield Check(
            "Versions",
            "note",
            ", ".join(different),
            "pip install -c constraints.txt -e . gives the versions that were tested together.",
        )
    else:
        yield Check("Versions", "ok", "as pinned in constraints.txt" if pins else "no constraints")


def _pins(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", path.read_text(), re.MULTILINE)
    return {name.lower(): version for name, version in lines}


def check_tensorflow(_course: Course) -> Iterator[Check]:
    """Import in a process of its own: a broken TensorFlow can end the process that imports it."""
    code = (
        "import json, time; t = time.time(); import tensorflow, keras;"
        "print(json.dumps([tensorflow.__version__, keras.__version__, keras.backend.backend(),"
        " time.time() - t]))"
    )
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    remedy = "Install again: rm -rf .venv && make setup"
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            timeout=IMPORT_SECONDS,
            env=environment,
            check=False,
        )
        tensorflow, keras, backend, seconds = json_module.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.TimeoutExpired) as error:
        yield Check("TensorFlow and Keras", "mend", str(error), remedy)
        return
    except (IndexError, ValueError):
        last = (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
        yield Check("TensorFlow and Keras", "mend", f"cannot be imported: {last}", remedy)
        return
    found = f"TensorFlow {tensorflow}, Keras {keras}, imported in {seconds:.1f} s"
    if backend == "tensorflow":
        yield Check("TensorFlow and Keras", "ok", found)
    else:
        yield Check(
            "TensorFlow and Keras", "mend", f"{found}, backend {backend}", "Unset KERAS_BACKEND."
        )


def check_programs(_course: Course) -> Iterator[Check]:
    """nbgrader, started by itself, calls alembic by name."""
    for name in ("nbgrader", "alembic"):
        path = shutil.which(name)
        if path:
            yield Check(name, "ok", path)
        else:
            folder = Path(sys.executable).parent
            yield Check(
                name, "mend", "not on PATH", f"Activate the environment: PATH={folder}:$PATH"
            )


def check_weights(course: Course) -> Iterator[Check]:
    from alpaca_course.assets.weights import weights_in_use, what_is_wrong

    found = weights_in_use(course)
    if found is None:
        yield Check("Weights", "mend", what_is_wrong(course), "alpaca weights")
    else:
        yield Check("Weights", "ok", found.description)
    home = course.keras_home
    if home.exists() and not os.access(home, os.W_OK):
        yield Check("KERAS_HOME", "mend", f"{home} is not writable", f"chmod u+w {home}")


def check_pictures(course: Course) -> Iterator[Check]:
    from alpaca_course.assets.pictures import pictures_in_use

    found = pictures_in_use(course)
    if found is None:
        yield Check("Pictures", "mend", "none in dataset/", "alpaca data")
    elif found.complete:
        yield Check("Pictures", "ok", found.description)
    else:
        yield Check(
            "Pictures",
            "note",
            f"{found.description}; {len(found.problems)} could not be had",
            f"alpaca data --source {found.details.get('folder', found.source)}",
        )


def check_sandbox(course: Course) -> Iterator[Check]:
    from alpaca_course.sandbox.probe import probe

    result = probe()
    if result.ok:
        yield Check("Sandbox", "ok", result.summary())
        return
    trusted = course.settings.isolation == "trusted" or not course.settings.sandbox_required
    yield Check("Sandbox", "note" if trusted else "mend", result.summary(), result.advice)


def check_shared_resources(_course: Course) -> Iterator[Check]:
    """What bounds the memory that the system's kernel holds for a sandbox, and its watches."""
    from alpaca_course.sandbox import cgroup
    from alpaca_course.sandbox.probe import probe

    found = probe()
    if not found.ok:
        return
    place = cgroup.place()
    if place is not None:
        yield Check("Control groups", "ok", f"{place.description} for each sandbox")
    else:
        yield Check(
            "Control groups",
            "note",
            f"{cgroup.why_none()}: buffers, page tables and processor time of a sandbox are "
            "watched, not bounded",
            "Grade in a systemd session with cgroup v2, or as root where /sys/fs/cgroup can be "
            "written. See docs/security.md, Shared resources.",
        )
    if found.mode == "user":
        yield Check(
            "Epoll watches",
            "note",
            "all sandboxes have your user id, and fs.epoll.max_user_watches counts by that",
            "Grade as root, in a container or a virtual machine that does nothing else: then each "
            "sandbox has a user id of its own.",
        )


def check_dask(_course: Course) -> Iterator[Check]:
    """Only `--scheduler` needs it."""
    yield Check(*examined_cluster.dask())


def check_browser(_course: Course) -> Iterator[Check]:
    """Only the tests marked ``browser`` need one."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path:
        yield Check("Browser", "ok", path)
    else:
        yield Check(
            "Browser", "note", "no Chromium", "Only tests marked 'browser' need it; they skip."
        )


def check_machine(course: Course) -> Iterator[Check]:
    """Disk, memory and cores."""
    import psutil

    from alpaca_course.execution.pool import workers_to_use
    from alpaca_course.machine_memory import free_memory

    disk = shutil.disk_usage(course.root).free / GIB
    free, total = free_memory() / GIB, psutil.virtual_memory().total / GIB
    yield Check(
        "Disk",
        *_enough(disk, DISK_NEEDED, f"{disk:.0f} GiB free", "Free some space; alpaca writes here."),
    )
    yield Check(
        "Memory",
        *_enough(
            free,
            MEMORY_NEEDED,
            f"{free:.1f} of {total:.1f} GiB free",
            "Close other programs, or grade with one worker (c.AlpacaCourse.workers = 1).",
        ),
    )
    most = max((lab.kernel.memory_mib for lab in course.labs.values()), default=1024)
    workers = workers_to_use(most, course.settings.workers)
    yield Check("Cores", "ok", f"{psutil.cpu_count()}; grading uses {workers} workers")


def check_gradebook(course: Course) -> Iterator[Check]:
    from alpaca_course.gradebook.examining import examine

    for each in examine(course):
        yield Check(each.name, each.state, each.found, each.remedy)


def _enough(free: float, needed: float, found: str, remedy: str) -> tuple[str, str, str]:
    if free >= needed:
        return "ok", found, ""
    return "note", f"{found}, {needed:g} GiB are advisable", remedy


CHECKS: tuple[Callable[[Course], Iterator[Check]], ...] = (
    check_python,
    check_versions,
    check_tensorflow,
    check_programs,
    check_weights,
    check_pictures,
    check_gradebook,
    check_sandbox,
    check_shared_resources,
    check_dask,
    check_browser,
    check_machine,
)
