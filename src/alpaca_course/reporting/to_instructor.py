"""What students are told of their hand-ins, as an instructor is told it. Pure.

Reasons and repairs are written for students, who read them on their pages, and kept so. Here what
speaks to the student is said otherwise, in the sentences of this package alone: what somebody
chose, such as the name of a file, stays as it is.
"""

from __future__ import annotations

import re

_HAS_TO = "The student has to"
# From the beginning of the text, or within it: what is told, and what an instructor is told.
_OTHERWISE = [
    (re.compile(found), said)
    for found, said in (
        (r"^Your (cell|notebook)\b", r"The \1"),
        (r"^(Python cannot read(?: line \d+ of)?) your (?=cell\b)", r"\1 the "),
        (r"^(Line \d+|A line) of your (?=cell\b)", r"\1 of the "),
        (r"^You handed in ", "The student handed in "),
        (r"^The grader failed with your notebook\b", "The grader failed with the notebook"),
        # An instructor has something to do where a student has not.
        (r"(?:\. You|; you) need not do anything(?:: a person looks at it)?\.", "."),
        (r"(?<=because of a fault of the grader), not of yours(?=\.)", ""),
        (r"(?<=or was stopped, while )your (?=notebook ran,)", "the "),
        (r"(?<= in place of )yours(?=, so that what is wrong there)", "the student's"),
        (r"(?<=\. )Your function (?=seems not to end)", "The function "),
        (r"\b(cells?|one) of your own\b", r"\1 of their own"),
        (r"(?<=\. )Code of your own goes ", "Code of their own goes "),
        (r"(?<=so it counts as not answered\. )If you wrote it ", "If the student wrote it "),
        (r"(?<=\. )Look which file you handed in, and hand in ", f"{_HAS_TO} hand in "),
        (r"(?<=\. )Open your notebook in ", f"{_HAS_TO} open the notebook in "),
        (r"^Open your notebook in ", f"{_HAS_TO} open the notebook in "),
        (r"(?<=\. )Remove what does not belong to your answer and ",
         f"{_HAS_TO} remove what does not belong to the answer and "),
        (r"(?<=[.)] )Hand in (?=the (?:notebook|file)\b|\S+\.ipynb\.$)", f"{_HAS_TO} hand in "),
    )
]  # fmt: skip


def to_instructor(text: str) -> str:
    """A note's sentences, or the reason why there was nothing to judge."""
    for found, said in _OTHERWISE:
        text = found.sub(said, text)
    return text
