"""Figures that read a trained model: probabilities, mistakes, and what it looked at."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import keras
import numpy as np

from lab_figures import BLUE, GREY, INK, as_picture, new_figure, show
from lab_messages import say
from lab_models import part, require
from lab_reading import mistakes, right_answers


def sigmoid_figure() -> None:
    """The sigmoid from -6 to 6, with three logits marked."""
    figure, axes = new_figure(1, 1, (6, 2.8))
    axis = axes[0, 0]
    x = np.linspace(-6, 6, 200)
    axis.plot(x, 1 / (1 + np.exp(-x)), color=BLUE)
    for logit in (-2, 0, 2):
        p = 1 / (1 + np.exp(-logit))
        axis.plot(logit, p, "o", color=INK)
        axis.annotate(f"{logit} → {p:.2f}", (logit, p), (6, -12), textcoords="offset points")
    axis.set_xlabel("logit (what the model puts out)")
    axis.set_ylabel("probability")
    show(
        figure,
        "An S-shaped curve from probability 0 at the left to 1 at the right. A logit of -2 is "
        "0.12, of 0 is 0.50, of 2 is 0.88.",
    )


def two_borders(model: Any, dataset: Any) -> None:
    """How many answers are right with logits cut at 0, and with logits cut at 0.5."""
    found = Predictions(model, dataset, ("", ""))
    shares = [right_answers(found.logits - border, found.truth) for border in (0.0, 0.5)]
    between = int(np.sum((found.logits > 0) & (found.logits <= 0.5)))
    print(f"logit cut at 0:   {shares[0]} with the 95 % interval")
    print(f"logit cut at 0.5: {shares[1]}; {between} logits lie between the two")


class Predictions:
    """What a model says about a data set, next to the truth."""

    def __init__(self, model: Any, dataset: Any, class_names: Sequence[str]) -> None:
        require(model)
        images, labels = [], []
        for batch, truth in dataset:
            images.append(np.asarray(batch))
            labels.append(np.asarray(truth))
        self.images = np.concatenate(images)
        self.truth = np.concatenate(labels).astype(int)
        self.class_names = list(class_names)
        # Without training=False the random layers inside would augment: that is their default.
        outputs = [np.asarray(model(x, training=False)) for x in images]
        self.logits = np.concatenate(outputs).reshape(-1)
        self.probability = np.asarray(keras.ops.sigmoid(self.logits))
        self.said = (self.probability > 0.5).astype(int)

    @property
    def mistakes(self) -> np.ndarray:
        """Indices of wrong answers, the surest first."""
        wrong = np.flatnonzero(self.said != self.truth)
        return wrong[np.argsort(-np.abs(self.probability[wrong] - 0.5))]

    @property
    def surest_right(self) -> list[int]:
        """Indices of right answers, the surest first, the classes taking turns."""
        right = np.flatnonzero(self.said == self.truth)
        ordered = right[np.argsort(-np.abs(self.logits[right]))]
        by_class = [[i for i in ordered if self.truth[i] == c] for c in (0, 1)]
        turns = zip_longest(*by_class)
        return [i for turn in turns for i in turn if i is not None]

    def caption(self, index: int) -> str:
        said, truth = self.class_names[self.said[index]], self.class_names[self.truth[index]]
        sure = self.probability[index] if self.said[index] else 1 - self.probability[index]
        mark = "✓" if said == truth else "✗"
        return f"{mark} said {said} ({sure:.0%})\nis {truth}"


def gallery(predictions: Predictions, count: int = 9, columns: int = 3) -> None:
    """Pictures with prediction and truth: the mistakes, then the least sure ones."""
    unsure = np.argsort(np.abs(predictions.probability - 0.5))
    right = [i for i in unsure if i not in set(predictions.mistakes)]
    chosen = [*predictions.mistakes, *right][:count]
    rows = -(-len(chosen) // columns)
    figure, axes = new_figure(rows, columns, (2.5 * columns, 2.95 * rows))
    for axis in axes.flat:
        axis.axis("off")
    for axis, index in zip(axes.flat, chosen, strict=False):
        axis.imshow(as_picture(predictions.images[index]))
        axis.set_title(predictions.caption(index), fontsize=9)
    wrong = min(len(predictions.mistakes), count)
    listed = "; ".join(predictions.caption(i).replace("\n", ", ") for i in chosen)
    show(figure, f"{len(chosen)} validation pictures, {wrong} of them mistakes, first: {listed}.")


def confusion_matrix(predictions: Predictions) -> None:
    """Counts of each pair of truth and answer."""
    names = predictions.class_names
    counts = np.zeros((2, 2), int)
    np.add.at(counts, (predictions.truth, predictions.said), 1)
    figure, axes = new_figure(1, 1, (4.2, 3.2))
    axis = axes[0, 0]
    axis.imshow(counts, cmap="Blues", vmin=0, vmax=max(1, int(counts.max()) * 1.6))
    for (row, column), count in np.ndenumerate(counts):
        word = "right" if row == column else "wrong"
        axis.text(column, row, f"{count}\n{word}", ha="center", va="center", fontsize=12)
    axis.set_xticks([0, 1], [f"said\n{n}" for n in names])
    axis.set_yticks([0, 1], [f"is {n}" for n in names])
    axis.spines[:].set_visible(False)
    axis.tick_params(length=0)
    listed = "; ".join(
        f"{counts[i, j]} are {names[i]} and were called {names[j]}" for i in (0, 1) for j in (0, 1)
    )
    show(figure, f"Confusion matrix of {counts.sum()} validation pictures: {listed}.")
    print(right_answers(predictions.logits, predictions.truth), "with the 95 % interval")
    say(mistakes(names, predictions.truth, predictions.said))


def calibration(predictions: Predictions, bins: int = 5) -> None:
    """How often pictures with about the same predicted probability really are of class 1."""
    edges = np.linspace(0, 1, bins + 1)
    which = np.clip(np.digitize(predictions.probability, edges) - 1, 0, bins - 1)
    filled = [b for b in range(bins) if np.any(which == b)]
    said = [float(predictions.probability[which == b].mean()) for b in filled]
    true = [float(predictions.truth[which == b].mean()) for b in filled]
    counts = [int(np.sum(which == b)) for b in filled]
    figure, axes = new_figure(1, 1, (5, 3.6))
    axis = axes[0, 0]
    axis.plot([0, 1], [0, 1], color=GREY, ls="--", label="perfectly calibrated")
    axis.plot(said, true, color=BLUE, marker="o", label="this model")
    # Above the plot, where no line runs.
    for x, n in zip(said, counts, strict=True):
        axis.text(x, 1.03, f"n={n}", transform=axis.get_xaxis_transform(), fontsize=9, ha="center")
    axis.set_ylim(-0.03, 1.03)
    name = predictions.class_names[1]
    axis.set_xlabel(f"predicted probability of '{name}'")
    axis.set_ylabel(f"share that is '{name}'")
    axis.legend(frameon=False, loc="lower right")
    listed = "; ".join(
        f"{n} picture{'s' * (n != 1)} predicted {x:.2f} on average, share that is: {y:.2f}"
        for x, y, n in zip(said, true, counts, strict=True)
    )
    show(figure, f"Calibration for '{name}', beside the diagonal of a perfect one: {listed}.")


def grad_cam(model: Any, images: np.ndarray) -> np.ndarray | None:
    """Where the evidence for the model's answer lies, from 0 to 1, one map a picture.

    Grad-CAM (Selvaraju et al. 2017): the last feature maps, each weighted by the mean gradient of
    the answer with respect to it. None for a model without a pooling layer of its own.
    """
    import tensorflow as tf

    pools = [x for x in model.layers if isinstance(x, keras.layers.GlobalAveragePooling2D)]
    if not pools:
        return None
    probe = part(model, [pools[-1].input, model.output])
    with tf.GradientTape() as tape:
        maps, logits = probe(tf.convert_to_tensor(images), training=False)
        # The logit speaks for class 1; for pictures called class 0 its negative does.
        answer = tf.reduce_sum(tf.abs(logits))
    weights = tf.reduce_mean(tape.gradient(answer, maps), axis=(1, 2), keepdims=True)
    heat = np.asarray(tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1)))
    return heat / np.maximum(heat.max(axis=(1, 2), keepdims=True), 1e-9)


def grad_cam_figure(predictions: Predictions, model: Any, count: int = 6) -> None:
    """Mistakes first, then the surest right answers of both classes."""
    chosen = [*predictions.mistakes[: count // 3], *predictions.surest_right][:count]
    images = predictions.images[chosen]
    heat = grad_cam(model, images)
    if heat is None:
        print("No Grad-CAM: this model pools inside the pretrained network, out of its reach.")
        return
    evidence_figure(images, [predictions.caption(i) for i in chosen], heat)


def evidence_figure(images: np.ndarray, captions: Sequence[str], heat: np.ndarray | None) -> None:
    """Pictures above; below each the same, washed out but for what spoke for the answer."""
    rows = 1 if heat is None else 2
    figure, axes = new_figure(rows, len(images), (max(2.0 * len(images), 4), 2.4 * rows + 0.3))
    size = images.shape[1:3]
    for column, (image, caption) in enumerate(zip(images, captions, strict=True)):
        picture = as_picture(image)
        axes[0, column].imshow(picture)
        axes[0, column].set_title(caption, fontsize=8)
        if heat is not None:
            axes[1, column].imshow(_lit(picture, heat[column], size))
    for axis in axes.flat:
        axis.axis("off")
    listed = "; ".join(caption.replace("\n", ", ") for caption in captions)
    if heat is None:
        show(figure, f"{len(images)} pictures with the model's answers: {listed}.")
        return
    axes[1, 0].set_title("in colour: what counted", fontsize=8)
    show(
        figure,
        f"{len(images)} pictures ({listed}) and below each the same picture, washed out but for "
        f"the regions that spoke for the model's answer: {_places(heat)}.",
    )


def _lit(picture: np.ndarray, heat: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """The picture in grey on white, as far as nothing counted there, and in colour where it did.

    Darkening alone hides dark animals; what did not count is washed out instead.
    """
    mask = np.clip(np.asarray(keras.ops.image.resize(heat[..., None], size))[..., :1], 0, 1)
    grey = 200 + 0.2 * picture.mean(axis=-1, keepdims=True)
    return as_picture(mask * picture + (1 - mask) * grey)


def _places(heat: np.ndarray) -> str:
    rows, columns = ("top", "middle", "bottom"), ("left", "centre", "right")
    texts = []
    for one in heat:
        y, x = np.unravel_index(int(one.argmax()), one.shape)
        row, column = rows[3 * y // one.shape[0]], columns[3 * x // one.shape[1]]
        texts.append(f"strongest at {row} {column}")
    return "; ".join(texts)
