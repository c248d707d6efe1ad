"""``alpaca demo-cluster``: the demonstration class on a cluster and PostgreSQL, all of it here."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from alpaca_course.cli.console import (
    JsonOption,
    LabArgument,
    course,
    have_inputs,
    print_json,
)
from alpaca_course.cli.demo import as_json, build_lab, grade_in, show
from alpaca_course.cli.scheduler import say

if TYPE_CHECKING:
    from alpaca_course.cluster.link import Address
    from alpaca_course.course import Course
    from alpaca_course.judging.session import GradingSession
    from alpaca_course.lab import Lab
    from alpaca_course.qualification.demo_class import DemoClass

WORKERS = ("one", "two")
DATABASE = "gradebook"


def register(app: typer.Typer) -> None:
    app.command("demo-cluster")(demo_cluster)


def demo_cluster(lab: LabArgument = None, json: JsonOption = False) -> None:
    """Scheduler, two workers and PostgreSQL on this machine grade the demonstration class.

    Debian's packages for it: bubblewrap, openssl, postgresql. Everything is started anew each time
    and ended afterwards, the gradebook's server with it. The exit code is 0 only if every
    submission got what its case file says.
    """
    from alpaca_course.cluster.link import require_dask
    from alpaca_course.gradebook.postgres_local import server
    from alpaca_course.sandbox.probe import require

    started = time.monotonic()
    here = course()
    spec = here.lab(lab)
    require_dask()
    require()
    with server() as database:
        say(f"PostgreSQL: {database.folder}")
        steps = {**have_inputs(here, spec, demonstration=True), "lab": build_lab(here, spec)}
        with _machines() as address:
            graded = _grade(here, spec, address, database.create(DATABASE))
        seconds = time.monotonic() - started
        if json:
            print_json({**as_json(graded, steps, seconds), "scheduler": address.url})
        else:
            show(graded, seconds)
            say("The gradebook was PostgreSQL's; its server has ended with this command.")
    if not graded.as_expected:
        raise typer.Exit(1)


@contextlib.contextmanager
def _machines() -> Iterator[Address]:
    """A scheduler and its workers, which others on this machine cannot join."""
    from alpaca_course.cluster.certificates import address, make
    from alpaca_course.cluster.local import LocalMachines, free_port
    from alpaca_course.execution.pool import default_workers

    url = f"tls://127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory(prefix="alpaca-cluster-") as made:
        folder = Path(made)
        make(folder / "tls")
        of = {who: address(url, folder / "tls", who) for who in ("scheduler", "worker", "grader")}
        with LocalMachines(folder, of["scheduler"], of["worker"]) as machines:
            machines.start_scheduler()
            slots = max(1, default_workers(1024) // len(WORKERS))
            for name in WORKERS:
                machines.start_worker(name, slots)
            say(f"Scheduler: {url}, {len(WORKERS)} workers with {slots} slots each")
            yield of["grader"]


def _grade(here: Course, lab: Lab, address: Address, db_url: str) -> DemoClass:
    from alpaca_course.batch.elsewhere import on_cluster
    from alpaca_course.judging.session import GradingSession
    from alpaca_course.qualification.demo_class import prepare_course

    root = here.state / "demo-cluster"
    # The database is new, so what was graded before is graded again.
    shutil.rmtree(root, ignore_errors=True)
    own = prepare_course(here, lab, root, db_url=db_url)

    @contextlib.contextmanager
    def opened() -> Iterator[GradingSession]:
        session = GradingSession(own, own.lab(lab.name), isolation="warm")
        with on_cluster(session, address, say):
            yield session

    return grade_in(own, lab, opened=opened)
