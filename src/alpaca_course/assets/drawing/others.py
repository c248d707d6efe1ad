"""What is not an alpaca: animals that share something with one, most of all its size and fleece.

Same units and direction as in :mod:`alpaca_course.assets.drawing.alpaca`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from alpaca_course.assets.drawing.canvas import Canvas, Coat, Colour, Placement, Point, mix, scale
from alpaca_course.assets.drawing.parts import BLACK, WHITE, Frame, ear, eye, leg, shadow

Painter = Callable[[Canvas, Placement, random.Random], None]

WOOLS: tuple[Colour, ...] = ((236, 230, 216), (222, 206, 178), (120, 92, 70), (78, 70, 68))
HIDES: tuple[Colour, ...] = (
    (236, 230, 220),
    (206, 172, 122),
    (168, 116, 72),
    (112, 76, 54),
    (70, 60, 56),
    (156, 150, 146),
)
SANDS: tuple[Colour, ...] = ((204, 168, 116), (182, 140, 92), (222, 196, 152), (150, 108, 72))


@dataclass(frozen=True)
class Kind:
    """One kind of animal.

    Attributes:
        name: of the kind.
        head: where its head is, for a crop around it.
        length: half its length.
        paint: draws one of them.
    """

    name: str
    head: Point
    length: float
    paint: Painter


def _legs(
    canvas: Canvas,
    place: Placement,
    coat: Coat,
    *,
    fronts: float,
    backs: float,
    top: float,
    thigh: float,
    shin: float,
) -> None:
    """Four legs, the far pair darker, each foot a little off its hip."""
    rng = canvas.rng
    for shade, shift in ((0.66, 0.05), (0.92, -0.03)):
        for x in (fronts, backs):
            foot = x + shift + rng.uniform(-0.07, 0.07)
            leg(
                canvas,
                place,
                coat.tinted(shade),
                (x + shift, top),
                (foot, 0.0),
                thigh=thigh,
                shin=shin,
                bend=0.02 if x > 0 else -0.03,
            )


def paint_sheep(canvas: Canvas, place: Placement, rng: random.Random) -> None:
    wool = Coat(rng.choice(WOOLS), "wool", 0.10, rng.uniform(0.9, 1.3))
    face = Coat(rng.choice(((58, 50, 48), (226, 214, 200), (150, 118, 92))), "hair", 0.03)
    shadow(canvas, place, 0.75)
    _legs(canvas, place, face, fronts=0.30, backs=-0.32, top=-0.40, thigh=0.09, shin=0.036)
    body = canvas.form(place)
    body.ellipse((0, -0.62), 0.56, 0.31, fluff=0.07)
    grazing = rng.random() < 0.3
    head = Frame(0.70, -0.22, 0.7) if grazing else Frame(0.64, -0.86, rng.uniform(0.05, 0.4))
    body.limb([(0.40, -0.70, 0.2), (head.x - 0.04, head.y + 0.02, 0.12)], 0.05)
    body.fill(wool, 0.15)
    for shade, y in ((0.7, -0.05), (1.0, -0.01)):
        points = head.outline(
            (-0.03, y - 0.04), (-0.14, y - 0.05), (-0.2, y + 0.02), (-0.1, y + 0.03)
        )
        ear(canvas, place, face.tinted(shade), points)
    canvas.form(place).limb(
        head.limb((0, 0, 0.105), (0.1, 0.035, 0.085), (0.21, 0.085, 0.055))
    ).fill(face, 0.05)
    _nose(canvas, place, head, (0.25, 0.085), face.colour)
    eye(canvas, place, head(0.08, -0.015), 0.024, face.colour)
    cap = canvas.form(place).ellipse(head(-0.04, -0.085), 0.075, 0.05, fluff=0.04)
    cap.fill(wool, 0.05)


def _nose(canvas: Canvas, place: Placement, head: Frame, at: Point, skin: Colour) -> None:
    x, y = at
    canvas.form(place).disc(head(x, y - 0.02), 0.016).flat(mix(skin, BLACK, 0.75))
    canvas.form(place).line(
        head.outline((x + 0.01, y + 0.02), (x - 0.04, y + 0.03), (x - 0.08, y + 0.022)), 0.011
    ).flat(mix(skin, BLACK, 0.7), 0.8)


def paint_camel(canvas: Canvas, place: Placement, rng: random.Random) -> None:
    coat = Coat(rng.choice(SANDS), rng.choice(("hair", "wool")), 0.07, 1.1)
    shadow(canvas, place, 0.85)
    _legs(canvas, place, coat, fronts=0.33, backs=-0.36, top=-0.62, thigh=0.10, shin=0.045)
    body = canvas.form(place).ellipse((0, -0.82), 0.52, 0.23)
    humps = ((-0.22, 0.17), (0.18, 0.17)) if rng.random() < 0.5 else ((-0.03, 0.25),)
    for x, width in humps:
        body.outline([(x - width, -0.9), (x - 0.04, -1.24), (x + 0.05, -1.24), (x + width, -0.9)])
    body.limb([(0.42, -0.82, 0.16), (0.64, -0.72, 0.12), (0.74, -0.98, 0.085), (0.74, -1.26, 0.07)])
    body.fill(coat, 0.12)
    canvas.form(place).limb([(-0.5, -0.86, 0.03), (-0.56, -0.6, 0.02), (-0.55, -0.48, 0.04)]).fill(
        coat.tinted(0.8), 0.03
    )
    head = Frame(0.78, -1.31, rng.uniform(-0.05, 0.2))
    ear(
        canvas,
        place,
        coat,
        head.outline((-0.05, -0.05), (-0.1, -0.12), (-0.06, -0.13), (-0.01, -0.07)),
    )
    canvas.form(place).limb(
        head.limb((-0.02, 0, 0.085), (0.1, 0.01, 0.07), (0.22, 0.035, 0.065), (0.26, 0.05, 0.055))
    ).fill(coat, 0.05)
    _nose(canvas, place, head, (0.29, 0.055), coat.colour)
    eye(canvas, place, head(0.06, -0.02), 0.024, coat.colour)
    canvas.form(place).ellipse(head(-0.04, -0.07), 0.05, 0.03, fluff=0.025).fill(
        coat.tinted(0.7), 0.03
    )


def paint_ostrich(canvas: Canvas, place: Placement, rng: random.Random) -> None:
    """An ostrich or an emu: a fluffy body and a long thin neck, on two legs."""
    emu = rng.random() < 0.4
    plumage: Colour = rng.choice(((48, 44, 44), (120, 104, 88), (92, 78, 66)))
    skin: Colour = (92, 100, 110) if emu else rng.choice(((214, 176, 156), (188, 160, 140)))
    shadow(canvas, place, 0.5)
    for x, shade in ((0.08, 0.7), (-0.06, 1.0)):
        stride = rng.uniform(-0.12, 0.12)
        knee = (x - 0.07 + stride / 2, -0.36)
        bone = [(x, -0.7, 0.09), (*knee, 0.035), (x + stride, -0.03, 0.028)]
        canvas.form(place).limb([*bone, (x + stride + 0.1, -0.01, 0.022)]).fill(
            Coat(scale(skin, shade), ""), 0.03
        )
    body = canvas.form(place).ellipse((-0.03, -0.82), 0.42, 0.24, 0.08, fluff=0.05)
    body.limb([(-0.3, -0.86, 0.17), (-0.5, -0.78, 0.1)], 0.06)
    body.fill(Coat(plumage, "locks", 0.16, 1.1), 0.12)
    if not emu and rng.random() < 0.7:
        canvas.form(place).ellipse((-0.52, -0.76), 0.1, 0.09, fluff=0.05).fill(
            Coat((232, 228, 220), "locks", 0.1), 0.05
        )
    neck = [(0.28, -0.86, 0.10), (0.44, -1.05, 0.055), (0.46, -1.35, 0.042), (0.50, -1.56, 0.042)]
    canvas.form(place).limb(neck).fill(Coat(skin, "hair", 0.05), 0.04)
    if emu:
        canvas.form(place).limb(neck[:3], 0.03).fill(Coat(plumage, "locks", 0.1), 0.05)
    head = Frame(0.53, -1.60, rng.uniform(-0.1, 0.2))
    canvas.form(place).ellipse(head(0, 0), 0.085, 0.07).fill(Coat(skin, "hair", 0.05), 0.05)
    beak = head.outline((0.05, -0.035), (0.16, -0.005), (0.2, 0.015), (0.14, 0.03), (0.05, 0.04))
    canvas.form(place).outline(beak).fill(Coat((176, 142, 104), ""), 0.03)
    eye(canvas, place, head(0.025, -0.015), 0.027, skin)
    hair = canvas.form(place)
    for _ in range(30):
        x = rng.uniform(-0.07, 0.05)
        lift = rng.uniform(0.04, 0.09)
        hair.line(head.outline((x, -0.05), (x - 0.03, -0.05 - lift)), 0.006)
    hair.flat(scale(plumage, 0.8), 0.9)


def paint_goat(canvas: Canvas, place: Placement, rng: random.Random) -> None:
    patches = rng.choice(HIDES) if rng.random() < 0.4 else None
    coat = Coat(rng.choice(HIDES), rng.choice(("hair", "locks")), 0.08, patches=patches)
    shadow(canvas, place, 0.7)
    _legs(canvas, place, coat, fronts=0.32, backs=-0.33, top=-0.5, thigh=0.09, shin=0.033)
    canvas.form(place).limb([(-0.46, -0.82, 0.05), (-0.55, -0.98, 0.03)], 0.02).fill(coat, 0.03)
    body = canvas.form(place).ellipse((0, -0.70), 0.50, 0.23, fluff=0.02)
    body.limb([(0.36, -0.76, 0.17), (0.56, -1.0, 0.115), (0.62, -1.12, 0.09)])
    body.fill(coat, 0.12)
    head = Frame(0.66, -1.17, rng.uniform(0.1, 0.5))
    horn = Coat((120, 106, 88), "hair", 0.1)
    curl = rng.uniform(0.5, 1.2)
    for shade, shift in ((0.7, 0.03), (1.0, 0.0)):
        tip = (-0.16 * curl + shift, -0.30, 0.008)
        horns = head.limb((0.01 + shift, -0.07, 0.032), (-0.05 + shift, -0.21, 0.024), tip)
        canvas.form(place).limb(horns).fill(horn.tinted(shade), 0.02)
    points = head.outline((-0.05, -0.03), (-0.17, -0.06), (-0.21, 0.0), (-0.12, 0.03))
    ear(canvas, place, coat.tinted(0.9), points)
    canvas.form(place).limb(head.limb((0, 0, 0.09), (0.1, 0.03, 0.07), (0.22, 0.07, 0.05))).fill(
        coat, 0.05
    )
    beard = head.outline((0.13, 0.1), (0.22, 0.11), (0.17, 0.27))
    canvas.form(place).polygon(beard).fill(coat.tinted(0.85), 0.03)
    _nose(canvas, place, head, (0.255, 0.065), coat.colour)
    eye(canvas, place, head(0.07, -0.015), 0.024, coat.colour)


def paint_dog(canvas: Canvas, place: Placement, rng: random.Random) -> None:
    """A smooth-haired dog, or a curly one with a fluffy head."""
    curly = rng.random() < 0.45
    coat = Coat(rng.choice(HIDES), "wool" if curly else "hair", 0.09 if curly else 0.05)
    fluff = 0.035 if curly else 0.0
    shadow(canvas, place, 0.65)
    _legs(canvas, place, coat, fronts=0.30, backs=-0.34, top=-0.45, thigh=0.10, shin=0.042)
    wag = rng.uniform(-0.2, 0.2)
    tail = [(-0.45, -0.72, 0.055), (-0.62, -0.86, 0.045), (-0.66 + wag, -1.05, 0.035)]
    canvas.form(place).limb(tail, fluff).fill(coat.tinted(0.9), 0.04)
    body = canvas.form(place).ellipse((-0.02, -0.64), 0.47, 0.20, fluff=fluff)
    body.ellipse((0.26, -0.64), 0.2, 0.24, fluff=fluff)
    body.limb([(0.36, -0.76, 0.16), (0.52, -0.98, 0.13)], fluff)
    body.fill(coat, 0.12)
    head = Frame(0.58, -1.08, rng.uniform(-0.1, 0.25))
    canvas.form(place).limb(
        head.limb((0, 0, 0.145), (0.12, 0.035, 0.09), (0.25, 0.06, 0.068))
    ).fill(coat, 0.06)
    canvas.form(place).disc(head(0.3, 0.025), 0.035).flat(BLACK)
    canvas.form(place).line(head.outline((0.28, 0.1), (0.21, 0.12), (0.14, 0.1)), 0.012).flat(
        mix(coat.colour, BLACK, 0.75), 0.8
    )
    eye(canvas, place, head(0.1, -0.04), 0.026, coat.colour)
    if curly:
        canvas.form(place).ellipse(head(-0.01, -0.13), 0.12, 0.07, fluff=0.05).fill(coat, 0.06)
    hanging = curly or rng.random() < 0.6
    points = (
        ((-0.06, -0.09), (-0.15, 0.0), (-0.13, 0.19), (-0.04, 0.2), (0.01, 0.0))
        if hanging
        else ((-0.1, -0.08), (-0.11, -0.27), (-0.02, -0.2), (0.02, -0.1))
    )
    ear(canvas, place, coat.tinted(0.78), head.outline(*points), None)


def paint_horse(canvas: Canvas, place: Placement, rng: random.Random) -> None:
    """A horse, pony or donkey: a long neck too, but a mane, a long face and no fleece."""
    donkey = rng.random() < 0.4
    coat = Coat(rng.choice(HIDES), "hair", 0.05)
    mane = Coat(scale(coat.colour, 0.45) if rng.random() < 0.7 else (226, 214, 190), "locks", 0.12)
    shadow(canvas, place, 0.85)
    _legs(canvas, place, coat, fronts=0.36, backs=-0.40, top=-0.62, thigh=0.11, shin=0.042)
    tail = [(-0.54, -0.92, 0.04), (-0.64, -0.7, 0.06), (-0.63, -0.4, 0.03)]
    canvas.form(place).limb(tail).fill(mane, 0.04)
    body = canvas.form(place).ellipse((-0.02, -0.84), 0.56, 0.235)
    body.limb([(0.36, -0.9, 0.21), (0.60, -1.18, 0.14), (0.70, -1.36, 0.11)])
    body.fill(coat, 0.13)
    crest = [(0.34, -1.1, 0.05), (0.50, -1.28, 0.06), (0.63, -1.44, 0.05)]
    canvas.form(place).limb(crest, 0.03).fill(mane, 0.05)
    head = Frame(0.74, -1.40, rng.uniform(0.45, 0.8))
    tip = -0.27 if donkey else -0.17
    for shade, shift in ((0.7, -0.04), (1.0, 0.0)):
        base = head.x - 0.05 + shift, head.y - 0.05
        points = [
            (base[0] - 0.035, base[1]),
            (base[0] - 0.03, base[1] + tip * 0.6),
            (base[0] + 0.01, base[1] + tip),
            (base[0] + 0.04, base[1] + tip * 0.5),
            (base[0] + 0.04, base[1]),
        ]
        ear(canvas, place, coat.tinted(shade), points)
    canvas.form(place).limb(head.limb((0, 0, 0.115), (0.16, 0.02, 0.085), (0.32, 0.03, 0.07))).fill(
        coat, 0.06
    )
    canvas.form(place).limb(head.limb((0.31, 0.03, 0.066), (0.35, 0.035, 0.058))).fill(
        Coat(mix(coat.colour, (96, 84, 80), 0.6), ""), 0.04
    )
    _nose(canvas, place, head, (0.37, 0.03), coat.colour)
    eye(canvas, place, head(0.09, -0.035), 0.024, coat.colour)
    if not donkey:
        lock = head.limb((-0.05, -0.09, 0.04), (0.05, -0.07, 0.03))
        canvas.form(place).limb(lock, 0.02).fill(mane, 0.03)


def paint_cow(canvas: Canvas, place: Placement, rng: random.Random) -> None:
    patches: Colour | None = rng.choice(((52, 46, 46), (146, 92, 60), None))
    coat = Coat(WHITE if patches else rng.choice(HIDES), "hair", 0.05, patches=patches)
    shadow(canvas, place, 0.9)
    _legs(canvas, place, coat, fronts=0.40, backs=-0.42, top=-0.5, thigh=0.11, shin=0.05)
    canvas.form(place).limb([(-0.58, -0.86, 0.03), (-0.63, -0.5, 0.02), (-0.62, -0.4, 0.04)]).fill(
        coat.tinted(0.7), 0.03
    )
    body = canvas.form(place).ellipse((0, -0.74), 0.62, 0.28)
    body.limb([(0.46, -0.82, 0.22), (0.70, -0.96, 0.14)])
    body.fill(coat, 0.15)
    canvas.form(place).ellipse((-0.26, -0.47), 0.1, 0.07).fill(Coat((224, 172, 160), ""), 0.04)
    head = Frame(0.80, -1.0, rng.uniform(0.3, 0.7))
    for shade, y in ((0.7, -0.08), (1.0, -0.03)):
        points = head.outline((-0.05, y), (-0.17, y - 0.05), (-0.22, y + 0.02), (-0.1, y + 0.05))
        ear(canvas, place, coat.tinted(shade), points)
    if rng.random() < 0.5:
        canvas.form(place).limb(
            head.limb((-0.02, -0.11, 0.03), (0.02, -0.2, 0.022), (0.09, -0.24, 0.008))
        ).fill(Coat((224, 212, 186), ""), 0.02)
    face = Coat(patches or coat.colour, "hair", 0.04)
    canvas.form(place).limb(
        head.limb((0, 0, 0.125), (0.13, 0.02, 0.10), (0.26, 0.035, 0.085))
    ).fill(face, 0.06)
    canvas.form(place).limb(head.limb((0.27, 0.035, 0.082), (0.31, 0.04, 0.072))).fill(
        Coat((222, 178, 166), ""), 0.05
    )
    _nose(canvas, place, head, (0.34, 0.03), (200, 150, 140))
    eye(canvas, place, head(0.08, -0.035), 0.026, face.colour)


def paint_thing(canvas: Canvas, place: Placement, rng: random.Random) -> None:
    """No animal at all: a bush, a boulder, or a bale of hay."""
    shadow(canvas, place, 0.5)
    kind = rng.randrange(3)
    if kind == 0:
        green: Colour = rng.choice(((86, 116, 60), (120, 132, 76), (228, 226, 214)))
        form = canvas.form(place).ellipse((0, -0.36), 0.46, 0.34, fluff=0.13)
        form.fill(Coat(green, "wool", 0.14, 1.2), 0.16)
    elif kind == 1:
        grey = rng.choice(((150, 146, 142), (122, 116, 110), (214, 210, 204)))
        rim = [(-0.5, 0), (-0.42, -0.4), (-0.1, -0.62), (0.3, -0.5), (0.5, -0.16), (0.46, 0)]
        canvas.form(place).polygon(rim).fill(Coat(grey, "cloud", 0.14), 0.16)
    else:
        straw = Coat((208, 178, 110), "hair", 0.16, 1.4)
        canvas.form(place).ellipse((0, -0.42), 0.46, 0.42).fill(straw, 0.1)
        canvas.form(place).ellipse((0.06, -0.42), 0.3, 0.28).fill(straw.tinted(0.85), 0.05)


KINDS = (
    Kind("sheep", (0.68, -0.86), 0.95, paint_sheep),
    Kind("camel", (0.84, -1.28), 1.1, paint_camel),
    Kind("ostrich", (0.54, -1.56), 0.75, paint_ostrich),
    Kind("goat", (0.70, -1.15), 0.95, paint_goat),
    Kind("dog", (0.64, -1.06), 0.95, paint_dog),
    Kind("horse", (0.80, -1.32), 1.05, paint_horse),
    Kind("cow", (0.86, -0.98), 1.15, paint_cow),
    Kind("thing", (0.0, -0.4), 0.6, paint_thing),
)
