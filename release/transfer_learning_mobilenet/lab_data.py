"""What is known of the pictures: where they come from, what is in them, and what is doubtful."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from IPython.display import display

from lab_figures import grid, show
from lab_messages import say
from lab_pictures import record_of

_OPEN_IMAGES = re.compile(r"[0-9a-f]{16}")
_CARDS = {
    "photographs": (
        "Photographs of Open Images, a collection of pictures that people had put on Flickr. The "
        "name of each file is its id there. Open Images states a licence for each (CC BY 2.0 for "
        "most of them), which asks you to name the author when you pass a picture on: look the id "
        "up at storage.googleapis.com/openimages/web.",
        "'alpaca' means that Open Images lists the word alpaca for this picture. Alpacas, llamas, "
        "vicuñas and guanacos are near relatives and hard to tell apart, and many pictures with "
        "this label look like one of the other three. So what you train is a classifier for "
        "alpacas and their nearest relatives.",
        "'not alpaca' holds bears, giraffes, camels, ostriches and their kin, red pandas, "
        "armadillos, some toys, statues and drawings. In a look through all of them we found no "
        "sheep, no goat and no llama. What a model makes of those, no number in this lab says.",
    ),
    "drawn": (
        "Drawn by a program of this course: nobody's photographs, no licence to keep in mind, and "
        "no real animal either. What you learn about training holds for photographs, too; what "
        "you measure does not.",
        "The label is right by construction: the program knows what it drew. With real pictures "
        "nobody knows that.",
        "'alpaca' shows alpacas of several fleeces, colours and poses. 'not alpaca' shows, in the "
        "same scenes, what resembles them: sheep, goats, camels, ostriches and emus, dogs, horses, "
        "donkeys, cows, bushes, boulders, hay, and empty land.",
    ),
    "own": (
        "Pictures of a folder that this lab knows nothing of. Ask whoever made it: who took them, "
        "who may use them, who gave the labels, and what was left out?",
    ),
}


def source_kind(files: Sequence[str]) -> str:
    """``photographs``, ``drawn`` or ``own``, by the record beside the pictures or their names."""
    recorded = record_of().get("source")
    if recorded in ("openimages", "drawn"):
        return "drawn" if recorded == "drawn" else "photographs"
    ids = sum(bool(_OPEN_IMAGES.fullmatch(Path(file).stem)) for file in files)
    return "photographs" if files and ids > 0.9 * len(files) else "own"


def card(files: Sequence[str]) -> None:
    """Say where the pictures come from, what the labels mean, and what is in the classes."""
    counted = Counter(Path(file).parent.name for file in files)
    print("Counted: " + ", ".join(f"{n} {name}" for name, n in sorted(counted.items())) + ".")
    for heading, text in zip(
        ("Source", "Label", "Content"), _CARDS[source_kind(files)], strict=False
    ):
        say(f"\n{heading}: {text}")
    _say_credits(files)


def _say_credits(files: Sequence[str]) -> None:
    """Name a few authors where the course has a list of them."""
    listed = record_of().get("credits", {})
    credited = [file for file in files if "/".join(Path(file).parts[-2:]) in listed]
    if credited:
        few = [listed["/".join(Path(file).parts[-2:])] for file in credited[:3]]
        say(
            f"\nAuthors: CREDITS.csv beside the pictures names author, licence and page of "
            f"{len(credited)} of the {len(files)}, such as {'; '.join(few)}."
        )


class Audit(NamedTuple):
    """Pictures that are labelled a second time."""

    images: np.ndarray
    truth: np.ndarray
    class_names: tuple[str, ...]


def audit(dataset: Any, class_names: Sequence[str], count: int = 20) -> Audit:
    """Show ``count`` pictures with numbers in place of their labels."""
    images, truth = next(iter(dataset.unbatch().batch(count)))
    chosen = Audit(np.asarray(images), np.asarray(truth).astype(int).ravel(), tuple(class_names))
    numbers = [str(i) for i in range(1, len(chosen.truth) + 1)]
    show(
        grid(list(chosen.images), numbers, columns=5, cell=1.7),
        f"{len(numbers)} training pictures with the numbers 1 to {len(numbers)}, without labels.",
    )
    return chosen


def compare_audit(chosen: Audit, answers: str) -> None:
    """Set the reader's labels, a letter a picture, beside those of the data set."""
    given = [letter for letter in answers.lower() if letter in "an?"]
    total = len(chosen.truth)
    labels = "".join("an"[int(t)] for t in chosen.truth)
    if len(given) != total:
        said = f"{len(given)} answers for {total} pictures. " if given else ""
        say(
            f"{said}Put {total} letters between the quotes: a for alpaca, n for not alpaca, ? "
            "where you cannot say. Spaces and commas may stand between them."
        )
        display(_folded("Show the labels without an audit of my own", labels), raw=True)
        return
    doubt = [i for i, letter in enumerate(given) if letter == "?"]
    other = [i for i, letter in enumerate(given) if letter not in ("?", labels[i])]
    same = total - len(doubt) - len(other)
    print(f"Same label: {same} of {total}; another: {len(other)}; cannot say: {len(doubt)}.")
    for i in [*other, *doubt]:
        print(f"  picture {i + 1}: you say {given[i]}, the data set says {labels[i]}")
    if other or doubt:
        say(
            "Where a label is wrong, training teaches the wrong thing, and in the validation set "
            "a right answer is counted as a mistake."
        )


def _folded(summary: str, text: str) -> dict[str, str]:
    page = f"<details><summary>{html.escape(summary)}</summary><p>{text}</p></details>"
    return {"text/html": page, "text/plain": f"{summary}: {text}"}


def most_alike(
    pictures: tuple[Any, Any], features: tuple[np.ndarray, np.ndarray], count: int = 6
) -> None:
    """Show the validation pictures that have the most similar training picture, above it.

    Alike is what has similar features *and* similar colours in similar places; a mirror image
    counts as well. Pictures with another label are no candidates.

    Arguments:
        pictures: training and validation pictures (:class:`lab_features.Pictures`).
        features: their features.
    """
    train, held_out = pictures
    alike = _cosine(features[1], features[0], features[0].mean(0))
    small = [_thumbnails(each.images) for each in pictures]
    mirrored = _thumbnails(held_out.images[:, :, ::-1])
    alike += np.maximum(small[1] @ small[0].T, mirrored @ small[0].T)
    alike[held_out.truth[:, None] != train.truth[None]] = -np.inf
    found = np.argsort(-alike.max(1))[:count]
    pairs = [train.images[int(alike[i].argmax())] for i in found]
    shown = [*held_out.images[found], *pairs]
    names = [f"{word} {i + 1}" for word in ("validation", "training") for i in range(len(found))]
    show(
        grid(shown, names, columns=len(found), cell=1.6),
        f"{len(found)} validation pictures, and below each the training picture most like it.",
    )


def _cosine(a: np.ndarray, b: np.ndarray, middle: np.ndarray) -> np.ndarray:
    a, b = a - middle, b - middle
    lengths = [np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9) for x in (a, b)]
    return (a / lengths[0]) @ (b / lengths[1]).T


def _thumbnails(images: np.ndarray, size: int = 10) -> np.ndarray:
    """Coarse copies, flat, each with mean 0 and length 1: their products are correlations."""
    n, height, width, _ = images.shape
    rows = images[:, : height // size * size, : width // size * size]
    coarse = rows.reshape(n, size, height // size, size, width // size, 3).mean((2, 4))
    flat = coarse.reshape(n, -1) - coarse.reshape(n, -1).mean(1, keepdims=True)
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9)
