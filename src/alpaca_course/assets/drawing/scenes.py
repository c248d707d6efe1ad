"""Where the animals stand: sky, what is far away, ground and what grows on it."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from alpaca_course.assets.drawing.canvas import Canvas, Coat, Colour, Placement, mix, scale

SCENES = (
    "meadow",
    "meadow",
    "hills",
    "mountains",
    "steppe",
    "snow",
    "paddock",
    "paddock",
    "barn",
    "wall",
    "forest",
    "dusk",
)
GREENS: tuple[Colour, ...] = ((98, 138, 62), (124, 150, 74), (80, 118, 58), (142, 156, 88))
EARTHS: tuple[Colour, ...] = ((176, 150, 104), (196, 172, 128), (150, 126, 92), (170, 160, 120))
SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((112, 164, 220), (208, 228, 242)),
    ((150, 178, 204), (222, 228, 230)),
    ((186, 196, 204), (228, 230, 230)),
)


@dataclass(frozen=True)
class Scene:
    """What the composition needs to know of a scene.

    Attributes:
        kind: one of :data:`SCENES`.
        horizon: where ground begins, as a share of the height.
        grass: the colour of blades in front of feet, or None where nothing grows.
    """

    kind: str
    horizon: float
    grass: Colour | None


def draw_scene(canvas: Canvas, rng: random.Random) -> Scene:
    """Paint the background of a picture."""
    kind = rng.choice(SCENES)
    horizon = rng.uniform(0.30, 0.58)
    if kind in ("barn", "wall"):
        scene = _indoors(canvas, rng, kind, rng.uniform(0.5, 0.72))
    else:
        scene = _outdoors(canvas, rng, kind, horizon)
    blur = rng.choice((0.0, 0.6, 1.5, 3.0))
    if blur:
        _soften(canvas, blur)
    return scene


def _soften(canvas: Canvas, radius: float) -> None:
    """Out of focus behind the animal."""
    image = Image.fromarray(np.clip(canvas.pixels, 0, 255).astype(np.uint8))
    canvas.pixels = np.asarray(
        image.filter(ImageFilter.GaussianBlur(radius * 2)), np.float32
    ).copy()


def _gradient(canvas: Canvas, top: int, bottom: int, upper: Colour, lower: Colour) -> None:
    share = np.linspace(0, 1, max(1, bottom - top), dtype=np.float32)[:, None, None]
    first, last = np.asarray(upper, np.float32), np.asarray(lower, np.float32)
    canvas.pixels[top:bottom] = first + (last - first) * share


def _textured(
    canvas: Canvas, rows: tuple[int, int], texture: str, strength: float, zoom: float
) -> None:
    top, bottom = rows
    field = canvas.texture(texture, (0, top, canvas.width, bottom), zoom)
    canvas.pixels[top:bottom] *= np.clip(1 + strength * field, 0.3, 1.7)[..., None]


def _ridge(
    canvas: Canvas, rng: random.Random, rise_from: tuple[float, float], coat: Coat, rough: float
) -> None:
    """A line of hills; ``rise_from`` is its base and height as shares of the picture's height."""
    base, height = rise_from
    phases = [(rng.uniform(0, math.tau), rng.uniform(0.7, 1.4)) for _ in range(4)]
    points = []
    for step in range(41):
        x = step / 40
        rise = sum(
            math.sin(x * math.tau * speed * (2**octave) + phase) * rough**octave
            for octave, (phase, speed) in enumerate(phases)
        )
        points.append((x, base - height * (0.55 + 0.3 * rise)))
    place = Placement(0, 0, 1)
    scaled = [(x * canvas.width, y * canvas.height) for x, y in points]
    form = canvas.form(place).polygon(
        [*scaled, (canvas.width, base * canvas.height + 4), (0, base * canvas.height + 4)]
    )
    form.fill(coat, depth=6, relief=0.7)


def _outdoors(canvas: Canvas, rng: random.Random, kind: str, horizon: float) -> Scene:
    line = int(horizon * canvas.height)
    upper, lower = rng.choice(SKIES)
    if kind == "dusk":
        upper, lower = (92, 104, 150), (244, 190, 140)
    _gradient(canvas, 0, line + 2, upper, lower)
    box = (0, 0, canvas.width, line)
    clouds = np.clip(
        canvas.texture("cloud", box, rng.uniform(1.0, 2.0)) - rng.uniform(0, 1.2), 0, 1
    )
    canvas.blend(box, clouds * 0.8, mix(lower, (255, 255, 255), 0.7))

    green = rng.choice(GREENS)
    ground, grass = green, green
    if kind in ("mountains", "hills", "dusk"):
        far = mix((104, 116, 140), lower, 0.35)
        _ridge(canvas, rng, (horizon, rng.uniform(0.15, 0.26)), Coat(far, "cloud", 0.06), 0.62)
        _ridge(
            canvas,
            rng,
            (horizon, rng.uniform(0.08, 0.2)),
            Coat(mix(far, green, 0.6), "grass", 0.1),
            0.4,
        )
    if kind == "forest":
        _trees(canvas, rng, horizon, rng.randrange(14, 24), scale(green, 0.55))
    elif rng.random() < 0.4:
        _trees(canvas, rng, horizon, rng.randrange(1, 6), scale(green, 0.7))
    bare: Colour | None = grass
    if kind == "steppe":
        ground = rng.choice(EARTHS)
        bare = mix(ground, green, 0.3)
    elif kind == "snow":
        ground, bare = (226, 232, 240), None
    elif kind == "dusk":
        ground = mix(scale(green, 0.75), (200, 140, 90), 0.25)
        bare = ground
    _gradient(canvas, line, canvas.height, mix(ground, lower, 0.3), scale(ground, 0.86))
    strength = 0.05 if kind == "snow" else rng.uniform(0.10, 0.2)
    _textured(canvas, (line, canvas.height), "grass", strength, rng.uniform(0.8, 1.8))
    _textured(canvas, (line, canvas.height), "cloud", 0.07, 1.0)
    if kind == "paddock":
        _fence(canvas, rng, horizon + rng.uniform(0.0, 0.08))
    return Scene(kind, horizon, bare)


def _trees(canvas: Canvas, rng: random.Random, horizon: float, count: int, colour: Colour) -> None:
    for _ in range(count):
        size = rng.uniform(0.08, 0.24) * canvas.height
        place = Placement(rng.uniform(0, canvas.width), (horizon + 0.01) * canvas.height, size)
        tone = scale(colour, rng.uniform(0.75, 1.2))
        canvas.form(place).limb([(0, 0, 0.06), (0, -0.5, 0.05)]).fill(Coat((88, 68, 52)), 0.05)
        if rng.random() < 0.35:
            crown = canvas.form(place).polygon([(-0.32, -0.15), (0, -1.5), (0.32, -0.15)])
        else:
            crown = canvas.form(place).ellipse((0, -0.8), 0.42, 0.5, fluff=0.14)
        crown.fill(Coat(tone, "wool", 0.16), 0.2)


def _fence(canvas: Canvas, rng: random.Random, base: float) -> None:
    height = rng.uniform(0.14, 0.24) * canvas.height
    y = base * canvas.height + height * 0.3
    wood = Coat(rng.choice(((146, 116, 84), (188, 178, 164), (112, 92, 74))), "hair", 0.1)
    place = Placement(0, 0, 1)
    rail = height * 0.07
    for share in (0.25, 0.6, 0.92):
        level = y - height * share
        corners = [(-9, level - rail), (canvas.width + 9, level - rail)]
        corners += [(x, y + 2 * rail) for x, y in reversed(corners)]
        canvas.form(place).polygon(corners).fill(wood, rail)
    gap = rng.uniform(0.16, 0.3) * canvas.width
    x = rng.uniform(-gap, 0)
    while x < canvas.width:
        post = [(x, y, rail * 1.6), (x, y - height, rail * 1.6)]
        canvas.form(place).limb(post).fill(wood.tinted(0.9), rail)
        x += gap


def _indoors(canvas: Canvas, rng: random.Random, kind: str, horizon: float) -> Scene:
    line = int(horizon * canvas.height)
    if kind == "barn":
        colour = rng.choice(((138, 96, 66), (122, 104, 88), (150, 66, 52)))
        _gradient(canvas, 0, line, scale(colour, 0.6), colour)
        _textured(canvas, (0, line), "hair", 0.06, 2.0)
        plank = rng.uniform(0.06, 0.12) * canvas.width
        x = rng.uniform(0, plank)
        while x < canvas.width:
            left, right = int(x), min(canvas.width, int(x) + 3)
            canvas.pixels[:line, left:right] *= 0.62
            canvas.pixels[:line, right : int(x + plank)] *= rng.uniform(0.9, 1.08)
            x += plank
        floor: Colour = (206, 178, 112)
    else:
        colour = rng.choice(((214, 206, 190), (178, 148, 128), (190, 196, 198)))
        _gradient(canvas, 0, line, colour, scale(colour, 0.88))
        _textured(canvas, (0, line), "cloud", 0.05, 1.0)
        _textured(canvas, (0, line), "hair", 0.03, 1.0)
        floor = rng.choice(EARTHS)
    _gradient(canvas, line, canvas.height, scale(floor, 0.75), floor)
    _textured(canvas, (line, canvas.height), "hair", 0.16, 1.6)
    return Scene(kind, horizon, floor if kind == "barn" else None)


def draw_blades(canvas: Canvas, rng: random.Random, colour: Colour, ground: float) -> None:
    """Blades of grass (or straw) before the feet that stand at the height ``ground`` in pixels."""
    place = Placement(0, 0, 1)
    tones = (scale(colour, 0.75), scale(colour, 0.95), scale(colour, 1.15))
    forms = [canvas.form(place) for _ in tones]
    for _ in range(rng.randrange(60, 240)):
        x = rng.uniform(0, canvas.width)
        y = ground + abs(rng.gauss(0, 0.06)) * canvas.height
        size = rng.uniform(0.02, 0.06) * canvas.height
        lean = rng.uniform(-0.4, 0.4) * size
        width = max(1.2, size * 0.10)
        blade = [(x - width, y), (x + lean, y - size), (x + width, y)]
        forms[rng.randrange(len(forms))].polygon(blade)
    for form, tone in zip(forms, tones, strict=True):
        form.flat(tone, 0.9)
