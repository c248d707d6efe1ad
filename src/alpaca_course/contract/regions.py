"""Marked regions of a cell: solutions, hidden tests, and the frame students write in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """The text between a pair of marker lines; ``first`` and ``last`` are the markers' lines."""

    text: str
    first: int
    last: int


@dataclass(frozen=True)
class Marker:
    """A pair of marker lines. A line is a marker when it contains the text, as in nbgrader."""

    begin: str
    end: str

    def regions(self, source: str) -> list[Region]:
        """All regions of ``source``, in order; line numbers start at 1.

        Raises:
            ValueError: a region is nested, never closed, or closed without having been opened.
        """
        found: list[Region] = []
        lines = source.split("\n")
        opened: int | None = None
        for number, line in enumerate(lines, start=1):
            if self.begin in line:
                if opened is not None:
                    raise ValueError(
                        f"line {number} has '{self.begin}' again, unclosed since {opened}"
                    )
                opened = number
            elif self.end in line:
                if opened is None:
                    raise ValueError(f"line {number} has '{self.end}' without '{self.begin}'")
                found.append(Region("\n".join(lines[opened : number - 1]), opened, number))
                opened = None
        if opened is not None:
            raise ValueError(f"'{self.begin}' in line {opened} has no '{self.end}'")
        return found

    def outside(self, source: str) -> str:
        """``source`` without its regions and without their marker lines."""
        hidden = {
            number
            for region in self.regions(source)
            for number in range(region.first, region.last + 1)
        }
        lines = source.split("\n")
        return "\n".join(line for n, line in enumerate(lines, start=1) if n not in hidden)


# The first two are nbgrader's defaults (ClearSolutions, ClearHiddenTests).
SOLUTION = Marker("BEGIN SOLUTION", "END SOLUTION")
HIDDEN_TESTS = Marker("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
STUDENT_CODE = Marker("START CODE HERE", "END CODE HERE")

# What nbgrader itself looks for; none of it may be left in anything a student receives.
NBGRADER_MARKERS = (
    "BEGIN SOLUTION",
    "END SOLUTION",
    "BEGIN HIDDEN TESTS",
    "END HIDDEN TESTS",
    "BEGIN MARK SCHEME",
    "END MARK SCHEME",
    "HASHED AUTOTEST",
)
