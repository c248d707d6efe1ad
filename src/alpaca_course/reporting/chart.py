"""The distribution of totals as an inline SVG that also speaks."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from alpaca_course.reporting.summary import Bin

# SVG units. The figure scales with the page; text keeps 12 units, about 12 px at full width.
_WIDTH, _HEIGHT = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 20, 44
_GAP = 6


def histogram(bins: Sequence[Bin], identity: str = "totals") -> str:
    """An SVG bar chart, each bar with its number above it; colours come from the page's CSS."""
    most = max((b.count for b in bins), default=0)
    floor = _HEIGHT - _BOTTOM
    step = (_WIDTH - _LEFT - _RIGHT) / max(1, len(bins))
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-labelledby="{identity}-title {identity}-desc">',
        f'<title id="{identity}-title">Distribution of totals</title>',
        f'<desc id="{identity}-desc">{escape(describe(bins))}</desc>',
        f'<line class="axis" x1="{_LEFT}" y1="{floor}" x2="{_WIDTH - _RIGHT}" y2="{floor}"/>',
    ]
    for number, b in enumerate(bins):
        left, middle = _LEFT + number * step, _LEFT + (number + 0.5) * step
        height = (floor - _TOP) * b.count / most if most else 0
        top = floor - height
        if b.count:
            parts.append(
                f'<rect class="bar" x="{left + _GAP / 2:.1f}" y="{top:.1f}" '
                f'width="{step - _GAP:.1f}" height="{height:.1f}"/>'
                f'<text class="count" x="{middle:.1f}" y="{top - 5:.1f}">{b.count}</text>'
            )
        parts.append(f'<text x="{middle:.1f}" y="{floor + 16}">{escape(b.label)}</text>')
    parts += [
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2:.1f}" y="{_HEIGHT - 6}">total points</text>',
        f'<text transform="translate(14 {floor / 2:.1f}) rotate(-90)">submissions</text>',
        "</svg>",
    ]
    return "\n".join(parts)


def describe(bins: Sequence[Bin]) -> str:
    """The chart in one sentence."""
    filled = [f"{b.count} from {b.label}" for b in bins if b.count]
    return f"Submissions by total points: {', '.join(filled)}." if filled else "No totals yet."
