"""Figures of the lab. Each has a text alternative, and none needs colour to be understood."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

# Blue and orange of the Okabe-Ito palette, which stay apart with any colour vision.
BLUE, ORANGE, GREY, INK = "#0072B2", "#D55E00", "#6B7280", "#1F2933"
STYLE = {
    "figure.facecolor": "white",  # opaque, so that dark themes change nothing
    "axes.facecolor": "white",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "font.size": 11,
    "axes.titlesize": 11,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.08,
    "figure.constrained_layout.w_pad": 0.08,
}
RESOLUTION = 96


def new_figure(rows: int = 1, columns: int = 1, size: tuple[float, float] = (8, 3.2)) -> Any:
    """A figure in the lab's style and its axes, always as a two-dimensional array."""
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    return figure, axes


def show(figure: Figure, alt: str) -> None:
    """Show ``figure`` as an image whose text alternative is ``alt``, and close it."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=RESOLUTION, facecolor="white")
    plt.close(figure)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    picture = (
        f'<img src="data:image/png;base64,{data}" alt="{html.escape(alt, quote=True)}" '
        'style="max-width:100%; height:auto; background:white">'
    )
    display({"text/html": picture, "text/plain": f"[Figure: {alt}]"}, raw=True)


def as_picture(values: Any) -> np.ndarray:
    """Pixels from 0 to 255 as whole numbers, which matplotlib shows without rescaling."""
    return np.clip(np.asarray(values), 0, 255).astype("uint8")


def grid(
    pictures: Sequence[Any], titles: Sequence[str], columns: int = 3, cell: float = 2.3
) -> Figure:
    """Pictures side by side, each under its title."""
    rows = -(-len(pictures) // columns)
    figure, axes = new_figure(rows, columns, (cell * columns, (cell + 0.25) * rows))
    for axis in axes.flat:
        axis.axis("off")
    for axis, picture, title in zip(axes.flat, pictures, titles, strict=False):
        axis.imshow(as_picture(picture))
        axis.set_title(title, fontsize=10)
    return figure


def nine_pictures(dataset: Any, class_names: Sequence[str]) -> None:
    """Nine pictures of the first batch, with their classes."""
    images, labels = next(iter(dataset))
    names = [class_names[int(label)] for label in labels[:9]]
    show(
        grid(list(images[:9]), names),
        f"Nine training pictures in a grid, each under its class: {', '.join(names)}.",
    )


def nine_augmentations(augmenter: Callable[..., Any], picture: Any) -> None:
    """One picture, augmented nine times."""
    batch = np.repeat(np.asarray(picture)[None], 9, axis=0)
    results = np.asarray(augmenter(batch, training=True))
    show(
        grid(list(results), [f"draw {i}" for i in range(1, 10)]),
        "The same picture nine times, each flipped or not and rotated by another angle; the "
        "corners that a rotation leaves empty are filled by mirroring.",
    )


def value_ranges(raw: Any, prepared: Any) -> None:
    """Histograms of pixel values before and after preprocessing."""
    figure, axes = new_figure(1, 2, (8, 2.6))
    for axis, values, name in zip(axes.flat, (raw, prepared), ("before", "after"), strict=True):
        flat = np.asarray(values).ravel()
        axis.hist(flat, bins=50, color=BLUE)
        axis.set_title(f"{name}: from {flat.min():g} to {flat.max():g}")
        axis.set_xlabel("value of a pixel's colour")
        axis.set_yticks([])
        axis.set_xticks(np.linspace(flat.min(), flat.max(), 3).round(1))
    raw_flat, new_flat = np.asarray(raw).ravel(), np.asarray(prepared).ravel()
    show(
        figure,
        "Two histograms of the same shape. Before preprocessing values run from "
        f"{raw_flat.min():g} to {raw_flat.max():g}, after it from {new_flat.min():.2g} to "
        f"{new_flat.max():.2g}.",
    )


def curves(history: dict[str, list[float]], more: dict[str, list[float]] | None = None) -> None:
    """Accuracy and loss per epoch; with ``more`` the loss alone, and where fine-tuning began.

    The accuracy of exercise 3 may have another name, and cut logits elsewhere, than that of the
    epochs before it, so the two make no curve.
    """
    names = ("loss",) if more else ("accuracy", "loss")
    keys = [key for name in names for key in (name, f"val_{name}")]
    values = {key: [*history[key], *(more[key] if more else [])] for key in keys}
    epochs = np.arange(1, len(values["loss"]) + 1)
    figure, axes = new_figure(1, len(names), (4.5 * len(names) + 1.5 * bool(more), 3.2))
    for axis, name in zip(axes.flat, names, strict=True):
        train, held_out = values[name], values[f"val_{name}"]
        axis.plot(epochs, train, color=BLUE, marker="o", label="training")
        axis.plot(epochs, held_out, color=ORANGE, marker="s", ls="--", label="validation")
        if more:
            axis.axvline(len(history["loss"]) + 0.5, color=GREY, ls=":")
            place = (len(history["loss"]) + 0.6, 0.04)
            axis.text(*place, "fine-tuning", transform=axis.get_xaxis_transform(), color=GREY)
        axis.set_xlabel("epoch")
        axis.set_title(name)
        axis.set_xticks(epochs)
        axis.set_ylim(bottom=0 if name == "loss" else None, top=1 if name == "accuracy" else None)
    axes[0, 0].legend(frameon=False, loc="upper right" if more else "lower right")
    show(figure, _curves_text(values, len(history["loss"]) if more else None))


def _curves_text(values: dict[str, list[float]], began: int | None) -> str:
    ways = [
        f"{word} {name} goes from {values[key][0]:.2f} to {values[key][-1]:.2f}"
        for name in (("loss",) if began else ("accuracy", "loss"))
        for word, key in (("training", name), ("validation", f"val_{name}"))
    ]
    text = f"Curves over {len(values['loss'])} epochs: {', '.join(ways)}."
    if began:
        text += (
            f" A dotted line after epoch {began} marks where fine-tuning began; just before it "
            f"the losses were {values['loss'][began - 1]:.2f} and "
            f"{values['val_loss'][began - 1]:.2f}."
        )
    return text


def within_one(axis: Any) -> None:
    """Room for a mark at a share of 1, the largest that there is, and no number beyond it."""
    low = axis.get_xlim()[0]
    axis.set_xlim(low, 1.02)
    axis.set_xticks([tick for tick in axis.get_xticks() if low <= tick <= 1.001])


def learning_rates(runs: dict[float, list[list[float]]]) -> None:
    """Loss over a few fine-tuning steps: for each rate a line, in a band of all its runs."""
    figure, axes = new_figure(1, 1, (8, 3.4))
    axis = axes[0, 0]
    styles = (("-", "o", BLUE), ("--", "s", ORANGE), (":", "^", INK))
    for (rate, losses), (dashes, marker, colour) in zip(runs.items(), styles, strict=False):
        each = np.array(losses)
        steps = np.arange(each.shape[1])
        axis.fill_between(steps, each.min(0), each.max(0), color=colour, alpha=0.15, lw=0)
        middle = np.median(each, axis=0)
        axis.plot(middle, ls=dashes, marker=marker, color=colour, label=f"learning rate {rate:g}")
    axis.set_yscale("log")
    # Powers of ten alone leave an axis that begins and ends between two of them without a number.
    axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.yaxis.set_major_formatter("{x:g}")
    axis.yaxis.set_minor_formatter("")
    axis.set_xticks(range(len(next(iter(runs.values()))[0])))
    axis.set_xlabel("fine-tuning step")
    axis.set_ylabel("loss on pictures\nnot trained on")
    # Above the plot: inside, some run of some rate goes everywhere.
    figure.legend(loc="outside upper center", ncols=len(runs), frameon=False)
    ends = ", ".join(
        f"{rate:g}: {v[0][0]:.2f} to between {min(e[-1] for e in v):.2f} and "
        f"{max(e[-1] for e in v):.2f}"
        for rate, v in runs.items()
    )
    show(
        figure,
        "Loss on held-out pictures over the steps, for each learning rate the middle of several "
        f"orders of the pictures in a band that holds them all: {ends}.",
    )


def feature_maps(picture: Any, early: np.ndarray, late: np.ndarray, names: Sequence[str]) -> None:
    """One picture, with maps of an early and of a late layer."""
    count = early.shape[-1]
    figure, axes = new_figure(2, count + 1, (1.7 * (count + 1), 3.9))
    for row, maps, name in zip(axes, (early, late), names, strict=True):
        row[0].imshow(as_picture(picture))
        row[0].set_title(f"the picture, and\nmaps of the {name}", fontsize=9)
        for axis, index in zip(row[1:], range(count), strict=True):
            axis.imshow(maps[..., index], cmap="gray")
            axis.set_title(f"{maps.shape[0]}×{maps.shape[1]}", fontsize=9)
        for axis in row:
            axis.axis("off")
    show(
        figure,
        f"Above, {count} maps of {names[0]}, {early.shape[0]} by {early.shape[1]} values: outlines "
        f"of the animal can be recognised. Below, {count} maps of {names[1]}, {late.shape[0]} by "
        f"{late.shape[1]} values: coarse bright spots where a map found its feature.",
    )
