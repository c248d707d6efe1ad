"""Alpacas: long neck, topknot, spear-shaped ears, much fleece on slender legs."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from alpaca_course.assets.drawing.canvas import (
    Canvas,
    Coat,
    Colour,
    Form,
    Placement,
    Point,
    mix,
    scale,
)
from alpaca_course.assets.drawing.parts import BLACK, PINK, Frame, ear, eye, jitter, leg, shadow

FLEECES: tuple[Colour, ...] = (
    (236, 231, 220),  # white
    (226, 208, 178),  # beige
    (206, 172, 126),  # light fawn
    (176, 132, 92),  # fawn
    (134, 92, 64),  # brown
    (92, 64, 50),  # dark brown
    (66, 58, 56),  # black
    (164, 158, 154),  # silver grey
    (134, 116, 108),  # rose grey
)
POSES = ("alert", "alert", "ahead", "grazing", "resting", "camera", "camera", "walking", "back")
STYLES = ("huacaya", "huacaya", "huacaya", "suri", "shorn")


@dataclass(frozen=True)
class Alpaca:
    """How one alpaca looks and stands.

    Attributes:
        fleece: its coat.
        face: the coat of its face.
        style: "huacaya" (crimped), "suri" (long locks) or "shorn" (fleece left on head and tail).
        pose: one of :data:`POSES`.
        neck: how long its neck is, about 1.
        topknot: how much hair it has on its head, about 1.
    """

    fleece: Coat
    face: Coat
    style: str
    pose: str
    neck: float
    topknot: float

    @property
    def head(self) -> Point:
        """Where the head is, for a crop around it."""
        return {
            "ahead": (0.84, -1.16 * self.neck),
            "grazing": (1.04, -0.16),
            "resting": (0.58, -1.02 * self.neck),
            "back": (0.44, -1.36 * self.neck),
        }.get(self.pose, (0.60, -1.36 * self.neck))

    @property
    def length(self) -> float:
        return 1.25


def random_alpaca(rng: random.Random, pose: str | None = None) -> Alpaca:
    colour = rng.choice(FLEECES)
    style = rng.choice(STYLES)
    texture, strength = {
        "huacaya": ("wool", 0.085),
        "suri": ("locks", 0.11),
        "shorn": ("hair", 0.05),
    }[style]
    patches = rng.choice(FLEECES) if rng.random() < 0.15 else None
    fleece = Coat(colour, texture, strength, zoom=rng.uniform(0.8, 1.3), patches=patches)
    other = rng.choice((mix(colour, (246, 236, 220), 0.45), scale(colour, 0.8), colour))
    return Alpaca(
        fleece=fleece,
        face=Coat(other, "hair", 0.04),
        style=style,
        pose=pose or rng.choice(POSES),
        neck=rng.uniform(0.93, 1.08),
        topknot=rng.uniform(0.75, 1.3),
    )


def draw_alpaca(canvas: Canvas, place: Placement, who: Alpaca) -> None:
    """Draw one alpaca with its ground point at ``place``."""
    shadow(canvas, place, 0.75 if who.pose != "resting" else 0.85)
    if who.pose == "resting":
        _resting_body(canvas, place, who)
    else:
        _standing_body(canvas, place, who)
    x, y = who.head
    if who.pose == "camera":
        _front_head(canvas, place, who, Frame(x, y, canvas.rng.uniform(-0.12, 0.12), 1.12))
    elif who.pose == "back":
        _side_head(
            canvas, place, who, Frame(x, y, canvas.rng.uniform(-0.1, 0.1), 1.1), mirrored=True
        )
    else:
        angle = {"grazing": 1.05, "ahead": 0.12}.get(who.pose, 0.0)
        _side_head(canvas, place, who, Frame(x, y, angle + canvas.rng.uniform(-0.15, 0.15), 1.1))


def _fluff(who: Alpaca) -> float:
    return {"huacaya": 0.055, "suri": 0.035, "shorn": 0.012}[who.style]


def _standing_body(canvas: Canvas, place: Placement, who: Alpaca) -> None:
    rng, fluff = canvas.rng, _fluff(who)
    swing = 0.13 if who.pose == "walking" else 0.03
    full = 0.8 if who.style == "shorn" else 1.0
    far = who.fleece.tinted(0.68)
    for top, direction in ((0.33, 1), (-0.34, -1)):
        foot = top + 0.03 + direction * rng.uniform(0.4, 1) * swing
        _leg(canvas, place, far, top=top, foot=foot, fluff=fluff * full)
    tail = [(-0.46, -0.80, 0.08), (-0.56, -0.72, 0.085), (-0.58, -0.58, 0.06)]
    canvas.form(place).limb(tail, fluff).fill(who.fleece.tinted(0.88), 0.06)
    for top, direction in ((0.27, -1), (-0.36, 1)):
        foot = top - 0.02 + direction * rng.uniform(0.4, 1) * swing
        _leg(canvas, place, who.fleece.tinted(0.93), top=top, foot=foot, fluff=fluff * full)
    body = canvas.form(place)
    body.ellipse((-0.02, -0.73), 0.50, 0.235 * full, fluff=fluff)
    body.ellipse((0.28, -0.76), 0.22 * full, 0.24 * full, fluff=fluff)
    body.ellipse((-0.33, -0.74), 0.21 * full, 0.24 * full, fluff=fluff)
    if who.style == "suri":
        for _ in range(26):
            x = rng.uniform(-0.48, 0.46)
            body.limb([(x, -0.62, 0.035), (x + rng.uniform(-0.03, 0.03), -0.36, 0.015)])
    _neck(body, who)
    body.fill(who.fleece, 0.13)


def _leg(
    canvas: Canvas, place: Placement, coat: Coat, *, top: float, foot: float, fluff: float
) -> None:
    leg(
        canvas,
        place,
        coat,
        (top, -0.58),
        (foot, 0.0),
        thigh=0.125,
        shin=0.038,
        fluff=fluff * 0.7,
        bend=0.02 if top > 0 else -0.04,
    )


def _resting_body(canvas: Canvas, place: Placement, who: Alpaca) -> None:
    """Lying with folded legs, as camelids do."""
    fluff = _fluff(who)
    for x in (0.36, -0.30):
        canvas.form(place).limb([(x, -0.06, 0.06), (x + 0.22, -0.03, 0.045)]).fill(
            who.fleece.tinted(0.8), 0.05
        )
    body = canvas.form(place)
    body.ellipse((-0.05, -0.30), 0.58, 0.25, fluff=fluff)
    body.ellipse((0.30, -0.33), 0.24, 0.25, fluff=fluff)
    _neck(body, who)
    body.fill(who.fleece, 0.13)


def _neck(body: Form, who: Alpaca) -> None:
    """Body and neck are one form: the fleece has no seam between them."""
    hx, hy = who.head
    base = (0.36, -0.42) if who.pose == "resting" else (0.37, -0.80)
    slim = 0.8 if who.style == "shorn" else 1.0
    if who.pose == "grazing":
        path = [
            (*base, 0.19),
            (0.66, -0.72, 0.15),
            (0.90, -0.44, 0.12),
            (hx - 0.06, hy - 0.06, 0.1),
        ]
    else:
        end = (hx - 0.03, hy + 0.02)
        middle = (base[0] + (end[0] - base[0]) * 0.62, base[1] + (end[1] - base[1]) * 0.45)
        path = [(*base, 0.22), (*middle, 0.155), (*end, 0.125)]
    path = [(x, y, width * slim) for x, y, width in path]
    body.limb(path, _fluff(who) * 0.85)


def _side_head(
    canvas: Canvas, place: Placement, who: Alpaca, head: Frame, *, mirrored: bool = False
) -> None:
    """The head from the side; ``mirrored`` looks back over the shoulder."""
    if mirrored:
        point = place((head.x, head.y))
        place = Placement(*point, place.unit, -place.facing, place.tilt)
        head = Frame(0.0, 0.0, head.angle, head.size)
    rng, face = canvas.rng, who.face
    back = head.outline(
        (-0.07, -0.06), (-0.105, -0.18), (-0.055, -0.30), (-0.01, -0.19), (0.0, -0.08)
    )
    near = head.outline(
        (-0.02, -0.06), (-0.055, -0.18), (0.015, -0.31), (0.055, -0.19), (0.05, -0.07)
    )
    ear(canvas, place, who.fleece.tinted(0.78), back, None)
    skull = canvas.form(place).limb(
        head.limb(
            (-0.02, 0.0, 0.115), (0.07, 0.01, 0.10), (0.16, 0.035, 0.07), (0.215, 0.05, 0.056)
        )
    )
    skull.fill(face, 0.06)
    muzzle = Coat(rng.choice((mix(face.colour, (246, 236, 224), 0.5), scale(face.colour, 0.7))), "")
    canvas.form(place).limb(head.limb((0.2, 0.045, 0.056), (0.235, 0.06, 0.048))).fill(muzzle, 0.04)
    canvas.form(place).disc(head(0.262, 0.035), 0.017).flat(mix(face.colour, BLACK, 0.8))
    canvas.form(place).line(
        head.outline((0.265, 0.075), (0.225, 0.088), (0.18, 0.078)), 0.012
    ).flat(mix(face.colour, BLACK, 0.7), 0.8)
    ear(canvas, place, who.fleece.tinted(0.96), near)
    _cheek(canvas, place, who, head)
    size = min(who.topknot, 1.15)
    top = canvas.form(place)
    top.ellipse(head(0.01, -0.105), 0.095 * size, 0.06 * size, fluff=0.045 * size)
    top.ellipse(head(0.055, -0.085), 0.05 * size, 0.045 * size, fluff=0.035 * size)
    top.fill(_woolly(who), 0.06)
    eye(canvas, place, head(0.085, -0.025), 0.028, face.colour)
    canvas.form(place).line(
        head.outline((0.055, -0.05), (0.09, -0.065), (0.125, -0.045)), 0.012
    ).flat(mix(face.colour, BLACK, 0.6), 0.7)


def _cheek(canvas: Canvas, place: Placement, who: Alpaca, head: Frame) -> None:
    """Fleece behind the cheek, where the neck begins."""
    form = canvas.form(place).ellipse(head(-0.06, 0.02), 0.07, 0.10, fluff=_fluff(who) * 0.8)
    form.fill(who.fleece, 0.06)


def _woolly(who: Alpaca) -> Coat:
    """The fleece of the head, which is left on when an alpaca is shorn."""
    return Coat(who.fleece.colour, "wool", 0.10, who.fleece.zoom * 0.8)


def _front_head(canvas: Canvas, place: Placement, who: Alpaca, head: Frame) -> None:
    """The head as it looks at the one who takes the picture."""
    rng, face, size = canvas.rng, who.face, who.topknot
    for side in (-1, 1):
        spread = rng.uniform(0.9, 1.25)
        points = [
            (0.05, -0.08),
            (0.10 * spread, -0.20),
            (0.155 * spread, -0.335),
            (0.165 * spread, -0.19),
            (0.12, -0.05),
        ]
        ear(
            canvas,
            place,
            who.fleece.tinted(0.92),
            head.outline(*((x * side, y) for x, y in points)),
        )
    wool = canvas.form(place).ellipse(head(0, 0.0), 0.145, 0.155, fluff=0.04)
    wool.fill(who.fleece, 0.08)
    canvas.form(place).ellipse(head(0, 0.035), 0.105, 0.135, head.angle).fill(face, 0.07)
    muzzle = Coat(
        rng.choice((mix(face.colour, (248, 240, 230), 0.5), scale(face.colour, 0.72))), ""
    )
    canvas.form(place).ellipse(head(0, 0.115), 0.072, 0.062, head.angle).fill(muzzle, 0.05)
    ink = mix(face.colour, BLACK, 0.78)
    for side in (-1, 1):
        eye(canvas, place, head(0.073 * side, 0.005), 0.029, face.colour)
        nostril = head.outline((0.012 * side, 0.108), (0.028 * side, 0.094), (0.036 * side, 0.088))
        canvas.form(place).line(nostril, 0.016).flat(ink)
        smile = head.outline((0.0, 0.138), (0.022 * side, 0.152), (0.046 * side, 0.142))
        canvas.form(place).line(smile, 0.011).flat(ink, 0.85)
    canvas.form(place).line(head.outline((0, 0.108), (0, 0.138)), 0.010).flat(ink, 0.85)
    if rng.random() < 0.5:
        canvas.form(place).ellipse(head(0, 0.17), 0.022, 0.008).flat(PINK, 0.6)
    top = canvas.form(place)
    top.ellipse(head(0, -0.13), 0.115 * size, 0.065 * size, fluff=0.045 * size)
    for _ in range(5):
        angle = rng.uniform(0, math.pi)
        tuft = (0.08 * math.cos(angle) * size, -0.10 - 0.02 * math.sin(angle))
        top.disc(head(*tuft), jitter(rng, 0.038 * size, 0.25))
    top.fill(_woolly(who), 0.07)
