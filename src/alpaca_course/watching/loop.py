"""Grading hand-ins as they come, until somebody ends it.

What has to be done is decided by what is in the exchange, in ``submitted/``, in the records and in
the gradebook; what is kept besides (the order of arrival, a status) may be lost. So it may be ended
at any moment and begun again.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from alpaca_course.batch.grade import Action
from alpaca_course.contract.states import in_words
from alpaca_course.errors import CourseError
from alpaca_course.execution.runner import Execution
from alpaca_course.files import said_of
from alpaca_course.judging.records import RecordStore
from alpaca_course.sole_writer import CourseBusyError
from alpaca_course.watching.arrivals import Arrival
from alpaca_course.watching.desk import Begun, Desk
from alpaca_course.watching.estimates import Rate
from alpaca_course.watching.inlets import Inlet
from alpaca_course.watching.outside import Outside
from alpaca_course.watching.queue import LAST_BACKOFF, Queue, Waiting
from alpaca_course.watching.receipts import Stage
from alpaca_course.watching.scanning import Found, Scanner
from alpaca_course.watching.status import Counts, Row, Status
from alpaca_course.watching.telling import News, Receipts, graded, waits

TICK = 0.2
ENOUGH = 3
"""So often in vain, and a hand-in counts as one that cannot be graded now."""
_DELAYED = "Grading is delayed; what you handed in is kept, and you need not do anything."
_LOOK_AGAIN = 300.0  # seconds; where a page may change by the time of day
_ADMIT_AGAIN = 60.0  # since a clock may be set meanwhile

Say = Callable[[str, dict[str, Any]], None]


@dataclass
class Flight:
    """An execution under way, and the hand-ins that wait for the same one."""

    begun: Begun
    waiting: Waiting
    started: float
    accompanied: bool
    followers: list[Waiting] = field(default_factory=list)


class Watch:
    """The loop over one lab.

    Args:
        desk: grades one hand-in.
        inlet: brings them.
        receipts: for students.
        rate: as an earlier process measured it.
        say: told what happens: an event's name, and facts.
        outside: what people look at, told now and then.
    """

    def __init__(
        self,
        desk: Desk,
        inlet: Inlet,
        receipts: Receipts,
        rate: Rate,
        *,
        say: Say,
        outside: Outside | None = None,
    ) -> None:
        self.desk, self.inlet, self.receipts, self.rate = desk, inlet, receipts, rate
        self.queue, self.counts = Queue(), Counts()
        self.newest: dict[str, Arrival] = {}
        self.blocked = ""
        self.rate.cold = desk.session.workers
        self._say, self._outside = say, outside
        self._scanner = Scanner(desk.course, desk.lab, inlet)
        self._records = RecordStore(desk.course, desk.lab)
        self._flights: dict[Future[Execution], Flight] = {}
        self._begun: dict[str, tuple[Arrival | None, Any]] = {}
        self._superseded: set[str] = set()
        self._settling = True
        self._positions: dict[str, int] = {}
        self._next_scan = self._next_look = 0.0
        self._last = time.monotonic()

    def run(self, stop: threading.Event, *, once: bool = False, warm: bool = False) -> str:
        """Grade until ``stop`` is set, or, with ``once``, until nothing is left to do.

        With ``warm`` the sandboxes are started at once, unless somebody waits already.

        Returns:
            Why it ended: "stopped", "done", or "changed": the lab, its rules or the due dates are
            others now, and a new process has to go on.
        """
        changed = False
        while not stop.is_set():
            now = time.monotonic()
            changed = changed or (self._outside is not None and self._outside.changed(now))
            if now >= self._next_scan:
                self._scan(now)
                if warm and not self.queue.waiting:
                    self.desk.warm_up()
                warm = False
            if not changed:
                self._fill(now, stop)
            elif not self._flights:
                return "changed"
            self._land(stop)
            self._tell()
            if once and self._is_idle():
                return "done"
        return "stopped"

    def _is_idle(self) -> bool:
        left = [each for each in self.queue.waiting.values()
                if not each.until and each.tries < ENOUGH]  # fmt: skip
        return not (left or self.queue.running or self._settling)

    # What is new
    def _scan(self, now: float) -> None:
        try:
            found = self._scanner.look({*self.queue.running, *self.queue.waiting})
        except (CourseError, OSError) as error:
            self._fault("", str(error))
            return
        finally:
            # Large classes are looked at less often: it takes a twentieth of the time at most.
            took = time.monotonic() - now
            self._next_scan = now + took + max(self.inlet.every, 20 * took)
        for name, why in found.problems.items():
            self._fault(name, why)
        self._settling = found.settling
        self._take_over(found, now)
        if self.desk.changes_by_time and now >= self._next_look:
            self._next_look = now + _LOOK_AGAIN
            for record in self._records:
                out = self.desk.course.leaves_out(record.student)
                if not out and record.student not in self.queue.running:
                    self.queue.add(record.student, now, look=True)

    def _take_over(self, found: Found, now: float) -> None:
        names = {each.name for each in found.newest.values()}
        self.receipts.forget(names | {each.name for each in found.older})
        self._superseded &= {each.name for each in found.older}
        before = {name: each.name for name, each in self.newest.items()}
        self.newest = found.newest
        for student in found.changed:
            arrival = self.newest.get(student)
            name = arrival.name if arrival else ""
            running = self._begun.get(student)
            if running is not None and running[0] == arrival:
                continue
            if student in self.queue.waiting and before.get(student, "") == name:
                continue
            look = self._was_graded(student, arrival)
            self.queue.add(student, now, look=look)
            if not look:
                self._say("arrived", {"student": student, "hand_in": name})
        for arrival in found.older:
            running = self._begun.get(arrival.student)
            if arrival.name in self._superseded or (running and running[0] == arrival):
                continue
            with self._quietly(arrival.student):
                told = self.receipts.supersede(arrival, self.inlet.place(arrival))
                self._superseded.add(arrival.name)
                if told:
                    self.counts.superseded += 1
                    self._say("superseded", {"student": arrival.student, "hand_in": arrival.name})

    def _was_graded(self, student: str, arrival: Arrival | None) -> bool:
        """Whether it looks as if nothing had to be done: then others come first."""
        record = self._records.load(student)
        if record is None or not record.fingerprint:
            return False
        if arrival is None or self.inlet.receipts is None:
            return arrival is None or self.inlet.is_fetched(arrival)
        return self.receipts.is_over(self.inlet.place(arrival))

    # What is begun
    def _fill(self, now: float, stop: threading.Event) -> None:
        most = 2 * self.desk.session.workers
        # What needs no execution is finished here; others are told of what moves meanwhile.
        while len(self._flights) < most and time.monotonic() < now + TICK and not stop.is_set():
            waiting = self.queue.take(now)
            if waiting is None:
                return
            try:
                self._begin(waiting, now)
            except CourseBusyError as error:
                self._writer_is(error, waiting)
                return
            except Exception as error:
                self._failed(waiting, error)

    def _begin(self, waiting: Waiting, now: float) -> None:
        student, arrival = waiting.student, self.newest.get(waiting.student)
        if self._has_to_wait(waiting, arrival):
            return
        started = time.monotonic()
        if arrival is not None:
            self.desk.fetch(arrival)
        # Before it is read: what changes from here on is seen as another hand-in.
        self._begun[student] = (arrival, self._scanner.files(student))
        begun = self.desk.begin(student)
        if begun.action is not Action.EXECUTE:
            self._finish(begun, waiting, started, bool(self._flights))
            return
        if not begun.submission.plain and not waiting.apart:
            waiting.apart = True
            del self._begun[student]
            self.queue.again(waiting, now, wait=False)
            return
        for flight in self._flights.values():
            if flight.begun.program == begun.program:
                flight.followers.append(waiting)
                return
        seconds = self.rate.seconds(len(self._flights), self.desk.session.workers)
        self._told(student, News(Stage.GRADING, seconds=seconds))
        flight = Flight(begun, waiting, started, bool(self._flights))
        self._flights[self.desk.execute(begun)] = flight

    def _has_to_wait(self, waiting: Waiting, arrival: Arrival | None) -> bool:
        admission = self.desk.admission(waiting.student, arrival)
        if admission.run:
            waiting.until = waiting.why = ""
            return False
        if admission.until is None:
            self._over(waiting.student, arrival, News(Stage.REFUSED, why=admission.why))
            return True
        left = (admission.until - datetime.now(UTC)).total_seconds()
        waiting.until = admission.until.isoformat(timespec="seconds")
        waiting.not_before = time.monotonic() + min(_ADMIT_AGAIN, max(1.0, left))
        self.queue.again(waiting, time.monotonic(), wait=False, why=admission.why)
        return True

    # What is finished
    def _land(self, stop: threading.Event) -> None:
        now = time.monotonic()
        busy = len(self._flights) >= self.desk.session.workers
        self.rate.passed(now - self._last, busy=busy)
        self._last = now
        if not self._flights:
            if not self.queue.running and not self.queue.waiting:
                stop.wait(TICK)
            else:
                stop.wait(TICK / 4)
            return
        done, _ = wait(self._flights, timeout=TICK, return_when=FIRST_COMPLETED)
        for future in done:
            flight = self._flights.pop(future)
            for follower in flight.followers:
                self._again(follower)
            execution, error = self.desk.executed(flight.begun, future)
            if execution is None and flight.waiting.tries < ENOUGH:
                self._failed(flight.waiting, CourseError(error))
                continue
            with self._handled(flight.waiting):
                accompanied = flight.accompanied or bool(self._flights)
                self._finish(
                    flight.begun, flight.waiting, flight.started, accompanied, execution, error
                )

    @contextlib.contextmanager
    def _handled(self, waiting: Waiting) -> Any:
        try:
            yield
        except CourseBusyError as error:
            self._writer_is(error, waiting)
        except Exception as error:
            self._failed(waiting, error)

    def _finish(
        self,
        begun: Begun,
        waiting: Waiting,
        started: float,
        accompanied: bool,
        execution: Execution | None = None,
        error: str = "",
    ) -> None:
        outcome = self.desk.finish(begun, execution, error)
        self.blocked = ""
        result = outcome.result
        assert result is not None
        if not waiting.look or outcome.action is not Action.KEEP:
            seconds = time.monotonic() - started
            executed = outcome.action is Action.EXECUTE
            self.rate.finished(seconds, accompanied=accompanied, executed=executed)
            self.counts.ended(begun.student, result.state)
            self._say(
                "graded",
                {
                    "student": begun.student,
                    "state": result.state.value,
                    "points": result.total,
                    "action": outcome.action.value,
                    "seconds": round(seconds, 3),
                    "since_arrival": round(time.monotonic() - waiting.since, 3),
                },
            )
        arrival = self._begun.get(begun.student, (None, None))[0]
        self._over(begun.student, arrival, graded(result.state))
        if execution is None and error:
            # Its page says that it will be graded again, so it is.
            self._scanner.forget(begun.student)
            self.queue.add(begun.student, time.monotonic())
            self.queue.waiting[begun.student].tries = waiting.tries
            self.queue.waiting[begun.student].not_before = time.monotonic() + LAST_BACKOFF

    def _over(self, student: str, arrival: Arrival | None, news: News) -> None:
        files = self._begun.pop(student, (None, self._scanner.files(student)))[1]
        self._scanner.graded(student, arrival, files)
        self.queue.done(student)
        if arrival is not None:
            with self._quietly(student):
                self.receipts.tell(arrival, self.inlet.place(arrival), news)

    # What went wrong
    def _failed(self, waiting: Waiting, error: Exception) -> None:
        text = said_of(error) if isinstance(error, CourseError | OSError) else in_words(error)
        self.counts.failed[waiting.student] = text
        self._again(waiting, wait=True, why=_DELAYED)
        self._fault(waiting.student, text)

    def _writer_is(self, error: CourseBusyError, waiting: Waiting) -> None:
        if self.blocked != str(error):
            self.blocked = str(error)
            self._say("waiting", {"why": self.blocked})
        waiting.not_before = time.monotonic() + 1.0
        self._again(waiting)

    def _again(self, waiting: Waiting, *, wait: bool = False, why: str = "") -> None:
        self._begun.pop(waiting.student, None)
        self.queue.again(waiting, time.monotonic(), wait=wait, why=why)

    def _fault(self, about: str, text: str) -> None:
        if self._outside is None or self._outside.fault(about, text):
            self._say("fault", {"about": about, "why": text})

    @contextlib.contextmanager
    def _quietly(self, student: str) -> Any:
        """A receipt that cannot be written costs no more than the receipt."""
        try:
            yield
        except OSError as error:
            self._fault(student, f"The receipt cannot be written: {error}")

    # What is told
    def _tell(self) -> None:
        self._positions = self.queue.positions()
        for student, waiting in self.queue.waiting.items():
            if not waiting.look:
                self._told(student, self._news(waiting))
        if self._outside is not None:
            self._outside.show(self._status)

    def _status(self) -> Status:
        """What people are told of the whole."""
        waiting = sorted(self.queue.waiting.values(), key=lambda each: each.rank)
        rows = [Row(each, News(Stage.GRADING)) for each in self.queue.running]
        rows += [Row(each.student, self._news(each)) for each in waiting if not each.look]
        return Status(
            lab=self.desk.lab.name,
            source=self.inlet.what,
            workers=self.desk.session.workers,
            rows=tuple(rows),
            looks=sum(each.look for each in waiting),
            counts=self.counts,
            rate=self.rate,
            blocked=self.blocked,
        )

    def _news(self, waiting: Waiting) -> News:
        position = self._positions.get(waiting.student, 0)
        return waits(waiting, position, self.rate.seconds(position - 1, self.desk.session.workers))

    def _told(self, student: str, news: News) -> None:
        arrival = self.newest.get(student)
        if arrival is not None:
            with self._quietly(student):
                self.receipts.tell(arrival, self.inlet.place(arrival), news)
