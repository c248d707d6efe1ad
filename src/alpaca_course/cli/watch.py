"""``alpaca watch``: grade hand-ins as they come, and give their pages back."""

from __future__ import annotations

import contextlib
import json as json_module
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpaca_course.cli.console import ATTENTION, NO_SANDBOX, LabArgument, course, err, print_json
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from alpaca_course.course import Course
    from alpaca_course.lab import Lab
    from alpaca_course.watching.desk import Desk
    from alpaca_course.watching.status import Counts

_AGAIN = 5.0  # seconds until another writer is asked for again


def register(app: typer.Typer) -> None:
    app.command("watch")(watch)


def watch(
    lab: LabArgument = None,
    source: Annotated[
        str,
        typer.Option(
            "--from", help="exchange, submitted, or another folder with STUDENT/LAB/ in it."
        ),
    ] = "exchange",
    workers: Annotated[
        int, typer.Option("--workers", "-w", min=0, help="Executions side by side; 0 chooses.")
    ] = 0,
    once: Annotated[
        bool, typer.Option("--once", help="End when everything that is there is graded.")
    ] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Say what it is at, or was, and change nothing.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Serve the status page on this port, for this machine only."
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object for each event.")
    ] = False,
) -> None:
    """Collect what students hand in, grade it, and release the pages, until it is ended.

    It may be ended and begun again at any moment. What was in submitted/ or was graded before is
    looked at, too. With --once the exit code is 0 if everything
    was graded; 3 if some need a person or were refused; 1 if something could not be graded.
    """
    place = course()
    spec = place.lab(lab)
    if status:
        _show_status(place, spec, source, json)
        return
    say = _json_line if json else _line
    with _alone(place, spec), contextlib.ExitStack() as stack:
        ended, counts = _run(place, spec, source, workers, port, say, stack, once=once)
    if ended == "changed":
        # Kernels and rules are loaded once: a new process of the same number goes on.
        say("restarting", {"why": "the lab, its rules, the roster or the due dates have changed"})
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    say("stopped", {"why": ended})
    if once and counts.failed:
        raise typer.Exit(1)
    if once and (counts.refused or counts.people):
        raise typer.Exit(ATTENTION)


def _run(
    place: Course,
    spec: Lab,
    source: str,
    workers: int,
    port: int | None,
    say: Callable[[str, dict[str, Any]], None],
    stack: contextlib.ExitStack,
    *,
    once: bool,
) -> tuple[str, Counts]:
    from alpaca_course.execution.pool import workers_to_use
    from alpaca_course.watching.desk import Desk
    from alpaca_course.watching.inlets import inlet
    from alpaca_course.watching.loop import Watch
    from alpaca_course.watching.notify import notify
    from alpaca_course.watching.outside import Outside, kept, page_file, read_rate
    from alpaca_course.watching.serving import served
    from alpaca_course.watching.telling import Receipts

    stop = stack.enter_context(_stopping())
    count = workers_to_use(spec.kernel.memory_mib, workers, place.settings.workers)
    folder = kept(place, spec)
    outside = Outside(place, spec, lambda: notify("WATCHDOG=1"), served=port is not None)
    hand_ins = inlet(place, spec, source, folder)
    desk = stack.enter_context(Desk(place, spec, hand_ins, workers=count))
    while not _is_prepared(desk, say, once=once) and not stop.wait(_AGAIN):
        pass
    if desk.session.isolation == "trusted":
        err.print(NO_SANDBOX + "students' code runs with your rights on this machine.")
    receipts = Receipts(hand_ins.receipts, spec.name, spec.notebook)
    rate = read_rate(place, spec)
    watching = Watch(desk, hand_ins, receipts, rate, say=say, outside=outside)
    stack.callback(outside.end)
    address = stack.enter_context(served(page_file(folder), port)) if port is not None else ""
    begun = {"from": hand_ins.what, "workers": count, "page": address}
    say("watching", {"assignment": spec.name, **begun})
    notify("READY=1")
    stack.callback(notify, "STOPPING=1")
    return watching.run(stop, once=once, warm=not once), watching.counts


def _is_prepared(desk: Desk, say: Callable[[str, dict[str, Any]], None], *, once: bool) -> bool:
    from alpaca_course.sole_writer import CourseBusyError

    try:
        desk.prepare()
    except CourseBusyError as error:
        if once:
            raise
        say("waiting", {"why": str(error)})
        return False
    return True


@contextlib.contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Set by the first SIGTERM or Ctrl-C, after which what is being written is finished.

    A second one ends the process at once; that loses nothing either.
    """
    stop = threading.Event()
    before: dict[signal.Signals, Any] = {}

    def end(number: int, _: object) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in (signal.SIGTERM, signal.SIGINT):
        before[number] = signal.signal(number, end)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _alone(place: Course, spec: Lab) -> Iterator[None]:
    """Be the only one that watches this lab.

    Raises:
        CourseError: another one does, or nothing can be written here.
    """
    from filelock import FileLock, Timeout

    from alpaca_course.watching.outside import kept

    folder = kept(place, spec)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "watch.lock", timeout=0):
            yield
    except Timeout:
        raise CourseError(
            f"Another `alpaca watch` of {spec.name} is running: `alpaca watch --status` shows it."
        ) from None
    except OSError as error:
        raise CourseError(f"Nothing can be written here: {error}") from error


def _show_status(place: Course, spec: Lab, source: str, json: bool) -> None:
    from alpaca_course.contract.states import printable
    from alpaca_course.watching.outside import read_status
    from alpaca_course.watching.pending import pending
    from alpaca_course.watching.status import lines

    found = read_status(place, spec)
    running = _is_running(place, spec)
    if found is not None:
        found["running"] = running
    waiting = None if running else pending(place, spec, source)
    if json:
        facts = {"status": found, "running": running, "pending": waiting}
        print_json({"assignment": spec.name, **facts})
        return
    if found is None:
        print(f"{spec.name}: `alpaca watch` {'begins' if running else 'never ran here'}.")
    else:
        print(*lines(found, datetime.now(UTC)), sep="\n")
    if waiting is not None:
        print(printable(f"{len(waiting)} hand-ins to be graded: {', '.join(waiting) or 'none'}."))


def _is_running(place: Course, spec: Lab) -> bool:
    from filelock import FileLock, Timeout

    from alpaca_course.watching.outside import kept

    try:
        with FileLock(kept(place, spec) / "watch.lock", timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # nobody ever watched here
        return False


def _json_line(event: str, facts: dict[str, Any]) -> None:
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    print(json_module.dumps({"time": time, "event": event, **facts}), flush=True)


def _line(event: str, facts: dict[str, Any]) -> None:
    from alpaca_course.contract.states import printable

    said = ", ".join(f"{name} {value}" for name, value in facts.items() if value not in ("", None))
    print(printable(f"{datetime.now():%H:%M:%S} {event}: {said}"), flush=True)
