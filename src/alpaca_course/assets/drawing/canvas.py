"""A supersampled canvas: forms in units of the animal, filled with lit and textured coats."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from alpaca_course.assets.drawing.textures import Textures

Colour = tuple[float, float, float]
"""Red, green and blue from 0 to 255."""

Point = tuple[float, float]

OVERSAMPLE = 2


@dataclass(frozen=True)
class Coat:
    """What a form is covered with.

    Attributes:
        colour: of the lit middle.
        texture: a field of :class:`Textures`, or "" for smooth skin.
        strength: how much the texture shows.
        zoom: how coarse the texture is.
        patches: a second colour in large patches, as of a piebald animal.
    """

    colour: Colour
    texture: str = "hair"
    strength: float = 0.06
    zoom: float = 1.0
    patches: Colour | None = None

    def tinted(self, factor: float) -> Coat:
        """The same coat, lighter or darker."""
        red, green, blue = (min(255.0, part * factor) for part in self.colour)
        patches = self.patches and scale(self.patches, factor)
        return Coat((red, green, blue), self.texture, self.strength, self.zoom, patches)


def scale(colour: Colour, factor: float) -> Colour:
    red, green, blue = (min(255.0, part * factor) for part in colour)
    return red, green, blue


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """``first`` and ``second``, with ``share`` of the second."""
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return red, green, blue


@dataclass(frozen=True)
class Placement:
    """Where an animal stands: its ground point in pixels, pixels per unit, and its direction."""

    x: float
    y: float
    unit: float
    facing: int = 1
    tilt: float = 0.0

    def __call__(self, point: Point) -> Point:
        x, y = point[0] * self.facing, point[1]
        cos, sin = math.cos(self.tilt), math.sin(self.tilt)
        return self.x + self.unit * (x * cos - y * sin), self.y + self.unit * (x * sin + y * cos)


class Canvas:
    """Pixels at :data:`OVERSAMPLE` times the final size."""

    def __init__(self, width: int, height: int, textures: Textures, rng: random.Random) -> None:
        self.width, self.height = width * OVERSAMPLE, height * OVERSAMPLE
        self.textures = textures
        self.rng = rng
        self.pixels: NDArray[np.float32] = np.zeros((self.height, self.width, 3), np.float32)
        # From where the light comes; the same for everything in one picture.
        self.light = (rng.uniform(-0.9, 0.9), rng.uniform(-1.0, -0.5))

    def form(self, place: Placement) -> Form:
        return Form(self, place)

    def texture(self, coat_texture: str, box: tuple[int, int, int, int], zoom: float) -> np.ndarray:
        left, top, right, bottom = box
        x, y = self.rng.randrange(512), self.rng.randrange(512)
        return self.textures.crop(coat_texture, (x, y), (right - left, bottom - top), zoom)

    def blend(
        self, box: tuple[int, int, int, int], alpha: np.ndarray, colour: np.ndarray | Colour
    ) -> None:
        """Lay ``colour`` over the pixels in ``box``; ``alpha`` from 0 to 1, height x width."""
        left, top, right, bottom = box
        under = self.pixels[top:bottom, left:right]
        under += (np.asarray(colour, np.float32) - under) * alpha[..., None]

    def image(self) -> Image.Image:
        """The picture at its final size."""
        full = Image.fromarray(np.clip(self.pixels, 0, 255).astype(np.uint8))
        return full.reduce(OVERSAMPLE)


class Form:
    """One form of ellipses, limbs and outlines, filled as a whole."""

    def __init__(self, canvas: Canvas, place: Placement) -> None:
        self.canvas = canvas
        self.place = place
        self.mask = Image.new("L", (canvas.width, canvas.height))
        self._draw = ImageDraw.Draw(self.mask)

    def disc(self, centre: Point, radius: float) -> Form:
        x, y = self.place(centre)
        r = radius * self.place.unit
        self._draw.ellipse((x - r, y - r, x + r, y + r), fill=255)
        return self

    def polygon(self, points: Sequence[Point]) -> Form:
        self._draw.polygon([self.place(point) for point in points], fill=255)
        return self

    def outline(self, points: Sequence[Point]) -> Form:
        """A closed smooth curve through ``points`` (Catmull-Rom)."""
        return self.polygon(smooth(points, closed=True))

    def ellipse(
        self, centre: Point, rx: float, ry: float, angle: float = 0.0, fluff: float = 0.0
    ) -> Form:
        """An ellipse; with ``fluff``, tufts of about that radius stand out around it."""
        cos, sin = math.cos(angle), math.sin(angle)
        rim = []
        for step in range(40):
            a = step * math.tau / 40
            x, y = rx * math.cos(a), ry * math.sin(a)
            rim.append((centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos))
        self.polygon(rim)
        if fluff:
            self._tufts(rim, fluff)
        return self

    def limb(self, points: Sequence[tuple[float, float, float]], fluff: float = 0.0) -> Form:
        """A smooth limb through ``points`` of x, y and half width."""
        xy = smooth([(x, y) for x, y, _ in points])
        widths = np.interp(
            np.linspace(0, len(points) - 1, len(xy)),
            np.arange(len(points)),
            [width for _, _, width in points],
        )
        for point, width in zip(xy, widths, strict=True):
            self.disc(point, float(width))
        if fluff:
            for (x, y), width in list(zip(xy, widths, strict=True))[::2]:
                angle = self.canvas.rng.uniform(0, math.tau)
                reach = float(width) * 0.85
                tuft = (x + reach * math.cos(angle), y + reach * math.sin(angle))
                self.disc(tuft, fluff * self.canvas.rng.uniform(0.7, 1.2))
        return self

    def _tufts(self, rim: Sequence[Point], radius: float) -> None:
        rng = self.canvas.rng
        length = sum(math.dist(a, b) for a, b in pairwise(rim))
        for _ in range(max(6, int(length / radius * 1.1))):
            x, y = rim[rng.randrange(len(rim))]
            self.disc((x, y), radius * rng.uniform(0.55, 1.15))

    def fill(self, coat: Coat, depth: float = 0.12, relief: float = 1.0) -> None:
        """Fill with ``coat``, lit as if the form were rounded over ``depth`` units.

        Args:
            coat: colours and texture.
            depth: how far from the rim the form curves.
            relief: how strong light and shade are.
        """
        box = self.mask.getbbox()
        if box is None:
            return
        canvas, unit = self.canvas, self.place.unit
        radius = max(1.0, depth * unit)
        margin = int(radius * 2)
        left, top = max(0, box[0] - margin), max(0, box[1] - margin)
        right, bottom = min(canvas.width, box[2] + margin), min(canvas.height, box[3] + margin)
        box = (left, top, right, bottom)
        mask = self.mask.crop(box)
        alpha = np.asarray(mask, np.float32) / 255
        round_ = np.asarray(mask.filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255
        if min(round_.shape) < 2:
            return
        slope_y, slope_x = np.gradient(round_)
        light_x, light_y = canvas.light
        shade = (slope_x * light_x + slope_y * light_y) * radius * -1.1
        # Rims and creases get less light than the middle.
        shade = shade + (round_ - 0.75) * 0.35
        colour = np.empty((*alpha.shape, 3), np.float32)
        colour[:] = coat.colour
        if coat.patches is not None:
            spots = canvas.texture("cloud", box, zoom=unit / 170)
            share = np.clip((spots - 0.35) * 6, 0, 1)[..., None]
            colour += (np.asarray(coat.patches, np.float32) - colour) * share
        if coat.texture:
            zoom = max(0.5, coat.zoom * unit / 190)
            shade = shade + coat.strength * canvas.texture(coat.texture, box, zoom)
        colour *= np.clip(1 + relief * shade, 0.25, 1.6)[..., None]
        canvas.blend(box, alpha, colour)

    def flat(self, colour: Colour, opacity: float = 1.0, blur: float = 0.0) -> None:
        """Fill with one colour, for eyes and shadows; ``blur`` in units."""
        mask = self.mask
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * self.place.unit))
        box = mask.getbbox()
        if box is not None:
            alpha = np.asarray(mask.crop(box), np.float32) / 255 * opacity
            self.canvas.blend(box, alpha, colour)

    def line(self, points: Sequence[Point], width: float) -> Form:
        """A thin smooth line; ``width`` in units."""
        xy = [self.place(point) for point in smooth(points)]
        self._draw.line(xy, fill=255, width=max(1, round(width * self.place.unit)), joint="curve")
        return self


def smooth(points: Sequence[Point], closed: bool = False, steps: int = 8) -> list[Point]:
    """A Catmull-Rom spline through ``points``."""
    if len(points) < 3 and not closed:
        (x0, y0), (x1, y1) = points
        shares = [step / (2 * steps) for step in range(2 * steps + 1)]
        return [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in shares]
    count = len(points)

    def at(index: int) -> Point:
        return points[index % count] if closed else points[min(max(index, 0), count - 1)]

    curve: list[Point] = []
    for i in range(count if closed else count - 1):
        p0, p1, p2, p3 = (at(i + shift) for shift in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            x, y = (
                0.5
                * (
                    2 * p1[k]
                    + (p2[k] - p0[k]) * t
                    + (2 * p0[k] - 5 * p1[k] + 4 * p2[k] - p3[k]) * t**2
                    + (3 * p1[k] - p0[k] - 3 * p2[k] + p3[k]) * t**3
                )
                for k in (0, 1)
            )
            curve.append((x, y))
    if not closed:
        curve.append(points[-1])
    return curve
