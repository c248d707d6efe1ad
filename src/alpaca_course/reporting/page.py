"""The class report as one HTML page: no scripts, nothing loaded from elsewhere."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from alpaca_course.contract.states import printable
from alpaca_course.gradebook import content_policy
from alpaca_course.gradebook.results import dropped_text
from alpaca_course.reporting.chart import histogram
from alpaca_course.reporting.records import ClassRecord, in_few_words
from alpaca_course.reporting.summary import summarise

TEMPLATE = "class_report.html.j2"
STYLE = Path(__file__).with_name("class_report.css")


def render(record: ClassRecord, made: datetime) -> str:
    """The report as HTML; all text from students and rules is escaped."""
    environment = Environment(
        loader=PackageLoader("alpaca_course.reporting", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["points"] = _points
    environment.filters["line"] = printable
    summary, style = summarise(record), STYLE.read_text(encoding="utf-8")
    return environment.get_template(TEMPLATE).render(
        record=record,
        summary=summary,
        titles={exercise.id: exercise.title for exercise in record.exercises},
        in_few_words=in_few_words,
        dropped_text=dropped_text,
        policy=content_policy.without_scripts(style),
        style=Markup(style),
        chart=Markup(histogram(summary.bins)),
        made=made,
    )


def write(record: ClassRecord, path: Path, made: datetime) -> Path:
    """Write the report to ``path``, its folder included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(record, made), encoding="utf-8")
    return path


def _points(value: float | None) -> str:
    """Points for people: at most one decimal place, a dash where there are none."""
    return "–" if value is None else f"{round(value, 1):g}"
