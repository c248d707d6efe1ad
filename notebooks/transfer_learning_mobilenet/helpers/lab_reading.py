"""From numbers to sentences: intervals, paired counts, and which of several sentences holds.

Nothing here knows Keras. The lab's conclusions are chosen by what a run measured, so that no text
beside a figure can say something else than the figure.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

Z95 = 1.959964  # of a normal distribution's values, 95 % lie within this many deviations


class Share(NamedTuple):
    """``right`` of ``total``, with the interval that so few pictures leave open."""

    right: int
    total: int

    @property
    def value(self) -> float:
        return self.right / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval (Wilson 1927), which stays within 0 and 1."""
        n, p = self.total, self.value
        if not n:
            return 0.0, 1.0
        middle = (p + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
        half = Z95 / (1 + Z95**2 / n) * math.sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2))
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.right} of {self.total} right, {self.value:.2f} ({low:.2f} to {high:.2f})"


def right_answers(logits: np.ndarray, truth: np.ndarray) -> Share:
    """How many logits are on the right side of 0, the border between the classes."""
    logits, truth = np.asarray(logits).ravel(), np.asarray(truth).ravel()
    return Share(int(np.sum((logits > 0) == (truth > 0))), len(truth))


def loss_of(logits: np.ndarray, truth: np.ndarray) -> float:
    """Mean binary cross-entropy of logits."""
    logits, truth = np.asarray(logits, float).ravel(), np.asarray(truth, float).ravel()
    return float(np.mean(np.logaddexp(0, logits) - truth * logits))


def coin_chance(one: int, other: int) -> float:
    """How often fair coins fall at least as one-sidedly as ``one`` to ``other`` (sign test)."""
    n, most = one + other, max(one, other)
    if not n:
        return 1.0
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(most, n + 1)) / 2**n)


def uneven_chance(wrong: int, others_wrong: int, total: int, others: int) -> float:
    """How often so many mistakes fall as unevenly on two classes, if both are equally hard.

    Fisher's exact test (Fisher 1935), the smaller tail doubled: ``wrong`` of ``total`` in one
    class, ``others_wrong`` of ``others`` in the other. Classes may differ in size.
    """
    mistaken, ways = wrong + others_wrong, math.comb(total + others, wrong + others_wrong)
    here = [math.comb(total, k) * math.comb(others, mistaken - k) for k in range(mistaken + 1)]
    return min(1.0, 2 * min(sum(here[: wrong + 1]), sum(here[wrong:])) / ways)


def paired(first: Sequence[bool], second: Sequence[bool], names: tuple[str, str]) -> str:
    """Which of two models got more of the *same* pictures right, and whether that says anything."""
    a, b = np.asarray(first, bool), np.asarray(second, bool)
    only_a, only_b = int(np.sum(a & ~b)), int(np.sum(b & ~a))
    said = (
        f"Of the same {len(a)} pictures, {only_b} are right only {names[1]} and {only_a} only "
        f"{names[0]}."
    )
    if not only_a + only_b:
        return f"Both get the same pictures right: {int(a.sum())} of {len(a)}."
    chance = coin_chance(only_a, only_b)
    if chance < 0.05:
        cases = f"{chance:.1%}" if chance >= 0.001 else "less than 0.1%"
        return f"{said} Tossed coins would be so one-sided in {cases} of cases: a difference."
    return (
        f"{said} Tossed coins are at least as one-sided in {chance:.0%} of cases: these pictures "
        "are too few to tell the two apart by right answers."
    )


def share_of_gain(start: float, stayed: float, tuned: float) -> float:
    """How much of fine-tuning's gain in loss the control has, too; 1 where it has all of it."""
    gain = start - tuned
    return min(1.0, max(0.0, (start - stayed) / gain)) if gain > 0 else 1.0


def branches(start: float, stayed: float, tuned: float) -> str:
    """What the losses of two branches with one start say about fine-tuning.

    Arguments:
        start: loss where the branches part.
        stayed: loss of the branch that went on frozen, after as many epochs as the other.
        tuned: loss of the branch that was fine-tuned.
    """
    more, all_of_it = start - stayed, start - tuned
    share = share_of_gain(start, stayed, tuned)
    if all_of_it <= 0 and more <= 0:
        return "Neither branch ends below where it began: nothing was gained by more epochs."
    if stayed <= tuned:
        return (
            f"Going on frozen lowers the loss by {more:.2f}, fine-tuning by {all_of_it:.2f}. In "
            "this run fine-tuning gains nothing that more training would not have gained."
        )
    if more <= 0:
        return (
            f"Fine-tuning lowers the loss by {all_of_it:.2f}; going on frozen does not lower it. "
            "In this run all of the gain is fine-tuning's."
        )
    return (
        f"Fine-tuning lowers the loss by {all_of_it:.2f}, going on frozen by {more:.2f}. So "
        f"{share:.0%} of the gain would have come with more training alone; the rest "
        "is fine-tuning's."
    )


def lower_line(stayed: Sequence[float], tuned: Sequence[float]) -> str:
    """After how many epochs the fine-tuned branch had the lower loss: one end may be luck."""
    ahead = sum(t < s for s, t in zip(stayed, tuned, strict=True))
    said = f"Fine-tuned is the lower line after {ahead} of {len(tuned)} epochs"
    if 0 < ahead < len(tuned):
        return f"{said}: which is ahead depends on where one stops."
    return f"{said}."


def prefetching(reading: float, without: float, ahead: float) -> str:
    """What a step's time says of prefetching, if the step's own work is as long as ``reading``.

    Arguments:
        reading: time to read a batch.
        without: time of a step that reads first and works then.
        ahead: time of a step whose batch was read during the one before.
    """
    expected = 2 * reading
    if not 0.7 * expected < without < 1.5 * expected:
        return (
            f"Reading and pause make {expected:.1f} ms, but a step without prefetching took "
            f"{without:.1f} ms: this computer had other work meanwhile. Run the cell again."
        )
    if ahead > 0.9 * without:
        return "Prefetching gains next to nothing here: no core was free to read ahead."
    return f"With prefetching a step takes {ahead / without:.0%} of its time without."


def augmentation(losses: Mapping[str, float]) -> str:
    """Which augmentation had the lowest loss, and what the first (none) and the last cost."""
    first, *_, last = losses
    best = min(losses, key=lambda name: losses[name])
    if losses[best] > 0.9 * losses[first]:
        said = f"No augmentation lowers the loss by a tenth: '{first}' {losses[first]:.2f}, "
        said += f"the lowest is '{best}' with {losses[best]:.2f}."
    else:
        said = f"'{best}' is best: loss {losses[best]:.2f} instead of {losses[first]:.2f}."
    ratio = losses[last] / losses[first]
    if ratio > 1.1:
        return f"{said} '{last}' hurts: its loss is {ratio:.1f} times that of '{first}'."
    return f"{said} '{last}' does no harm here: its loss is {ratio:.1f} times that of '{first}'."


def learning_rates(runs: Mapping[float, Sequence[Sequence[float]]]) -> list[str]:
    """One sentence for each rate, and one on which of them ended best how often."""
    said = []
    orders = min(map(len, runs.values()))
    for rate, losses in runs.items():
        lower = sum(each[-1] < each[0] for each in losses)
        steady = sum(all(b < a for a, b in itertools.pairwise(each)) for each in losses)
        ends = [each[-1] for each in losses]
        said.append(
            f"learning rate {rate:g}: loss {losses[0][0]:.2f} -> {min(ends):.2f} to "
            f"{max(ends):.2f}; below its start in {lower} of {orders} orders, better at every step "
            f"in {steady}"
        )
    best = [min(runs, key=lambda rate: runs[rate][i][-1]) for i in range(orders)]
    worst = [max(runs, key=lambda rate: runs[rate][i][-1]) for i in range(orders)]
    counted = ", ".join(f"{rate:g} in {best.count(rate)}" for rate in runs if rate in best)
    last = ", ".join(f"{rate:g} in {worst.count(rate)}" for rate in runs if rate in worst)
    return [*said, f"Best at the end: {counted} of {orders} orders. Worst: {last}."]


def mistakes(names: Sequence[str], truth: np.ndarray, said: np.ndarray) -> str:
    """Whether one class is mistaken more often than the other, as far as the counts can say."""
    truth, said = np.asarray(truth), np.asarray(said)
    wrong = [int(np.sum((truth == c) & (said != c))) for c in (0, 1)]
    total = [int(np.sum(truth == c)) for c in (0, 1)]
    counted = f"{wrong[0]} of {total[0]} {names[0]} and {wrong[1]} of {total[1]} {names[1]}"
    if not sum(wrong):
        return "No mistake at all: nothing to say about which class is harder."
    if uneven_chance(*wrong, *total) < 0.05:
        more = names[int(wrong[1] * total[0] > wrong[0] * total[1])]
        return f"Wrong are {counted}: here '{more}' is harder."
    return f"Wrong are {counted}: too few mistakes to say that one class is harder."
