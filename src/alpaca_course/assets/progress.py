"""A progress bar out of the plain progress calls of this room."""

from __future__ import annotations

from rich.progress import Progress, TaskID

from alpaca_course.files import Tick


def ticking(bar: Progress) -> Tick:
    """One line of ``bar`` for each thing that is done."""
    tasks: dict[str, TaskID] = {}

    def tick(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=total)
        bar.update(tasks[what], completed=done, total=total)

    return tick
