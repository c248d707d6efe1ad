"""``alpaca lab``: JupyterLab with exchange, pictures and weights in place."""

from __future__ import annotations

import getpass
import signal
import time
from datetime import datetime
from enum import StrEnum
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from alpaca_course.cli.console import (
    JsonOption,
    LabArgument,
    course,
    err,
    have_inputs,
    out,
    print_json,
    progress,
)
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from alpaca_course.course import Course
    from alpaca_course.lab import Lab
    from alpaca_course.server.servers import Server
    from alpaca_course.server.settings import ServerPlan
    from alpaca_course.server.workspace import Workspace

FIRST_PORT = 8888


class Side(StrEnum):
    """Whose servers are started."""

    BOTH = "both"
    STUDENT = "student"
    INSTRUCTOR = "instructor"


def register(app: typer.Typer) -> None:
    app.command("lab")(lab)


def lab(
    name: LabArgument = None,
    *,
    student: Annotated[
        str | None,
        typer.Option(help="Who works here; students/NAME is made. Default: your login name."),
    ] = None,
    side: Annotated[
        Side,
        typer.Option("--for", help="Start the student's server, the instructor's, or both."),
    ] = Side.BOTH,
    port: Annotated[
        int | None,
        typer.Option(
            min=1024, max=65535, help=f"First port. Default: the first free from {FIRST_PORT}."
        ),
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the addresses.")
    ] = False,
    empty: Annotated[
        bool,
        typer.Option(
            "--empty", help="Release and fetch nothing: go through the whole loop in the browser."
        ),
    ] = False,
    reset: Annotated[
        bool, typer.Option("--reset", help="Take a fresh copy; the present one is set aside.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and start nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Open the lab in JupyterLab: pictures, weights, hand-in and formgrader in place.

    A student's workspace is made once in `students/NAME` and never overwritten. Servers listen on
    this machine only and end with Ctrl+C.
    """
    from alpaca_course.server.workspace import Workspace

    if reset and empty:
        raise CourseError("--reset takes a fresh copy, --empty takes none: choose one of them.")
    place = course()
    spec = place.lab(name)
    workspace = Workspace.of(place, spec, student or getpass.getuser())
    for_student, for_instructor = side is not Side.INSTRUCTOR, side is not Side.STUDENT
    ports = [] if dry_run else _ports(port, for_student + for_instructor)
    if for_student and not empty:
        _prepare_workspace(workspace, reset=reset, dry_run=dry_run)
    if dry_run:
        return
    have_inputs(place, spec)
    _prepare_exchange(place, spec, empty=empty)

    from alpaca_course.server.settings import instructor_server, student_server

    plans: list[ServerPlan] = []
    if for_student:
        plans.append(student_server(place, workspace, open_notebook=not empty))
    if for_instructor:
        plans.append(instructor_server(place))
    _serve(place, plans, ports, open_browser=not no_browser, json=json)


def _prepare_workspace(workspace: Workspace, *, reset: bool, dry_run: bool) -> None:
    from alpaca_course.server.workspace import carry_out, plan

    planned = plan(workspace, reset=reset, now=datetime.now())
    said = planned.sentences(workspace)
    if dry_run and not said:
        said = [f"{workspace.assignment} is used as it is."]
    for sentence in said:
        (out if dry_run else err).out(sentence)
    if dry_run:
        return
    try:
        carry_out(workspace, planned)
    except OSError as error:
        raise CourseError(f"The workspace cannot be prepared: {error}") from error


def _prepare_exchange(place: Course, lab: Lab, *, empty: bool) -> None:
    from alpaca_course.exchange.publishing import ensure_exchange, publish

    ensure_exchange(place)
    if empty:
        return
    if publish(place, lab):
        err.print("The release is in the exchange.")


def _ports(asked: int | None, count: int) -> list[int]:
    from alpaca_course.server.servers import free_ports, port_is_free

    if asked is not None:
        ports = list(range(asked, asked + count))
        busy = [port for port in ports if not port_is_free(port)]
        if busy:
            raise CourseError(
                f"Port {busy[0]} is in use. Choose another with --port, or leave --port away."
            )
        return ports
    ports = free_ports(FIRST_PORT, count)
    if len(ports) < count:
        raise CourseError(f"No free port from {FIRST_PORT} on. Choose one with --port.")
    return ports


def _serve(
    place: Course, plans: list[ServerPlan], ports: list[int], *, open_browser: bool, json: bool
) -> None:
    """Run the servers until one of them ends or somebody ends this command."""
    from alpaca_course.server.servers import start

    signal.signal(signal.SIGTERM, _as_interrupt)
    servers: list[Server] = []
    try:
        with progress() as bar:
            task = bar.add_task("Starting JupyterLab", total=len(plans))
            for number, (planned, port) in enumerate(zip(plans, ports, strict=True)):
                # One window is enough; the other address is printed.
                first = open_browser and number == 0
                servers.append(start(place, planned, port=port, open_browser=first))
            for server in servers:
                server.wait_until_ready()
                bar.advance(task)
        _announce(servers, json=json)
        while all(server.process.poll() is None for server in servers):
            time.sleep(0.5)
        ended = next(server for server in servers if server.process.poll() is not None)
        # The menu item File > Shut Down ends a server in order, with code 0.
        if ended.process.returncode:
            raise CourseError(f"The {ended.role} server ended unexpectedly; see {ended.log}")
    finally:
        for server in servers:
            server.stop()


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _announce(servers: list[Server], *, json: bool) -> None:
    if json:
        print_json({s.role: {"url": s.url, "folder": str(s.plan.folder)} for s in servers})
        return
    for server in servers:
        out.print()
        out.print(Text.assemble((server.role, "bold"), f"  {server.url}"), soft_wrap=True)
        out.print(f"  folder  {server.plan.folder}", soft_wrap=True)
        out.print(f"  log     {server.log}", soft_wrap=True)
    out.print("\nCtrl+C ends everything.")
