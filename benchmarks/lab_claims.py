"""Which of the lab's claims hold, over several seeds: for the split and for all chance in training.

    python -m benchmarks.lab_claims [--pictures FOLDER] [--seeds 10] [--json]

Each seed is a process of its own that executes the solved lab's cells, figures left out, with that
seed in place of the lab's own. What a claim needs beyond these cells (the same fine-tuning with
normalization frozen) is trained from the lab's own fork. About a minute and a half a seed on two
idle cores; a seed that is known already is not run again while ``--kept FILE`` holds it.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from alpaca_course.assets.weights import ensure_weights
from alpaca_course.authoring.script import grade_id
from alpaca_course.contract.regions import HIDDEN_TESTS
from alpaca_course.course import Course
from benchmarks import course as bench
from benchmarks import machine
from benchmarks.timing import note, table

SEED = "42"  # the lab's own, in its first cell and in the two calls that split the pictures
SEEDED = ("packages", "datasets")
# Lesson cells that make what the claims are about.
MADE_BY = (
    "import lab_branches",
    "lab_experiments.step_times(",
    "lab_models.pretrained_network(",
    "lab_eyes.whose_eyes(",
    "lab_eyes.augmentations(",
    "history = model2.fit(",
    "lab_experiments.learning_rate_runs(",
    "lab_branches.fork(",
    "history_fine = model2.fit(",
    "lab_branches.fine_tuned(",
    "lab_branches.moved_statistics(",
)
Measured = Mapping[str, Any]


class Claim(NamedTuple):
    """A sentence of the lab, when it holds, and the number that goes with it."""

    cell: str
    sentence: str
    holds: Callable[[Measured], bool]
    number: Callable[[Measured], float]
    unit: str


def _loss(group: str, name: str) -> Callable[[Measured], float]:
    return lambda m: float(m[group][name]["loss"])


def _right(group: str, name: str) -> Callable[[Measured], float]:
    return lambda m: m[group][name]["right"] / m["pictures"]


def _share_of_gain(m: Measured) -> float:
    """How much of fine-tuning's gain the control has, too; all of it where there is no gain."""
    start = m["frozen"][-1]
    gain = start - m["tuned"]["loss"]
    return float((start - m["stayed"]["loss"]) / gain) if gain > 0 else 1.0


RATES = ("0.0001", "0.001", "0.01")
FED_RIGHT, FED_RAW = "pretrained, fed -1 to 1", "pretrained, fed 0 to 255"
RANDOM, PIXELS = "random weights", "16×16 pixels, no network"
CLAIMS = (
    Claim(
        "3.1",
        "with prefetch a step takes less than without",
        lambda m: m["steps"]["with prefetch"] < m["steps"]["without prefetch"],
        lambda m: m["steps"]["with prefetch"] / m["steps"]["without prefetch"],
        "with / without",
    ),
    Claim(
        "6.4",
        "pretrained features, fed right, beat random weights and pixels by 0.15 and more",
        lambda m: (
            min(_right("eyes", FED_RIGHT)(m) - _right("eyes", n)(m) for n in (RANDOM, PIXELS))
            >= 0.15
        ),
        _right("eyes", FED_RIGHT),
        "share right",
    ),
    Claim(
        "6.4",
        "the wrong range of values costs 0.15 and more",
        lambda m: _right("eyes", FED_RIGHT)(m) - _right("eyes", FED_RAW)(m) >= 0.15,
        _right("eyes", FED_RAW),
        "share right, raw",
    ),
    Claim(
        "6.5",
        "flip with ±72° has a higher loss than no augmentation",
        lambda m: _loss("augmented", "flip, ±72°")(m) > _loss("augmented", "none")(m),
        lambda m: _loss("augmented", "flip, ±72°")(m) / _loss("augmented", "none")(m),
        "loss / loss without",
    ),
    Claim(
        "6.5",
        "no augmentation lowers the loss by a tenth",
        lambda m: (
            min(each["loss"] for each in m["augmented"].values())
            > 0.9 * _loss("augmented", "none")(m)
        ),
        lambda m: (
            min(each["loss"] for each in m["augmented"].values()) / _loss("augmented", "none")(m)
        ),
        "lowest / without",
    ),
    Claim(
        "7.1",
        "validation loss still falls at epoch 5",
        lambda m: m["frozen"][-1] < m["frozen"][-2],
        lambda m: m["frozen"][-1],
        "loss",
    ),
    Claim(
        "8.1",
        "0.0001 ends below its start in every order",
        lambda m: all(run[-1] < run[0] for run in m["rates"]["0.0001"]),
        lambda m: statistics.median(run[-1] / run[0] for run in m["rates"]["0.0001"]),
        "end / start",
    ),
    Claim(
        "8.1",
        "0.0001 improves at every step but one at most",
        lambda m: all(_steps_up(run) <= 1 for run in m["rates"]["0.0001"]),
        lambda m: max(map(_steps_up, m["rates"]["0.0001"])),
        "steps up",
    ),
    Claim(
        "8.1",
        "0.01 ends worst in every order",
        lambda m: all(_worst(m, i) == "0.01" for i in range(len(m["rates"]["0.01"]))),
        lambda m: statistics.median(run[-1] / run[0] for run in m["rates"]["0.01"]),
        "end / start",
    ),
    Claim(
        "8.2",
        "going on frozen lowers the loss",
        lambda m: m["stayed"]["loss"] < m["frozen"][-1],
        lambda m: m["stayed"]["loss"],
        "loss",
    ),
    Claim(
        "8.2",
        "fine-tuning lowers the loss by more than going on frozen",
        lambda m: m["tuned"]["loss"] < m["stayed"]["loss"],
        lambda m: m["tuned"]["loss"],
        "loss",
    ),
    Claim(
        "8.2",
        "more training alone is over a fifth of fine-tuning's gain",
        lambda m: _share_of_gain(m) > 0.2,
        _share_of_gain,
        "share of the gain",
    ),
    Claim(
        "8.2",
        "fine-tuned gets no fewer right than frozen",
        lambda m: m["tuned"]["right"] >= m["stayed"]["right"],
        lambda m: (m["tuned"]["right"] - m["stayed"]["right"]) / m["pictures"],
        "share more right",
    ),
    Claim(
        "8.2",
        "the intervals of the two shares overlap",
        lambda m: m["tuned"]["low"] <= m["stayed"]["high"],
        lambda m: m["tuned"]["low"] - m["stayed"]["high"],
        "gap",
    ),
    Claim(
        "8.2",
        "statistics of 12 of 52 normalization layers move",
        lambda m: m["moved"] == [12, 52],
        lambda m: m["moved"][0],
        "layers",
    ),
    Claim(
        "8.2, 12",
        "frozen normalization makes no difference of 2 pictures and more",
        lambda m: abs(m["norms_frozen"]["right"] - m["tuned"]["right"]) < 2,
        lambda m: m["norms_frozen"]["loss"] - m["tuned"]["loss"],
        "loss more",
    ),
)


def _steps_up(run: list[float]) -> int:
    return sum(b >= a for a, b in itertools.pairwise(run))


def _worst(measured: Measured, order: int) -> str:
    return max(RATES, key=lambda rate: measured["rates"][rate][order][-1])


def cells(course: Course, seed: int) -> list[str]:
    """The code that is executed, in order: what graded cells build on, these, and :data:`MADE_BY`.

    Raises:
        AssertionError: the lab has no such cell any more, or no such seed in it.
    """
    notebook = nbformat.read(bench.lab_of(course).instructor_notebook, as_version=4)
    found, left = [], set(MADE_BY)
    for cell in notebook.cells:
        name, source = grade_id(cell), HIDDEN_TESTS.outside(cell.source)
        if cell.cell_type != "code" or (name or "").startswith("test_"):
            continue
        made = {each for each in left if each in source}
        left -= made
        if name in SEEDED:
            assert SEED in source, f"{name} has no seed {SEED}"
            source = source.replace(SEED, str(seed))
        if name or made:
            found.append(source)
    assert not left, f"the lab has no cell with {left}"
    return found


def measure(course: Course, seed: int) -> dict[str, Any]:
    """Execute the cells with ``seed`` and take the numbers out of what they leave."""
    sys.path.insert(0, str(bench.lab_of(course).source))
    names: dict[str, Any] = {"__name__": "__main__"}
    # Somewhere else: the lab prefers a folder of pictures where it runs.
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        with contextlib.redirect_stdout(io.StringIO()):
            for source in cells(course, seed):
                exec(compile(source, "<lab>", "exec"), names)
    reading = sys.modules["lab_reading"]
    truth = names["fork"].held_out.truth

    def numbers(share: Any, loss: float) -> dict[str, float]:
        low, high = share.interval
        return {"right": share.right, "loss": float(loss), "low": low, "high": high}

    def branch(found: Any) -> dict[str, float]:
        share = reading.right_answers(found.logits, truth)
        return numbers(share, reading.loss_of(found.logits, truth))

    return {
        "pictures": len(truth),
        "steps": names["times"],
        "eyes": {k: numbers(*each) for k, each in names["eyes"].results.items()},
        "augmented": {k: numbers(*each) for k, each in names["augmented"].items()},
        "frozen": list(names["history"].history["val_loss"]),
        "rates": {f"{rate:g}": runs for rate, runs in names["runs"].items()},
        "stayed": branch(names["stayed_frozen"]),
        "tuned": branch(names["fine_tuned"]),
        "moved": [names["moved"], names["total"]],
        "norms_frozen": branch(_with_norms_frozen(names)),
    }


def _with_norms_frozen(names: dict[str, Any]) -> Any:
    """The same fine-tuning from the same fork, with all normalization layers frozen."""
    branches, models = sys.modules["lab_branches"], sys.modules["lab_models"]
    model, keras = names["model2"], names["tf"].keras
    start = branches.fork(model, names["history"], names["validation_dataset"])
    for norm in models.batch_norms(names["base_model"]):
        norm.trainable = False
    model.compile(
        optimizer=keras.optimizers.Adam(0.1 * names["base_learning_rate"]),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
    )
    models.make_ready(model)
    history = model.fit(
        names["train_dataset"],
        validation_data=names["validation_dataset"],
        epochs=names["fine_tune_epochs"],
        shuffle=False,
        verbose=0,
    )
    return branches.fine_tuned(start, model, history)


def all_seeds(course: Course, pictures: Path, seeds: int, kept: Path | None) -> list[Measured]:
    """Measure each seed in a process of its own."""
    known = json.loads(kept.read_text(encoding="utf-8")) if kept and kept.is_file() else {}
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ALPACA", "NBGRADER"))}
    for seed in range(1, seeds + 1):
        if str(seed) in known:
            continue
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.lab_claims", "--one", str(seed)],
            env={
                **environment,
                "ALPACA_DATASET": str(pictures),
                "KERAS_HOME": str(course.keras_home),
                "MPLBACKEND": "agg",
            },
            cwd=course.root,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        known[str(seed)] = json.loads(done.stdout.splitlines()[-1])
        note(f"seed {seed} of {seeds}")
        if kept:
            kept.write_text(json.dumps(known), encoding="utf-8")
    return [known[str(seed)] for seed in range(1, seeds + 1)]


def rows(measured: list[Measured]) -> list[list[str]]:
    """One row for each claim: where it is shown, in how many seeds it held, its number."""
    found = []
    for claim in CLAIMS:
        held = sum(claim.holds(each) for each in measured)
        values = [claim.number(each) for each in measured]
        spread = f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
        found.append(
            [claim.cell, claim.sentence, f"{held} of {len(measured)}", f"{spread} {claim.unit}"]
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pictures", type=Path, help="folder with `alpaca` and `not alpaca`")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--kept", type=Path, help="JSON file that keeps what was measured")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    parser.add_argument("--one", type=int, help="measure this seed and print it")
    options = parser.parse_args()
    course = Course.find()
    if options.one is not None:
        print(json.dumps(measure(course, options.one)))
        return
    pictures = (options.pictures or bench.pictures(course)).resolve()
    if not any(pictures.glob("alpaca/*.jpg")):
        sys.exit(f"No pictures in {pictures}: name a folder with --pictures, or run `alpaca data`.")
    ensure_weights(course, say=note)
    measured = all_seeds(course, pictures, options.seeds, options.kept)
    facts = machine.describe()
    if options.json:
        print(json.dumps({"machine": facts, "seeds": measured}, indent=2))
        return
    count = len(list(pictures.glob("*/*.jpg")))
    print(f"{machine.text(facts)}\n{count} pictures\n")
    print(table(["cell", "claim", "held in", "middle (lowest to highest)"], rows(measured)))


if __name__ == "__main__":
    main()
