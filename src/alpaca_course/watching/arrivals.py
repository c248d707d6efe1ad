"""What lies in nbgrader's exchange: whose hand-ins, and in which order they came.

The order is that of arrival, as far as somebody watched, and not of the times that hand-ins carry:
a clock may be set back between two of them. It is kept on the disk by the names of their folders.
"""

from __future__ import annotations

import contextlib
import hashlib
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from alpaca_course.contract.ids import spelled
from alpaca_course.contract.receipt import SECRET
from alpaca_course.files import json_text, read_json_object, write_atomically
from alpaca_course.intake.handed_in import LARGEST_EXCHANGE_FILE
from alpaca_course.intake.names import why_not
from alpaca_course.intake.reading import MAX_BYTES
from alpaca_course.intake.timestamp import parse_time
from alpaca_course.opened import Opened
from alpaca_course.watching.receipts import MOST

Signature = tuple[tuple[str, int, int], ...]
"""Names, sizes and times of change (nanoseconds) of files."""
SETTLED = 3.0
"""Seconds after which what did not change is taken for finished, where nothing says that it is."""
UNSIGNED = 30.0
"""The same of a hand-in without a secret, which nbgrader writes last but one: it may be a half."""


@dataclass(frozen=True)
class Arrival:
    """One hand-in in the exchange.

    Attributes:
        student: the id.
        called: the id as the folder spells it.
        name: of the folder.
        received: in UTC, by the folder's name.
        number: in the order of arrival.
    """

    student: str
    called: str
    name: str
    received: datetime
    number: int = 0


def parsed(name: str, lab: str) -> Arrival | None:
    """The hand-in that a folder of this name holds; None where it is none for ``lab``."""
    called, found, rest = name.rpartition(f"+{lab}+")
    student = spelled(called)
    if not found or not student or student.startswith(".") or "/" in student or why_not(student):
        return None
    # nbgrader puts a random text behind the time, if it is not told otherwise; a zone may be
    # written with a plus as well.
    for text in (rest.rpartition("+")[0], rest):
        with contextlib.suppress(ValueError, OverflowError, IndexError):
            received, _ = parse_time(text)
            return Arrival(student, called, name, received)
    return None


class Order:
    """Numbers of arrivals, kept in ``path``.

    Lost, it costs no more than that those which are there are ordered by their times.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        kept = read_json_object(path) or {}
        self._numbers = {name: n for name, n in kept.items() if type(n) is int}

    def numbered(self, arrivals: Iterable[Arrival]) -> list[Arrival]:
        """``arrivals`` with their numbers, in their order; new ones come last, by their times.

        Raises:
            OSError: the order cannot be kept; it is as it was.
        """
        found = {each.name: each for each in arrivals}
        new = sorted(found.keys() - self._numbers.keys(), key=lambda n: (found[n].received, n))
        if new or self._numbers.keys() - found.keys():
            first = max(self._numbers.values(), default=0) + 1
            numbers = {name: n for name, n in self._numbers.items() if name in found}
            numbers |= {name: number for number, name in enumerate(new, first)}
            write_atomically(self._path, json_text(numbers).encode())
            self._numbers = numbers
        numbered = [
            Arrival(each.student, each.called, name, each.received, self._numbers[name])
            for name, each in found.items()
        ]
        return sorted(numbered, key=lambda each: each.number)


class Inbound:
    """The folder that students hand in to.

    Args:
        folder: ``<exchange>/<course>/inbound``.
        lab: nbgrader's assignment.
        owned: whether a hand-in has to belong to the student whom it names.
    """

    def __init__(self, folder: Path, lab: str, *, owned: bool) -> None:
        self.folder = folder
        self._lab, self._owned = lab, owned
        self._parsed: dict[str, Arrival | None] = {}
        self._finished: set[str] = set()
        self._seen: dict[str, tuple[object, float]] = {}
        self.left_out: dict[str, str] = {}

    def arrivals(self) -> Iterator[Arrival]:
        """Every finished hand-in, in no order.

        Raises:
            OSError: the folder cannot be read.
        """
        names = {path.name for path in self.folder.iterdir()}
        self._finished &= names
        self._seen = {name: seen for name, seen in self._seen.items() if name in names}
        self.left_out = {name: why for name, why in self.left_out.items() if name in names}
        known = {name: each for name, each in self._parsed.items() if name in names}
        self._parsed = known | {name: parsed(name, self._lab) for name in names - known.keys()}
        for name, found in self._parsed.items():
            if found is None or name in self.left_out:
                continue
            if name not in self._finished:
                if not self._is_finished(self.folder / name):
                    continue
                if self._owned and (why := _not_of(found, self.folder / name)):
                    self.left_out[name] = why
                    continue
                self._finished.add(name)
                self._seen.pop(name, None)
            yield found

    @property
    def settling(self) -> bool:
        """Whether something is just being handed in."""
        return bool(self._seen)

    def _is_finished(self, folder: Path) -> bool:
        """nbgrader gives everybody all rights on the folder once everything is in it."""
        try:
            facts = folder.lstat()
            if not stat.S_ISDIR(facts.st_mode):
                return False
            signed = bool(secret_in(folder))
            if signed and stat.S_IMODE(facts.st_mode) & 0o777 == 0o777:
                return True
            seconds = SETTLED if signed else UNSIGNED
            return at_rest(self._seen, folder.name, signature(folder), seconds)
        except PermissionError:
            # Whoever hands in may give the rights last. If not, collecting it says what is wrong.
            return settled(self._seen, folder.name, "locked", UNSIGNED)
        except OSError:
            return False


def settled(
    seen: dict[str, tuple[object, float]], name: str, looks: object, seconds: float
) -> bool:
    """Whether what is called ``name`` has looked like this for so long."""
    now = time.monotonic()
    before, since = seen.get(name, (None, now))
    if before != looks:
        seen[name] = (looks, now)
        return False
    return now - since >= seconds


def at_rest(
    seen: dict[str, tuple[object, float]], name: str, looks: Signature, seconds: float = SETTLED
) -> bool:
    """Whether files look as if nobody writes them any more: they are old, or were watched."""
    # What has no files yet is as new as can be.
    newest = max((changed for _, _, changed in looks), default=0) / 1e9 or time.time()
    # In the future, too: then the clock was set back since.
    return settled(seen, name, looks, seconds) or abs(time.time() - newest) > seconds


def _not_of(arrival: Arrival, folder: Path) -> str:
    from alpaca_course.exchange.collecting import owner_of

    owner = owner_of(folder)
    if owner == arrival.called:
        return ""
    return (
        f"it is named for {arrival.student} and belongs to the user {owner}: look at it, and "
        "collect it with `nbgrader collect` if it is right"
    )


def signature(folder: Path) -> Signature:
    """Names, sizes and times of change in a folder and those below it; through no link.

    Of a folder in it that may not be read it is the name.

    Raises:
        OSError: it cannot be read.
    """
    found = []
    with Opened(folder, own=1) as place:
        for inside, folders, files in place.walk(locked=[]):
            for name in [*folders, *files]:
                try:
                    facts = (folder / inside / name).lstat()
                except FileNotFoundError:
                    continue
                is_folder = name in folders
                size = 0 if is_folder else facts.st_size
                found.append((str(inside / name), size, 0 if is_folder else facts.st_mtime_ns))
    return tuple(sorted(found))


def secret_in(folder: Path) -> str:
    """The secret that nbgrader put beside a hand-in; empty where there is none."""
    return beside(folder, SECRET)


def beside(folder: Path, name: str) -> str:
    """What an exchange wrote beside a hand-in; empty where there is no such file."""
    try:
        with Opened(folder, own=1) as place:
            data, _ = place.read(PurePosixPath(name), LARGEST_EXCHANGE_FILE)
        return data.decode() if len(data) <= LARGEST_EXCHANGE_FILE else ""
    except (OSError, ValueError):
        return ""


def notebooks_in(folder: Path, expected: str) -> Mapping[str, str]:
    """SHA-256 of the notebooks right in a hand-in, by name without ending; the lab's in any case.

    Of one that cannot be read, or is larger than what is graded, it is empty.
    """
    found = {expected: ""}
    with contextlib.suppress(OSError), Opened(folder, own=1) as place:
        _, _, files = next(place.walk(), (None, [], []))
        names = sorted(name for name in files if name.endswith(".ipynb"))
        names.sort(key=lambda name: name != f"{expected}.ipynb")
        for name in names[:MOST]:
            with contextlib.suppress(OSError):
                data, _ = place.read(PurePosixPath(name), MAX_BYTES)
                whole = len(data) <= MAX_BYTES
                stem = name.removesuffix(".ipynb")
                found[stem] = hashlib.sha256(data).hexdigest() if whole else ""
    return found
