"""Who is graded next. Pure: time is given, in seconds of a clock that only runs forwards.

A student has one place, from the first hand-in that was not graded yet: what is handed in meanwhile
takes the place of that. So nobody is served sooner for handing in often, and nobody later for
correcting. What is not plain runs with nothing beside it: when nobody else waits, or after
:data:`APART_PATIENCE` seconds in turn with the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field

APART_PATIENCE = 120.0
LOOK_BEHIND = 50
"""Places that a mere look at what was graded before gives way to."""
FIRST_BACKOFF, LAST_BACKOFF = 1.0, 60.0


@dataclass
class Waiting:
    """A student whose hand-in waits.

    Attributes:
        student: the id.
        place: in the order of arrival.
        since: when it came.
        look: it was graded as far as anybody knows, and is only looked at.
        apart: it is not plain.
        not_before: it is not tried again until then.
        tries: how often it was tried in vain.
        why: what the student is told of the wait, where something is to be told.
        until: when it is admitted, where it waits for that; ISO 8601.
    """

    student: str
    place: int
    since: float
    look: bool = False
    apart: bool = False
    not_before: float = 0.0
    tries: int = 0
    why: str = ""
    until: str = ""

    @property
    def rank(self) -> tuple[int, int]:
        return (self.place + LOOK_BEHIND * self.look, self.place)


@dataclass
class Queue:
    """Who waits and who is being graded.

    Attributes:
        waiting: by student.
        running: students whose hand-in is being graded, and whether apart from all others.
    """

    waiting: dict[str, Waiting] = field(default_factory=dict)
    running: dict[str, Waiting] = field(default_factory=dict)
    _places: int = 0
    _last_apart: float = float("-inf")

    def add(self, student: str, now: float, *, look: bool = False) -> None:
        """Have ``student`` wait; who waits already keeps the place."""
        there = self.waiting.get(student)
        if there is None:
            self._places += 1
            self.waiting[student] = Waiting(student, self._places, now, look=look)
        elif not look:
            # Another hand-in: nothing that is known of the one before holds for it.
            self.waiting[student] = Waiting(student, there.place, there.since)

    def take(self, now: float) -> Waiting | None:
        """The one to begin with now, which is running then; None where none can begin."""
        found = self._next(now)
        if found is not None:
            del self.waiting[found.student]
            self.running[found.student] = found
            if found.apart:
                self._last_apart = now
        return found

    def _next(self, now: float) -> Waiting | None:
        if any(each.apart for each in self.running.values()):
            return None
        ready = self._ready(now)
        plain = [each for each in ready if not each.apart]
        apart = [each for each in ready if each.apart]
        if not apart:
            return plain[0] if plain else None
        patient = now - max(apart[0].since, self._last_apart) < APART_PATIENCE
        if plain and patient:
            return plain[0]
        return None if self.running else apart[0]

    def _ready(self, now: float) -> list[Waiting]:
        return sorted(
            (
                each
                for each in self.waiting.values()
                if each.not_before <= now and each.student not in self.running
            ),
            key=lambda each: each.rank,
        )

    def done(self, student: str) -> None:
        """``student`` is not being graded any more."""
        self.running.pop(student, None)

    def again(self, found: Waiting, now: float, *, wait: bool, why: str = "") -> None:
        """Have one that was running wait again: at once, or for longer with each try."""
        self.done(found.student)
        if wait:
            found.tries += 1
            delay = min(LAST_BACKOFF, FIRST_BACKOFF * 2 ** min(found.tries - 1, 20))
            found.not_before = now + delay
        found.why = why
        # One that came meanwhile takes its place.
        newer = self.waiting.get(found.student)
        if newer is None:
            self.waiting[found.student] = found
        else:
            newer.place, newer.since = found.place, found.since

    def positions(self) -> dict[str, int]:
        """Position of each hand-in that waits among all that are not finished, from 1.

        Those that are being graded are before it, those that are not plain come last.
        """
        waiting = [each for each in self.waiting.values() if not (each.look or each.until)]
        first = len(self.running) + 1
        waiting.sort(key=lambda each: (each.apart, each.not_before, each.rank))
        return {each.student: number for number, each in enumerate(waiting, first)}
