"""Whole pictures: what is in them, how near, in what light, and what the camera adds."""

from __future__ import annotations

import random

import numpy as np
from PIL import Image, ImageFilter

from alpaca_course.assets.drawing.alpaca import draw_alpaca, random_alpaca
from alpaca_course.assets.drawing.canvas import Canvas, Placement, Point
from alpaca_course.assets.drawing.others import KINDS, Kind
from alpaca_course.assets.drawing.scenes import Scene, draw_blades, draw_scene
from alpaca_course.assets.drawing.textures import Textures

SIZES = ((240, 200), (256, 192), (280, 190), (224, 224), (200, 256), (300, 200))
VIEWS = (*["whole"] * 5, *["near"] * 4, *["portrait"] * 4, *["group"] * 2, "far")
# How often each kind is what a picture without alpacas shows; "empty" shows none.
FREQUENCY = {
    "sheep": 4,
    "camel": 4,
    "ostrich": 4,
    "goat": 3,
    "dog": 3,
    "horse": 2,
    "cow": 1,
    "thing": 2,
    "empty": 3,
}
COMPANIONS = ("sheep", "goat", "dog", "cow", "thing")
BY_NAME = {kind.name: kind for kind in KINDS}


def draw_picture(is_alpaca: bool, textures: Textures, rng: random.Random) -> Image.Image:
    """One picture; everything in it follows from ``rng``.

    Args:
        is_alpaca: whether an alpaca is in it; sheep, goats and others may stand beside one.
        textures: from :func:`~alpaca_course.assets.drawing.textures.make_textures`.
        rng: the source of all choices.

    Returns:
        An RGB picture of one of :data:`SIZES`.
    """
    canvas = Canvas(*rng.choice(SIZES), textures, rng)
    scene = draw_scene(canvas, rng)
    view = rng.choice(VIEWS)
    if is_alpaca:
        _draw_alpacas(canvas, scene, rng, view)
    else:
        name = rng.choices(list(FREQUENCY), list(FREQUENCY.values()))[0]
        if name != "empty":
            _draw_others(canvas, scene, rng, view, BY_NAME[name])
        elif rng.random() < 0.5 and scene.grass:
            draw_blades(canvas, rng, scene.grass, canvas.height * 0.85)
    return _camera(canvas.image(), rng)


def _draw_alpacas(canvas: Canvas, scene: Scene, rng: random.Random, view: str) -> None:
    pose = (
        rng.choice(("camera", "camera", "alert", "back", "ahead")) if view == "portrait" else None
    )
    if view == "group":
        for depth in sorted(rng.uniform(0.25, 0.8) for _ in range(rng.randrange(1, 4))):
            if rng.random() < 0.2:
                kind = BY_NAME[rng.choice(COMPANIONS)]
                place = _behind(canvas, scene, rng, depth)
                kind.paint(canvas, place, rng)
            else:
                draw_alpaca(canvas, _behind(canvas, scene, rng, depth), random_alpaca(rng))
    who = random_alpaca(rng, pose)
    place = _place(canvas, scene, rng, view=view, head=who.head, length=who.length)
    draw_alpaca(canvas, place, who)
    _grass(canvas, scene, rng, place)


def _draw_others(canvas: Canvas, scene: Scene, rng: random.Random, view: str, kind: Kind) -> None:
    if view == "group":
        for depth in sorted(rng.uniform(0.25, 0.8) for _ in range(rng.randrange(1, 4))):
            other = kind if rng.random() < 0.7 else BY_NAME[rng.choice(COMPANIONS)]
            other.paint(canvas, _behind(canvas, scene, rng, depth), rng)
    place = _place(canvas, scene, rng, view=view, head=kind.head, length=kind.length)
    kind.paint(canvas, place, rng)
    _grass(canvas, scene, rng, place)


def _place(
    canvas: Canvas, scene: Scene, rng: random.Random, *, view: str, head: Point, length: float
) -> Placement:
    """Where the main animal stands, so that what the view is about lies inside the picture."""
    facing, tilt = rng.choice((-1, 1)), rng.gauss(0, 0.025)
    width, height = canvas.width, canvas.height
    if view == "portrait":
        unit = height * rng.uniform(0.95, 1.6)
        x = width * rng.uniform(0.35, 0.65) - facing * head[0] * unit
        return Placement(x, height * rng.uniform(0.34, 0.5) - head[1] * unit, unit, facing, tilt)
    if view == "near":
        unit = height * rng.uniform(0.62, 0.85)
        x = width * rng.uniform(0.3, 0.7) - facing * head[0] * unit * 0.4
        y = max(height * 0.95, height * rng.uniform(0.15, 0.4) - head[1] * unit)
        return Placement(x, y, unit, facing, tilt)
    low, high = (0.27, 0.36) if view == "far" else (0.38, 0.54)
    unit = min(height * rng.uniform(low, high), width / (length * 1.9))
    y = height * rng.uniform(max(scene.horizon + 0.12, 0.7), 0.96)
    x = width * rng.uniform(0.35, 0.65) - facing * (head[0] - 0.3) * unit * 0.5
    return Placement(x, y, unit, facing, tilt)


def _behind(canvas: Canvas, scene: Scene, rng: random.Random, depth: float) -> Placement:
    """A place further away: the smaller ``depth``, the nearer to the horizon."""
    y = canvas.height * (scene.horizon + 0.05 + (0.85 - scene.horizon) * 0.5 * depth)
    unit = canvas.height * (0.14 + 0.24 * depth)
    return Placement(canvas.width * rng.uniform(0.05, 0.95), y, unit, rng.choice((-1, 1)))


def _grass(canvas: Canvas, scene: Scene, rng: random.Random, place: Placement) -> None:
    if scene.grass and place.y < canvas.height * 1.02:
        draw_blades(canvas, rng, scene.grass, place.y)


def _camera(image: Image.Image, rng: random.Random) -> Image.Image:
    """Focus, exposure, white balance, vignette and sensor noise."""
    blur = rng.choice((0.0, 0.0, 0.4, 0.7, 0.9))
    if blur:
        image = image.filter(ImageFilter.GaussianBlur(blur))
    pixels = np.asarray(image, np.float32) / 255
    height, width, _ = pixels.shape
    exposure, contrast = rng.uniform(0.87, 1.13), rng.uniform(0.88, 1.12)
    warmth = rng.gauss(0, 0.05)
    pixels = (pixels - 0.5) * contrast + 0.5
    pixels = pixels * np.array([1 + warmth, 1.0, 1 - warmth], np.float32) * exposure
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    pixels *= (1 - rng.uniform(0, 0.25) * (x**2 + y**2) / 2)[..., None]
    noise = np.random.Generator(np.random.PCG64(rng.getrandbits(64)))
    pixels += noise.standard_normal(pixels.shape) * rng.uniform(0.0, 0.02)
    return Image.fromarray((np.clip(pixels, 0, 1) * 255).astype(np.uint8))
