"""What ``alpaca doctor`` says of Dask and of a cluster."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from alpaca_course.course import Course
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from alpaca_course.cluster.link import Address

Found = tuple[str, str, str, str]  # name, state, found, remedy


def dask() -> Found:
    """Whether executions can be sent to other machines at all."""
    from alpaca_course.cluster.link import NEEDED

    try:
        version = importlib.metadata.version("distributed")
    except importlib.metadata.PackageNotFoundError:
        return "Dask", "note", "not installed; only `--scheduler` needs it", NEEDED
    return "Dask", "ok", f"distributed {version}", ""


def cluster(course: Course, address: Address) -> Iterator[Found]:
    """Slots and versions of each worker, and whether it is as this machine."""
    from alpaca_course.cluster.examining import examine
    from alpaca_course.cluster.facts import differences, facts_here

    labs = course.labs.values()
    libraries = sorted({name for lab in labs for name in lab.kernel.libraries})
    memory = max((lab.kernel.memory_mib for lab in labs), default=1024)
    here = facts_here(libraries)
    try:
        found = examine(address, libraries, memory)
    except CourseError as error:
        yield "Scheduler", "mend", str(error), "See docs/cluster.md."
        return
    slots = sum(each.slots for each in found.values() if not isinstance(each, str))
    state = "ok" if found else "mend"
    yield (
        "Scheduler",
        state,
        f"{address.url}: {len(found)} workers, {slots} executions side by side",
        "" if found else f"alpaca worker {address.url}",
    )
    for name, each in found.items():
        if isinstance(each, str):
            yield f"Worker {name}", "mend", each, "Look at its log."
        elif differing := differences(here, each.facts):
            both = (f"{n} {each.facts.get(n)} (here: {here.get(n)})" for n in differing)
            remedy = "Install the same package, Python and constraints.txt there."
            yield f"Worker {name}", "mend", ", ".join(both), remedy
        elif each.problem:
            yield f"Worker {name}", "mend", each.problem, "alpaca doctor, on that machine"
        else:
            versions = ", ".join(f"{n} {each.facts[n]}" for n in ("python", *libraries))
            yield f"Worker {name}", "ok", f"{each.slots} slots; {versions}", ""
