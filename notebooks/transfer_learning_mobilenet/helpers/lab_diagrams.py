"""Diagrams of MobileNetV2's two ideas: separable convolutions and inverted residuals."""

from __future__ import annotations

from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle

from lab_figures import BLUE, INK, ORANGE, new_figure, show
from lab_messages import say

LIGHT_BLUE, LIGHT_ORANGE = "#CFE3F1", "#F7D9C4"


def _slab(axis: Axes, x: float, y: float, side: float, depth: float, colour: str) -> None:
    """A box seen from the front: ``side`` high and wide, ``depth`` deep."""
    dx, dy = 0.5 * depth, 0.35 * depth
    top = [(x, y + side), (x + side, y + side), (x + side + dx, y + side + dy)]
    axis.add_patch(Polygon([*top, (x + dx, y + side + dy)], fc=colour, ec=INK, lw=1))
    right = [(x + side, y), (x + side + dx, y + dy), (x + side + dx, y + side + dy)]
    axis.add_patch(Polygon([*right, (x + side, y + side)], fc=colour, ec=INK, lw=1))
    axis.add_patch(Rectangle((x, y), side, side, fc=colour, ec=INK, lw=1))


def _arrow(axis: Axes, x: float, y: float, length: float) -> None:
    axis.add_patch(
        FancyArrowPatch((x, y), (x + length, y), arrowstyle="-|>", mutation_scale=14, color=INK)
    )


def _label(axis: Axes, x: float, y: float, text: str, **style: Any) -> None:
    axis.text(x, y, text, ha="center", va="top", **{"fontsize": 10, **style})


def _blank(axis: Axes, title: str) -> None:
    axis.set_xlim(0, 12)
    axis.set_ylim(-1.55, 2.6)
    axis.set_aspect("equal")
    axis.axis("off")
    axis.set_title(title, loc="left", fontweight="bold")


def separable_convolution() -> None:
    """A standard 3×3 convolution above, a depthwise separable one below."""
    figure, axes = new_figure(2, 1, (9, 6.2))
    standard, separable = axes.flat
    _blank(standard, "Standard: each filter looks at all channels at once")
    _slab(standard, 0.2, 0, 1.6, 0.9, LIGHT_BLUE)
    _label(standard, 1.2, -0.15, "input\n$C_{in}$ channels")
    _arrow(standard, 2.6, 0.9, 1.0)
    for i in range(3):
        _slab(standard, 4.1 + 1.25 * i, 0.5, 0.6, 0.9, LIGHT_ORANGE)
    standard.text(7.85, 0.75, "…", fontsize=16)
    _label(standard, 5.9, -0.15, "$C_{out}$ filters,\neach $k × k × C_{in}$")
    _arrow(standard, 8.4, 0.9, 1.0)
    _slab(standard, 9.7, 0, 1.6, 0.9, LIGHT_BLUE)
    _label(standard, 10.6, -0.15, "output\n$C_{out}$ channels")

    _blank(
        separable,
        "Separable: first each channel on its own, then all channels, pixel by pixel",
    )
    _slab(separable, 0.1, 0, 1.5, 0.9, LIGHT_BLUE)
    _label(separable, 1.0, -0.15, "input\n$C_{in}$ channels")
    _arrow(separable, 2.2, 0.9, 0.6)
    for i in range(3):
        _slab(separable, 3.0 + 0.32 * i, 0.4 + 0.22 * i, 0.7, 0.06, LIGHT_ORANGE)
    _label(separable, 3.8, -0.15, "depthwise:\n$C_{in}$ filters $k × k$")
    _arrow(separable, 4.8, 0.9, 0.6)
    _slab(separable, 5.5, 0, 1.5, 0.9, LIGHT_BLUE)
    _label(separable, 6.4, -0.15, "filtered\n$C_{in}$ channels")
    _arrow(separable, 7.6, 0.9, 0.5)
    for i in range(3):
        _slab(separable, 8.2 + 0.36 * i, 0.75, 0.16, 0.9, LIGHT_ORANGE)
    _label(separable, 8.8, -0.15, "pointwise:\n$C_{out}$ filters $1 × 1 × C_{in}$")
    _arrow(separable, 9.55, 0.9, 0.4)
    _slab(separable, 10.0, 0, 1.5, 0.9, LIGHT_BLUE)
    _label(separable, 11.0, -0.15, "output\n$C_{out}$ channels")
    show(
        figure,
        "Two rows. Standard convolution: a deep input block meets C_out filters, each k by k and "
        "as deep as the input, and gives the output block. Separable convolution: the input first "
        "meets C_in thin filters, k by k, one for each channel (depthwise), giving a block of the "
        "same depth; this meets C_out filters of one by one pixel, as deep as the block "
        "(pointwise), and gives the output block.",
    )


def inverted_residual(narrow: int = 24, expansion: int = 6) -> None:
    """One inverted residual block; bars are as tall as there are channels."""
    wide = narrow * expansion
    figure, axes = new_figure(1, 1, (9, 4.0))
    axis = axes[0, 0]
    bars = [
        (0.3, narrow, LIGHT_BLUE, "input"),
        (3.3, wide, LIGHT_ORANGE, "expanded"),
        (6.3, wide, LIGHT_ORANGE, "filtered"),
        (9.3, narrow, LIGHT_BLUE, "projected"),
    ]
    for x, channels, colour, name in bars:
        height = 3.2 * channels / wide
        axis.add_patch(Rectangle((x, 1.9 - height / 2), 0.8, height, fc=colour, ec=INK))
        _label(axis, x + 0.4, 0.15, f"{name}\n{channels} channels")
    steps = ["1×1 convolution\nReLU6", "3×3 depthwise\nReLU6", "1×1 convolution\nno activation"]
    for x, text in zip((1.2, 4.2, 7.2), steps, strict=True):
        _arrow(axis, x, 1.9, 2.0)
        axis.text(x + 1.0, 2.05, text, ha="center", va="bottom", fontsize=9.5)
    axis.add_patch(
        FancyArrowPatch(
            (0.7, 2.3),
            (11.35, 2.2),
            connectionstyle="arc3,rad=-0.33",
            arrowstyle="-|>",
            mutation_scale=14,
            color=BLUE,
            lw=1.5,
        )
    )
    axis.text(6.0, 4.2, "shortcut: the input itself", ha="center", va="bottom", color=BLUE)
    axis.text(11.4, 1.9, "+", fontsize=22, ha="center", va="center", color=ORANGE)
    _arrow(axis, 10.15, 1.9, 1.0)
    _arrow(axis, 11.6, 1.9, 0.7)
    axis.set_xlim(0, 12.5)
    axis.set_ylim(-0.9, 4.7)
    axis.axis("off")
    show(
        figure,
        f"An inverted residual block from left to right. The input has {narrow} channels; a one by "
        f"one convolution with ReLU6 expands it to {wide}; a three by three depthwise convolution "
        f"with ReLU6 keeps {wide}; a one by one convolution without activation projects back to "
        f"{narrow}. A shortcut carries the input past all three and is added to the result.",
    )


class Block(NamedTuple):
    """A block: values that it hands on and holds inside, and whether it adds its own input."""

    name: str
    between: int
    inside: int
    shortcut: bool


def blocks(network: Any) -> list[Block]:
    """All blocks of a MobileNetV2, in order; the first has a name of its own in Keras."""
    names = {layer.name for layer in network.layers}
    found = []
    for layer in network.layers:
        block = layer.name.removesuffix("_depthwise")
        if block != layer.name:
            between = network.get_layer(f"{block}_project").output
            number = block.removeprefix("block_") if block.startswith("block_") else "0"
            inside = _count(layer.input)
            found.append(Block(number, _count(between), inside, f"{block}_add" in names))
    return found


def bottleneck_memory(network: Any) -> float:
    """For each block of MobileNetV2: values between blocks and inside; how many times fewer."""
    rows = blocks(network)
    figure, axes = new_figure(1, 1, (9, 3.2))
    axis = axes[0, 0]
    places = range(len(rows))
    inside = [r.inside / 1000 for r in rows]
    handed_on = [r.between / 1000 for r in rows]
    axis.bar(
        places,
        inside,
        color=LIGHT_ORANGE,
        ec=ORANGE,
        hatch="///",
        label="inside the block (expanded)",
    )
    label = "handed on to the next block (bottleneck)"
    axis.bar(places, handed_on, color=BLUE, width=0.5, label=label)
    axis.set_xticks(places, [f"{r.name}\n{'+' if r.shortcut else ''}" for r in rows])
    axis.set_xlabel("block of MobileNetV2 (+: with a shortcut)")
    axis.set_ylabel("thousand values")
    axis.legend(frameon=False)
    largest = max(rows, key=lambda r: r.inside)
    short = [r.name for r in rows if r.shortcut]
    show(
        figure,
        f"Bars for {len(rows)} blocks. The widest, block {largest.name}, holds "
        f"{largest.inside / 1000:.0f} thousand values inside and hands on "
        f"{largest.between / 1000:.0f} thousand. From block 1 on the hatched bar for the inside is "
        "several times the solid one for what is handed on; both fall towards the end. "
        f"{len(short)} blocks have a shortcut: {', '.join(short)}.",
    )
    total = sum(r.inside for r in rows), sum(r.between for r in rows)
    say(
        f"All {len(rows)} blocks together: {total[0]:,} values inside, {total[1]:,} handed on: "
        f"{total[0] / total[1]:.1f} times fewer."
    )
    return total[0] / total[1]


def _count(tensor: Any) -> int:
    size = 1
    for dimension in tensor.shape[1:]:
        size *= int(dimension)
    return size
