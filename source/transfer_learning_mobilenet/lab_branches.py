"""Two branches from one start: one goes on frozen, the other is fine-tuned.

Without the first, nobody can say what fine-tuning gained: the model would have improved anyway.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import keras
import numpy as np

from lab_features import (
    Anatomy,
    Head,
    Pictures,
    anatomy,
    batches,
    extractor,
    in_memory,
    train_head,
)
from lab_figures import BLUE, GREY, INK, ORANGE, new_figure, show, within_one
from lab_messages import say
from lab_models import batch_norms, require
from lab_reading import (
    Share,
    branches,
    loss_of,
    lower_line,
    paired,
    right_answers,
    share_of_gain,
)


class Branch(NamedTuple):
    """Held-out loss after each epoch, and the logits at the end."""

    losses: list[float]
    logits: np.ndarray


class Fork(NamedTuple):
    """Where the branches part: weights, held-out pictures, and what came before."""

    weights: list[np.ndarray]
    held_out: Pictures
    before: Branch


# By the frozen training's history, so that a cell that runs again starts at the same place.
_forks: dict[int, tuple[Any, Fork]] = {}


def fork(model: Any, history: Any, held_out: Any) -> Fork:
    """Keep the weights that the frozen training left; the second time, put them back.

    Arguments:
        history: what the frozen training's ``fit`` returned.
        held_out: the data set of validation pictures.
    """
    require(model)
    kept = _forks.get(id(history))
    if kept is not None and [w.shape for w in kept[1].weights] == [
        w.shape for w in model.get_weights()
    ]:
        model.set_weights(kept[1].weights)
        return kept[1]
    pictures = in_memory(held_out)
    before = Branch(list(history.history["val_loss"]), logits_of(model, pictures.images))
    made = Fork(model.get_weights(), pictures, before)
    _forks[id(history)] = history, made
    return made


def logits_of(model: Any, images: np.ndarray) -> np.ndarray:
    """The model's answers, in inference mode."""
    answers = [np.asarray(model(x, training=False)) for x in batches(images)]
    return np.concatenate(answers).ravel()


def stay_frozen(start: Fork, model: Any, optimizer: Any, train: Any, epochs: int) -> Branch:
    """Train the head on for ``epochs`` epochs, the network frozen; ``model`` stays as it is.

    The pictures are augmented anew for each epoch, as ``fit`` does it. Only their way through the
    network is not repeated, since a frozen network has nothing to learn from it.

    Arguments:
        optimizer: the one that has trained the head until now, which goes on where it stopped.
    """
    parts = anatomy(model)
    features = extractor(parts.network)
    pictures = in_memory(train)
    draws = [features(_augmented(parts, pictures.images)) for _ in range(epochs)]
    seen = features(np.asarray(parts.before(start.held_out.images, training=False)))
    losses: list[float] = []
    head = train_head(
        Head.of(parts.head, optimizer),
        draws,
        pictures.truth,
        epochs=epochs,
        rate=float(np.asarray(optimizer.learning_rate)),
        dropout=parts.dropout,
        after=lambda h: losses.append(loss_of(h.logits(seen), start.held_out.truth)),
    )
    return Branch(losses, head.logits(seen))


def _augmented(parts: Anatomy, images: np.ndarray) -> np.ndarray:
    drawn = [np.asarray(parts.before(x, training=True)) for x in batches(images)]
    return np.concatenate(drawn)


def fine_tuned(start: Fork, model: Any, history: Any) -> Branch:
    """The branch that ``fit`` has just trained."""
    return Branch(list(history.history["val_loss"]), logits_of(model, start.held_out.images))


def compare(start: Fork, stayed: Branch, tuned: Branch) -> float:
    """One figure with both branches, and what its numbers say; the control's share of the gain."""
    figure, axes = new_figure(1, 2, (9.4, 3.6))
    _draw_losses(axes[0, 0], start, stayed, tuned)
    shares = {
        "before": right_answers(start.before.logits, start.held_out.truth),
        "stayed frozen": right_answers(stayed.logits, start.held_out.truth),
        "fine-tuned": right_answers(tuned.logits, start.held_out.truth),
    }
    _draw_shares(axes[0, 1], shares)
    losses = [b.losses[-1] for b in (start.before, stayed, tuned)]
    show(
        figure,
        f"Left: validation loss over {len(start.before.losses)} frozen epochs, down to "
        f"{losses[0]:.2f}; from there two lines, to {losses[1]:.2f} where the network stayed "
        f"frozen and to {losses[2]:.2f} where it was fine-tuned. Right: right answers with 95 % "
        "intervals. " + "; ".join(f"{name}: {share}" for name, share in shares.items()) + ".",
    )
    for (name, share), loss in zip(shares.items(), losses, strict=True):
        print(f"{name:14} loss {loss:.2f}, {share}")
    say("\n" + branches(*losses))
    say(lower_line(stayed.losses, tuned.losses))
    truth = start.held_out.truth > 0
    right = [(b.logits > 0) == truth for b in (stayed, tuned)]
    say(paired(right[0], right[1], ("when it stayed frozen", "when it was fine-tuned")))
    return share_of_gain(*losses)


def _draw_losses(axis: Any, start: Fork, stayed: Branch, tuned: Branch) -> None:
    done = len(start.before.losses)
    axis.plot(range(1, done + 1), start.before.losses, color=GREY, marker="o", label="frozen")
    styles = ((stayed, "--", "s", BLUE, "stays frozen"), (tuned, "-", "^", ORANGE, "fine-tuned"))
    for branch, dashes, marker, colour, name in styles:
        epochs = range(done, done + len(branch.losses) + 1)
        values = [start.before.losses[-1], *branch.losses]
        axis.plot(epochs, values, ls=dashes, marker=marker, color=colour, label=name)
    axis.axvline(done, color=GREY, ls=":")
    axis.set_xticks(range(1, done + max(len(stayed.losses), len(tuned.losses)) + 1))
    axis.set_ylim(bottom=0)
    axis.set_xlabel("epoch")
    axis.set_title("loss on validation pictures")
    axis.legend(frameon=False)


def _draw_shares(axis: Any, shares: dict[str, Share]) -> None:
    for place, (share, colour) in enumerate(
        zip(shares.values(), (GREY, BLUE, ORANGE), strict=True)
    ):
        low, high = share.interval
        axis.plot([low, high], [place, place], color=colour, lw=3, solid_capstyle="butt")
        axis.plot(share.value, place, "o", color=INK)
        axis.annotate(
            f"{share.right} of {share.total}",
            (share.value, place),
            (0, 8),
            textcoords="offset points",
            ha="center",
            fontsize=9,
        )
    axis.set_yticks(range(len(shares)), list(shares))
    axis.set_ylim(len(shares) - 0.5, -0.7)
    within_one(axis)
    axis.set_title("share right, with 95 % interval")


def moved_statistics(start: Fork, model: keras.Model, network: keras.Model) -> tuple[int, int]:
    """How many BatchNormalization layers of ``network`` changed their statistics since the fork."""
    before = {id(v): w for v, w in zip(model.weights, start.weights, strict=True)}
    norms = batch_norms(network)
    moved = sum(
        not np.array_equal(before[id(n.moving_mean)], np.asarray(n.moving_mean)) for n in norms
    )
    return moved, len(norms)
