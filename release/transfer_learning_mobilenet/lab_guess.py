"""Guesses that answer back: choices to click, what each would mean, and later the run's number.

Nothing is graded, sent or saved: a guess is forgotten with the kernel. Without ipywidgets, or
where a page shows no widgets, the choices are text, and the answer is folded below the result.
"""

from __future__ import annotations

import html
from typing import Any, NamedTuple

from lab_messages import say
from lab_widgets import show_or_say


class Choice(NamedTuple):
    """A choice, and what is said to who takes it."""

    text: str
    feedback: str


QUESTIONS: dict[str, tuple[Choice, ...]] = {
    "overlap": (
        Choice("none", "That would be so if the last 20 % were the same files for every seed."),
        Choice(
            "about 20 %", "That is the share that is kept aside, not the share of it in common."
        ),
        Choice("about 80 %", "A fresh draw from all pictures, of which 80 % are trained on."),
        Choice("all", "Only if nothing were kept aside at all."),
    ),
    "separable": (
        Choice("2", "That would be the price of halving the channels; there is more to gain."),
        Choice("8", "Compare it with the number of places in a 3×3 neighbourhood."),
        Choice("30", "More than a 3×3 neighbourhood has places: what would be left to save?"),
    ),
    "memory": (
        Choice("2", "Most blocks expand their channels 6 times, so it should be more."),
        Choice(
            "7", "A little more than the expansion by 6, since some blocks also shrink the map."
        ),
        Choice("40", "An expansion by 6 alone cannot do that."),
    ),
    "moved": (
        Choice("training=True only", "Then the argument alone would protect them: look closely."),
        Choice("trainable=True only", "Then freezing alone would protect them."),
        Choice("both True only", "Then either of the two would protect them."),
        Choice("always", "Then nothing would protect them."),
    ),
    "eyes": (
        Choice(
            "only the last", "Then both matter: trained weights, and pictures as they want them."
        ),
        Choice("the last two", "Then the range of values would hardly matter."),
        Choice("all with a network", "Then the architecture would matter, and training little."),
        Choice("all four", "Then the task would be easy enough for 768 numbers of colour."),
    ),
    "augmentation": (
        Choice("none", "Then the head does not learn by heart what it could unlearn this way."),
        Choice("flip", "The cheapest one: mirrored animals do occur."),
        Choice("flip, ±11°", "A camera held by hand is tilted about so much."),
        Choice("flip, ±72°", "The most change. Is more always better?"),
    ),
    "trained": (
        Choice("all", "That would be so if nothing were frozen."),
        Choice("about half", "Freezing leaves no half: what is left is the new head."),
        Choice("about 1,300", "One weight for each pooled feature. How many are there?"),
        Choice("none", "Then there would be nothing to learn with."),
    ),
    "rate": (
        Choice("0.0001", "A tenth of what trained the head: slow, but steady?"),
        Choice("0.001", "What has trained the head until now. Is it right for the network, too?"),
        Choice("0.01", "The fastest. What do large steps do to weights that are good already?"),
    ),
    "gain": (
        Choice("nearly all", "Then fine-tuning would be a waste of time here."),
        Choice("about half", "Then half of what is usually told of fine-tuning is patience."),
        Choice("less than half", "Then fine-tuning would be worth more than patience."),
    ),
}
_guessed: dict[str, str] = {}


def ask(name: str) -> None:
    """Show the choices of a question; a click is answered at once and can be taken back."""
    choices = QUESTIONS[name]
    plain = "Choices: " + "; ".join(choice.text for choice in choices)
    _guessed.pop(name, None)
    show_or_say(lambda: _widget(name, choices), plain)


def _widget(name: str, choices: tuple[Choice, ...]) -> Any:
    import ipywidgets as widgets

    texts = [choice.text for choice in choices]
    radio = widgets.RadioButtons(
        options=texts,
        value=None,
        description="Your guess",
        layout=widgets.Layout(width="max-content"),
    )
    said = widgets.HTML()

    def chosen(change: Any) -> None:
        _guessed[name] = change["new"]
        feedback = next(c.feedback for c in choices if c.text == change["new"])
        said.value = f"<p>{html.escape(feedback)} Now run the next cell.</p>"

    radio.observe(chosen, names="value")
    return widgets.VBox([radio, said])


def guess_of(name: str) -> str | None:
    """What was chosen since the question was shown last."""
    return _guessed.get(name)


def measured(name: str, found: str) -> None:
    """Say the run's number, beside the guess if there is one."""
    guess = guess_of(name)
    say(f"You guessed: {guess}. Measured: {found}." if guess else f"Measured: {found}.")
