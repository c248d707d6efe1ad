"""A verdict as HTML for the feedback page: a real table, marks in words, nothing by colour alone.

Everything that is shown is escaped here; what a rule has seen may be a student's text.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from alpaca_course.contract.states import State
from alpaca_course.contract.verdict import RuleResult, Verdict
from alpaca_course.judging.result import Result

MARKS = {"passed": "passed", "failed": "failed", "undecided": "could not be checked"}
CLASS = "alpaca-verdict"


def points_text(points: float) -> str:
    """12 rather than 12.0, 2.5 as it is."""
    return f"{points:g}"


def verdict_html(verdict: Verdict) -> str:
    """The verdict of one exercise."""
    caption = (
        f"{verdict.title}: {points_text(verdict.points)} of "
        f"{points_text(verdict.max_points)} points"
    )
    parts = [f'<div class="{CLASS}">']
    if verdict.reason:
        parts.append(f"<p><strong>{escape(verdict.reason)}</strong></p>")
    if verdict.results:
        parts.append(_table(caption, verdict.results))
    else:
        parts.append(f"<p><strong>{escape(caption)}</strong></p>")
    if verdict.advisories:
        parts.append("<p>Remarks that cost no points:</p><ul>")
        parts += [f"<li>{escape(remark.text)}</li>" for remark in verdict.advisories]
        parts.append("</ul>")
    parts.append("</div>")
    return "".join(parts)


def _table(caption: str, results: Iterable[RuleResult]) -> str:
    rows = "".join(_row(result) for result in results)
    return (
        f'<table class="table"><caption>{escape(caption)}</caption><thead><tr>'
        '<th scope="col">What was checked</th><th scope="col">Result</th>'
        '<th scope="col">Points</th><th scope="col">What to know</th>'
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(result: RuleResult) -> str:
    points = f"{points_text(result.points)} of {points_text(result.max_points)}"
    return (
        f'<tr class="{CLASS}-{result.status}"><th scope="row">{escape(result.title)}</th>'
        f"<td>{MARKS[result.status]}</td><td>{points}</td><td>{_explanation(result)}</td></tr>"
    )


def _explanation(result: RuleResult) -> str:
    parts = [f"<p>{escape(result.because)}</p>"] if result.because else []
    if result.message is not None and result.status != "passed":
        parts += [
            f"<p><strong>{label}:</strong> {escape(text)}</p>"
            for label, text in result.message.parts
        ]
    return "".join(parts)


HEADINGS = {
    State.GRADED: "",
    State.REPAIRED: "Graded with repairs.",
    State.NEEDS_PERSON: "A person will look at this result.",
    State.REFUSED: "This submission could not be graded.",
}


def state_text(result: Result) -> str:
    """What became of the submission, in words for its student."""
    return " ".join([HEADINGS[result.state], *result.sentences]).strip()


def comments(result: Result) -> dict[str, str | None]:
    """The automatic comment on each exercise; the first one holds the receipt."""
    text, receipt = state_text(result), result.receipt.text()
    found: dict[str, str | None] = {}
    for name, verdict in result.verdicts.items():
        # A reason that the whole submission has is said already.
        said = "" if verdict.reason in text else verdict.reason
        found[name] = " ".join(part for part in (text, said, receipt) if part) or None
        receipt = ""
    return found
