"""Where hand-ins come from, and where their pages go: an exchange of nbgrader's, or a folder."""

from __future__ import annotations

import contextlib
import filecmp
import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default.collect import ExchangeCollect

from alpaca_course.contract.receipt import EXCHANGE_FILES
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.exchange.collecting import CollectFiles
from alpaca_course.exchange.driving import exchange
from alpaca_course.exchange.publishing import course_id, ensure_exchange
from alpaca_course.files import write_atomically
from alpaca_course.gradebook.written import page_of
from alpaca_course.intake.names import sorted_out
from alpaca_course.intake.submissions import folder_of
from alpaca_course.intake.timestamp import time_of_file
from alpaca_course.lab import Lab
from alpaca_course.sole_writer import sole_writer
from alpaca_course.watching.arrivals import (
    Arrival,
    Inbound,
    Order,
    Signature,
    at_rest,
    beside,
    secret_in,
    signature,
)
from alpaca_course.watching.receipts import page_name


class Inlet(Protocol):
    """A source of hand-ins. What it brings lies in ``submitted/`` then, as nbgrader has it."""

    every: float
    """Seconds between two looks."""
    what: str
    """For people."""

    def arrivals(self) -> list[Arrival]:
        """All hand-ins that it knows of, in the order of their arrival.

        Raises:
            OSError: it cannot be read.
            CourseError: likewise; the text says why.
        """

    def place(self, arrival: Arrival) -> Path:
        """Where the files of a hand-in lie."""

    def is_fetched(self, arrival: Arrival) -> bool:
        """Whether this one is what lies in ``submitted/``."""

    def fetch(self, arrival: Arrival) -> None:
        """Put it into ``submitted/`` in place of what is there; the caller is the sole writer.

        Raises:
            CourseError: it cannot be fetched, and nothing has changed.
        """

    def release(self, student: str) -> None:
        """Give the student's page to the student, where there is a way and it is not there yet.

        Raises:
            CourseError: it cannot be given.
        """

    def problems(self) -> Mapping[str, str]:
        """What was left out, by its name, and why."""

    @property
    def settling(self) -> bool:
        """Whether something is just being handed in, and will be seen at one of the next looks."""

    @property
    def receipts(self) -> Path | None:
        """Where students look for receipts; None where they cannot be reached so."""


class ExchangeInlet:
    """nbgrader's own exchange, a folder that students can write to."""

    every = 0.5

    def __init__(self, course: Course, lab: Lab, kept: Path) -> None:
        self._course, self._lab = course, lab
        root = ensure_exchange(course) / course_id(course)
        if not (root / "inbound").is_dir():
            raise CourseError(
                f"There is no {root / 'inbound'}: nobody can hand in before the lab is released "
                f"(`nbgrader release_assignment {lab.name}`, or formgrader's button)."
            )
        self.receipts: Path | None = root / "feedback"
        owned = bool(exchange(course, lab, "Collect").check_owner)
        self._inbound = Inbound(root / "inbound", lab.name, owned=owned)
        self._order = Order(kept / "arrivals.json")
        self.what = str(root)

    def arrivals(self) -> list[Arrival]:
        return self._order.numbered(self._inbound.arrivals())

    @property
    def settling(self) -> bool:
        return self._inbound.settling

    def place(self, arrival: Arrival) -> Path:
        return self._inbound.folder / arrival.name

    def problems(self) -> Mapping[str, str]:
        return self._inbound.left_out

    def is_fetched(self, arrival: Arrival) -> bool:
        there = folder_of(self._course, self._lab, arrival.student)
        secret = secret_in(self.place(arrival))
        if secret:
            return secret_in(there) == secret
        with contextlib.suppress(OSError):
            return _copied(signature(self.place(arrival))) == _copied(signature(there))
        return False

    def fetch(self, arrival: Arrival) -> None:
        collector = exchange(self._course, self._lab, "Collect")
        collector.chosen = {arrival.called: arrival.name}
        with _in_words("collected"):
            collector.start()
        if arrival.called not in collector.collected:
            why = collector.failed.get(arrival.called, "it is not there any more")
            raise CourseError(f"The hand-in of {arrival.student} cannot be collected: {why}.")

    def release(self, student: str) -> None:
        page = page_of(self._course, self._lab, student)
        secret = secret_in(page.parent)
        if not secret or not page.is_file() or self._is_released(page, secret):
            return
        with _in_words("released"):
            exchange(self._course, self._lab, "ReleaseFeedback", student).start()

    def _is_released(self, page: Path, secret: str) -> bool:
        assert self.receipts is not None
        there = self.receipts / page_name(secret, page.stem)
        return there.is_file() and filecmp.cmp(page, there, shallow=False)


class PluginInlet:
    """Another exchange, by nbgrader's interface for plugins: it fetches what is new at each look.

    Which pages were released is kept here, since nobody can be asked.
    """

    every = 5.0
    receipts: Path | None = None
    settling = False

    def __init__(self, course: Course, lab: Lab, kept: Path) -> None:
        self._course, self._lab, self._kept = course, lab, kept / "released"
        self.what = type(self._plugin("Collect")).__module__.partition(".")[0]

    def _plugin(self, action: str, student: str = "") -> Any:
        return exchange(self._course, self._lab, action, student)

    def arrivals(self) -> list[Arrival]:
        collector = self._plugin("Collect")
        collector.update = True
        with sole_writer(self._course, brief=True), _in_words("collected"):
            collector.start()
        return []

    def place(self, arrival: Arrival) -> Path:
        return folder_of(self._course, self._lab, arrival.student)

    def problems(self) -> Mapping[str, str]:
        return {}

    def is_fetched(self, arrival: Arrival) -> bool:
        return True

    def fetch(self, arrival: Arrival) -> None:
        """Everything was fetched when it was looked for."""

    def release(self, student: str) -> None:
        page = page_of(self._course, self._lab, student)
        # Which hand-in it is of: a plugin knows it by a secret, by its time, or by both.
        hand_in = "".join(beside(page.parent, name) for name in EXCHANGE_FILES)
        if not hand_in or not page.is_file():
            return
        digest = hashlib.sha256(page.read_bytes() + hand_in.encode()).hexdigest()
        kept = self._kept / student
        if kept.is_file() and kept.read_text(encoding="utf-8") == digest:
            return
        with _in_words("released"):
            self._plugin("ReleaseFeedback", student).start()
        write_atomically(kept, digest.encode())


class FolderInlet:
    """A folder with ``<student>/<lab>/`` in it that somebody fills.

    ``submitted/`` itself may be it. Pages stay in ``feedback/``.
    """

    every = 1.0
    receipts: Path | None = None

    def __init__(self, course: Course, lab: Lab, folder: Path) -> None:
        if not folder.is_dir():
            raise CourseError(f"There is no folder {folder}.")
        self._course, self._lab, self._folder = course, lab, folder.resolve()
        self._own = self._folder == course.submitted.resolve()
        self._seen: dict[str, tuple[object, float]] = {}
        self._problems: dict[str, str] = {}
        self.what = str(self._folder)

    def arrivals(self) -> list[Arrival]:
        if self._own:
            return []
        names = [
            path.name
            for path in self._folder.iterdir()
            if (path / self._lab.name).is_dir() and not path.name.startswith(".")
        ]
        good, self._problems = sorted_out(names)
        return [found for name in good if (found := self._arrival(name)) is not None]

    def _arrival(self, name: str) -> Arrival | None:
        try:
            looks = signature(self._folder / name / self._lab.name)
        except OSError:
            return None
        if not looks or not at_rest(self._seen, name, looks):
            return None
        self._seen.pop(name, None)
        newest = max(time for _, _, time in looks)
        time = time_of_file(newest / 1e9) or datetime.now(UTC)
        token = hashlib.sha256(repr(looks).encode()).hexdigest()
        return Arrival(name, name, token, time, newest)

    @property
    def settling(self) -> bool:
        return bool(self._seen)

    def place(self, arrival: Arrival) -> Path:
        return self._folder / arrival.called / self._lab.name

    def problems(self) -> Mapping[str, str]:
        return self._problems

    def is_fetched(self, arrival: Arrival) -> bool:
        there = folder_of(self._course, self._lab, arrival.student)
        with contextlib.suppress(OSError):
            return _copied(signature(self.place(arrival))) == _copied(signature(there))
        return False

    def fetch(self, arrival: Arrival) -> None:
        # A folder is one, whatever exchange the course has.
        collector = exchange(self._course, self._lab, "Collect", plugin=CollectFiles)
        target = folder_of(self._course, self._lab, arrival.student)
        try:
            collector.put(self.place(arrival), target)
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise CourseError(
                f"The hand-in of {arrival.student} cannot be taken: {why}."
            ) from error

    def release(self, student: str) -> None:
        """Whoever filled the folder gives back what is in ``feedback/``."""


def inlet(course: Course, lab: Lab, source: str, kept: Path) -> Inlet:
    """What ``source`` names: "exchange", "submitted", or a folder by its path.

    Raises:
        CourseError: there is no such thing.
    """
    if source == "submitted":
        return FolderInlet(course, lab, course.submitted)
    if source != "exchange":
        return FolderInlet(course, lab, Path(source).expanduser().absolute())
    if isinstance(exchange(course, lab, "Collect"), ExchangeCollect):
        return ExchangeInlet(course, lab, kept)
    return PluginInlet(course, lab, kept)


def _copied(looks: Signature) -> list[tuple[str, int, int]]:
    """What a copy keeps of a signature: times to a tenth of a second."""
    return [(name, size, round(time / 1e8)) for name, size, time in looks]


@contextlib.contextmanager
def _in_words(done: str) -> Iterator[None]:
    """What keeps a plugin from working, whatever it raises, as a sentence."""
    try:
        yield
    except (CourseError, OSError):
        raise
    except ExchangeError as error:
        raise CourseError(f"Nothing was {done}: {error}") from error
    except Exception as error:
        raise CourseError(f"Nothing was {done} ({type(error).__name__}: {error}).") from error
