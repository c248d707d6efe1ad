"""Messages to students: sentences instead of tracebacks."""

from __future__ import annotations

import textwrap

WIDTH = 88


class LabMessage(AssertionError):  # noqa: N818 - students read these names
    """An error that Jupyter shows as its sentence, without a traceback."""

    heading = "Not yet"

    def _render_traceback_(self) -> list[str]:
        # IPython shows these lines in place of the traceback.
        return [f"{self.heading}:", *_wrapped(str(self))]


class CheckFailed(LabMessage):
    """A visible check found something to mend."""

    heading = "Not yet"


class NotFilledIn(LabMessage):
    """A graded cell has not been filled in, so what builds on it cannot run."""

    heading = "Not filled in yet"


def say(text: str) -> None:
    """Print sentences in lines of a width that is easy to read.

    JupyterLab breaks longer lines wherever the window ends, in the middle of words.
    """
    print("\n".join(_wrapped(text)))


def _wrapped(text: str) -> list[str]:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += textwrap.wrap(
            paragraph, WIDTH, break_long_words=False, break_on_hyphens=False
        ) or [""]
    return lines
