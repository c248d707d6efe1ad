"""What the student's page says of a result: pure, and before any of it is HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from alpaca_course.contract.appeal import Appeal
from alpaca_course.contract.codes import code_of
from alpaca_course.contract.grade import Score
from alpaca_course.contract.states import Note
from alpaca_course.contract.verdict import Loss, Verdict
from alpaca_course.gradebook.verdict_html import HEADINGS, points_text
from alpaca_course.judging.result import Result
from alpaca_course.lab import Lab
from alpaca_course.policy import View, Visibility


@dataclass(frozen=True)
class Coded:
    """A sentence with the code to ask about it."""

    code: str
    text: str


@dataclass(frozen=True)
class LossShown:
    """One thing that cost points.

    Attributes:
        code: to ask about it.
        heading: which rule did not pass.
        points: what it cost, in words; what is told of all losses adds up to what is missing.
        parts: label and text of what was seen, what was expected, why it matters, and a hint.
        unchecked: the rules that could not be checked because of it, and why, in words.
    """

    code: str
    heading: str
    points: str
    parts: tuple[tuple[str, str], ...]
    unchecked: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExerciseShown:
    """One exercise.

    Attributes:
        id: of the exercise; its cells have it, too.
        code: to ask about the exercise as a whole.
        title: for people.
        points: that count, a person's included.
        max_points: what it is worth.
        here: points of this file, where those of another run count; empty else.
        by_hand: what a person decided about the points; empty where nobody did.
        comment: of a person, as Markdown; empty where there is none.
        reason: what stopped its cell, or why there was nothing to judge.
        losses: what cost points by the rules.
        right: titles of the rules that passed.
        remarks: that cost nothing.
    """

    id: str
    code: str
    title: str
    points: str
    max_points: str
    here: str = ""
    by_hand: str = ""
    comment: str = ""
    reason: str = ""
    losses: tuple[LossShown, ...] = ()
    right: tuple[str, ...] = ()
    remarks: tuple[Coded, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A question of the student's.

    Attributes:
        number: by which people name it.
        code: that it names.
        about: what that is, in words.
        words: the student's.
        asked: the day.
        answer: as Markdown; empty as long as there is none.
        answered: the day.
    """

    number: int
    code: str
    about: str
    words: str
    asked: str
    answer: str
    answered: str


@dataclass(frozen=True)
class StudentPage:
    """The answer, before the notebook.

    Attributes:
        lab: its title.
        name: the student's, or the id where the gradebook has none.
        student: the id.
        total: points that count.
        max_points: of all exercises.
        state: what became of the file, in one word or three.
        heading: what that means for the student; empty where it needs no words.
        penalty: points taken off for lateness; empty where there are none.
        facts: label and text: the file, when it was received, its hash.
        reasons: why a person is needed or why it was refused.
        notes: what else a reader of the points has to know.
        policy: what the page shows, and which runs are left.
        repairs: what was put right before grading.
        exercises: in the lab's order.
        appeals: what the student asked, and the answers.
        comments: of a person on other cells: name of the cell, Markdown.
    """

    lab: str
    name: str
    student: str
    total: str
    max_points: str
    state: str
    heading: str
    penalty: str
    facts: tuple[tuple[str, str], ...]
    reasons: tuple[Coded, ...]
    notes: tuple[str, ...]
    policy: tuple[str, ...]
    repairs: tuple[Coded, ...]
    exercises: tuple[ExerciseShown, ...]
    appeals: tuple[Asked, ...]
    comments: tuple[tuple[str, str], ...]

    @property
    def markdown(self) -> tuple[str, ...]:
        """All texts of people that are Markdown, in the order in which they are shown."""
        texts = [each.comment for each in self.exercises if each.comment]
        answers = [each.answer for each in self.appeals if each.answer]
        return (*texts, *answers, *(text for _, text in self.comments))


# Below `all`, of an exercise without a verdict: why that is may tell what a check looks at.
_NOTHING = (
    "There was nothing to judge. Run all cells from the first to the last before you hand in, and "
    "see that each does what it should."
)


def student_page(result: Result, lab: Lab, view: View = View()) -> StudentPage:
    """What the page of ``result`` says, as far as ``view`` lets it.

    Nothing that is not shown has a place on the page: no code, no mark and no empty element.
    """
    titles = {each.cell: each.title for each in lab.exercises}
    known = [*titles, *(name for name in result.scores if name not in titles)]
    exercises = [name for name in known if name in result.scores or name in result.verdicts]
    by_hand = set(result.on_points.values())
    return StudentPage(
        lab=lab.title,
        name=result.name or result.student,
        student=result.student,
        total=points_text(result.total),
        max_points=points_text(result.max_points),
        state=result.state.value,
        heading="" if result.state.is_graded else HEADINGS[result.state],
        penalty=points_text(result.penalty) if result.penalty else "",
        facts=_facts(result),
        reasons=tuple(map(_coded, result.reasons)),
        notes=tuple(note.text for note in result.notes if note.text not in by_hand),
        policy=view.words,
        repairs=tuple(map(_coded, result.repairs)),
        exercises=tuple(
            _exercise(name, titles.get(name, name), result, view) for name in exercises
        ),
        appeals=tuple(_asked(each, titles, result, view) for each in result.appeals),
        comments=tuple(
            (name, text) for name, text in result.comments.items() if name not in exercises
        ),
    )


def _asked(appeal: Appeal, titles: Mapping[str, str], result: Result, view: View) -> Asked:
    rules = {rule.id: rule.title for each in result.verdicts.values() for rule in each.results}
    rules = rules if view.visible >= Visibility.TITLES else {}
    told = view.visible is Visibility.ALL or appeal.about in {**rules, **titles}
    return Asked(
        number=appeal.number,
        code=code_of(appeal.about) if appeal.about and told else "",
        about={**rules, **titles}.get(appeal.about, ""),
        words=appeal.words,
        asked=appeal.asked[:10],
        answer=appeal.answer,
        answered=appeal.answered[:10],
    )


def _coded(note: Note) -> Coded:
    return Coded(code_of(note.code), note.text)


def _facts(result: Result) -> tuple[tuple[str, str], ...]:
    receipt, late = result.receipt, result.lateness.why
    deadline = (("Deadline", late),) if late else ()
    if not receipt.sha256:
        return deadline
    return (
        ("File", f"{receipt.file} ({receipt.size} bytes)"),
        ("Received", receipt.when),
        *deadline,
        ("SHA-256", receipt.sha256),
    )


def _exercise(name: str, title: str, result: Result, view: View) -> ExerciseShown:
    verdict, score = result.verdicts.get(name), result.scores.get(name)
    shown = ExerciseShown(
        id=name,
        code=code_of(name),
        title=verdict.title if verdict else title,
        points=points_text(score.points if score else verdict.points if verdict else 0),
        max_points=points_text(score.max_points if score else verdict.max_points if verdict else 0),
        by_hand=_by_hand(score, result.on_points.get(name, "")),
        comment=result.comments.get(name, ""),
    )
    if verdict is None:
        return shown
    if score is not None and score.auto is not None and score.auto != verdict.points:
        shown = replace(shown, here=points_text(verdict.points))
    if view.visible is not Visibility.ALL:
        return _less(shown, verdict, result, view)
    return replace(
        shown,
        reason="" if verdict.reason in result.sentences else verdict.reason,
        losses=_losses(verdict),
        right=_right(verdict),
        remarks=tuple(Coded(code_of(each.id), each.text) for each in verdict.advisories),
    )


def _less(shown: ExerciseShown, verdict: Verdict, result: Result, view: View) -> ExerciseShown:
    """An exercise without what its rules say; with titles, which of them passed."""
    told = not verdict.reason or verdict.reason in result.sentences
    reason = "" if told else verdict.own or _NOTHING * (not verdict.results)
    shown = replace(shown, reason=reason)
    if view.visible is Visibility.POINTS:
        return shown
    heading = {"failed": "Not passed", "undecided": "Not checked"}
    losses = tuple(
        LossShown(
            code=code_of(each.id),
            heading=f"{heading[each.status]}: {each.title}",
            points=f"\N{MINUS SIGN}{points_text(each.lost)}",
            parts=(),
        )
        for each in verdict.results
        if each.status != "passed"
    )
    return replace(shown, losses=losses, right=_right(verdict))


def _right(verdict: Verdict) -> tuple[str, ...]:
    return tuple(each.title for each in verdict.results if each.status == "passed")


def _by_hand(score: Score | None, text: str) -> str:
    """A person's decision; what is extra credit in it is called so."""
    if score is None or not score.extra:
        return text
    return f"{text} {points_text(score.extra)} of these as extra credit."


def _losses(verdict: Verdict) -> tuple[LossShown, ...]:
    if not verdict.results:
        return ()
    return tuple(_loss(loss, verdict) for loss in verdict.losses)


def _loss(loss: Loss, verdict: Verdict) -> LossShown:
    if loss.result is None:
        alike = [each for each in verdict.undecided if each.because and each.because in loss.text]
        why = alike[0].because if alike else loss.text
        return LossShown(
            code=code_of(verdict.exercise),
            heading="Could not be checked",
            points=loss.told,
            parts=(("Why", why),),
            unchecked=tuple(each.title for each in alike),
        )
    unchecked: dict[str, list[str]] = {}  # titles by why: one reason often holds for a dozen rules
    for each in verdict.undecided:
        if each.cause == loss.result.id:
            unchecked.setdefault(each.because.removesuffix("."), []).append(each.title)
    return LossShown(
        code=code_of(loss.result.id),
        heading=f"Not passed: {loss.result.title}",
        points=loss.told,
        parts=loss.result.message.parts if loss.result.message else (),
        unchecked=tuple(f"{', '.join(titles)}: {why}" for why, titles in unchecked.items()),
    )
