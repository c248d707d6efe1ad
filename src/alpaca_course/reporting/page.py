"""The class report as one HTML page: a script of its own alone, nothing loaded from elsewhere."""

from __future__ import annotations

import functools
import os
import urllib.parse
from datetime import datetime
from pathlib import Path, PurePath

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from alpaca_course.contract.codes import code_of
from alpaca_course.contract.letters import in_templates
from alpaca_course.contract.states import printable
from alpaca_course.files import write_whole
from alpaca_course.gradebook import content_policy
from alpaca_course.gradebook.results import dropped_text
from alpaca_course.reporting.chart import histogram
from alpaca_course.reporting.records import ClassRecord, in_few_words
from alpaca_course.reporting.summary import for_the_lecture, summarise
from alpaca_course.reporting.to_instructor import to_instructor
from alpaca_course.units import MIB

TEMPLATE = "class_report.html.j2"
STYLE = Path(__file__).with_name("class_report.css")
SCRIPT = Path(__file__).with_name("class_report.js")


def render(record: ClassRecord, made: datetime, folder: Path | None = None) -> str:
    """The report as HTML; all text from students and rules is escaped.

    Args:
        record: the class.
        made: when.
        folder: where the page will lie, for links to pages and notebooks; None makes none.
    """
    environment = Environment(
        loader=PackageLoader("alpaca_course.reporting", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=in_templates,
    )
    environment.filters["points"] = _points
    environment.filters["line"] = printable
    environment.filters["code"] = code_of
    environment.filters["mib"] = _mib
    environment.filters["to_instructor"] = to_instructor
    summary, style = summarise(record), STYLE.read_text(encoding="utf-8")
    script = SCRIPT.read_text(encoding="utf-8")
    return environment.get_template(TEMPLATE).render(
        record=record,
        summary=summary,
        titles={exercise.id: exercise.title for exercise in record.exercises},
        in_words=functools.partial(in_few_words, most=0, characters=0),
        dropped_text=dropped_text,
        policy=content_policy.with_script(style, script),
        style=Markup(style),
        script=Markup(script),
        link=functools.partial(_link, folder),
        lecture=for_the_lecture(summary),
        chart=Markup(histogram(summary.bins)),
        made=made,
    )


def write(record: ClassRecord, path: Path, made: datetime) -> Path:
    """Write the report to ``path``, its folder included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, render(record, made, path.parent))
    return path


def _link(folder: Path | None, target: Path | None) -> str:
    """The way from the page to a file, as an address; empty where there is none."""
    if folder is None or target is None:
        return ""
    relative = PurePath(os.path.relpath(target.resolve(), folder.resolve())).as_posix()
    # A colon in the first part would be a scheme.
    return f"./{urllib.parse.quote(relative)}"


def _mib(value: int | None) -> str:
    """Bytes as MiB, a dash where nobody knows."""
    return "–" if value is None else f"{value / MIB:.0f}"


def _points(value: float | None) -> str:
    """Points for people: at most one decimal place, a dash where there are none."""
    return "–" if value is None else f"{round(value, 1):g}"
