"""How much of a student's is shown, and for how long a cell is worked at.

Parsers of Markdown, HTML and code take time that grows faster than what they read, on texts made
for that. A bound on size keeps most of them short; the clock is for those that nobody thought of.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from alpaca_course.units import MIB

# Characters of one cell that are rendered or coloured, and not shown as plain text.
MOST_MARKDOWN = 100_000
MOST_CODE = 100_000
# Characters of HTML, as an output has it and as Markdown becomes it.
MOST_HTML = 400_000
# Elements inside each other; pages of people have about ten.
MOST_DEPTH = 60
# Characters of one text, and outputs of one cell.
MOST_TEXT = 200_000
MOST_OUTPUTS = 200
# Of processor time, for one cell's source or one output.
CELL_SECONDS = 2.0

MEGAPIXEL = 1_000_000
# One picture as it arrives, in base64, and its pixels; a large screen has 8 million.
MOST_PICTURE = 12 * MIB
MOST_PIXELS = 12 * MEGAPIXEL


class TooMuchError(Exception):
    """Something exceeds what is shown of it; it is shown as plain text, or named."""


@dataclass
class Budget:
    """What is left for one notebook as a whole.

    Attributes:
        pixels: of pictures.
        pictures: their number.
        bytes: of pictures as they are written.
        text: characters of outputs.
    """

    pixels: int = 24 * MEGAPIXEL
    pictures: int = 200
    bytes: int = 32 * MIB
    text: int = 8 * MIB


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise in the block after so much processor time.

    Regular expressions look for signals while they work, so it ends them as well. Where there are
    no such signals (another thread, Windows) the block takes what it takes.

    Raises:
        TooMuchError: the time is over.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _over(_number: int, _frame: FrameType | None) -> None:
    raise TooMuchError("it takes too long")
