"""Parts that several animals share: shadow, legs, eyes, ears.

Units: the shoulder of an alpaca is about 0.95 above the ground point (0, 0); y points down, so
heights are negative; animals look to the right.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from alpaca_course.assets.drawing.canvas import Canvas, Coat, Colour, Placement, Point, mix

BLACK: Colour = (22, 18, 18)
WHITE: Colour = (250, 248, 244)
PINK: Colour = (206, 158, 146)


@dataclass(frozen=True)
class Frame:
    """A head's own coordinates: where it sits and how far it is turned (radians, clockwise)."""

    x: float
    y: float
    angle: float = 0.0
    size: float = 1.0

    def __call__(self, x: float, y: float) -> Point:
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return (
            self.x + self.size * (x * cos - y * sin),
            self.y + self.size * (x * sin + y * cos),
        )

    def limb(self, *points: tuple[float, float, float]) -> list[tuple[float, float, float]]:
        return [(*self(x, y), width * self.size) for x, y, width in points]

    def outline(self, *points: Point) -> list[Point]:
        return [self(x, y) for x, y in points]


def shadow(canvas: Canvas, place: Placement, half_length: float, opacity: float = 0.34) -> None:
    """The soft shadow on the ground under an animal."""
    canvas.form(place).ellipse((0.0, 0.0), half_length, 0.07).flat((25, 28, 22), opacity, 0.045)


def leg(
    canvas: Canvas,
    place: Placement,
    coat: Coat,
    top: Point,
    foot: Point,
    *,
    thigh: float,
    shin: float,
    fluff: float = 0.0,
    bend: float = 0.03,
    hoof: Colour = (52, 44, 40),
) -> None:
    """One leg from the body to the ground; ``thigh`` and ``shin`` are half widths."""
    knee = ((top[0] + foot[0]) / 2 + bend, top[1] + (foot[1] - top[1]) * 0.52)
    ankle = (foot[0], foot[1] - 0.05)
    canvas.form(place).limb([(*foot, shin * 1.05), (foot[0] + shin * 0.7, foot[1], shin)]).flat(
        hoof
    )
    form = canvas.form(place)
    form.limb([(*top, thigh), (*knee, shin * 1.35), (*ankle, shin)])
    if fluff:
        form.limb([(*top, thigh), (*knee, shin * 1.7)], fluff)
    form.fill(coat, depth=0.05)


def eye(canvas: Canvas, place: Placement, at: Point, radius: float, lid: Colour) -> None:
    """A dark eye with its light and upper lid."""
    x, y = at
    canvas.form(place).disc(at, radius * 1.25).flat(mix(lid, BLACK, 0.55), 0.8)
    canvas.form(place).disc(at, radius).flat(BLACK)
    canvas.form(place).disc((x + radius * 0.3, y - radius * 0.4), radius * 0.34).flat(WHITE, 0.95)


def ear(
    canvas: Canvas,
    place: Placement,
    coat: Coat,
    points: Sequence[Point],
    inner: Colour | None = PINK,
) -> None:
    """A smooth ear, with its lighter inside drawn as the same outline made smaller."""
    canvas.form(place).outline(points).fill(coat, depth=0.03)
    if inner is not None:
        cx = sum(x for x, _ in points) / len(points)
        cy = sum(y for _, y in points) / len(points)
        small = [(cx + (x - cx) * 0.5, cy + (y - cy) * 0.62) for x, y in points]
        canvas.form(place).outline(small).flat(mix(coat.colour, inner, 0.6), 0.85)


def jitter(rng: random.Random, value: float, share: float = 0.1) -> float:
    """``value`` give or take ``share`` of it."""
    return value * rng.uniform(1 - share, 1 + share)
