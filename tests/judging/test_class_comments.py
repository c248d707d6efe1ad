"""One comment to all: what it does beside the comments that a person wrote to each."""

from __future__ import annotations

import pytest

from alpaca_course.contract.codes import code_of
from alpaca_course.contract.states import State
from alpaca_course.contract.verdict import Advisory, Message, RuleResult, Verdict
from alpaca_course.judging.class_comments import changes, paragraph_of
from alpaca_course.judging.naming import Named, alike, find_name, known_names
from alpaca_course.judging.result import Result

RULE = Named("model.frozen", "rule", "model", "The base is frozen")
REMARK = Named("model.plain", "remark", "model", "It could be shorter")
OURS = paragraph_of("model.frozen", "Freeze it.")


def result(comment: str = "", status: str = "failed", student: str = "ann") -> Result:
    message = Message("Seen.", "Expected.", "Why.") if status == "failed" else None
    rule = RuleResult("model.frozen", "The base is frozen", status, 0, 5, message)  # type: ignore[arg-type]
    verdict = Verdict("model", "The model", 0, 5, (rule,), (Advisory("model.plain", "Shorter."),))
    comments = {"model": comment} if comment else {}
    return Result(student, State.GRADED, verdicts={"model": verdict}, comments=comments)


def change(before: str, former: str, text: str, status: str = "failed") -> tuple[str, str] | None:
    written = {"ann": {"model.frozen": former}} if former else {}
    found = changes([result(before, status)], RULE, text, written)
    return (found[0].action, found[0].after) if found else None


def test_it_is_said_with_its_code() -> None:
    assert f"Freeze it. (code {code_of('model.frozen')})" == OURS
    assert paragraph_of("model.frozen", "  ") == ""


def test_the_first_comment_and_one_below_that_of_a_person() -> None:
    assert change("", "", "Freeze it.") == ("added", OURS)
    theirs = "Well tried.\n\nSee me."
    assert change(theirs, "", "Freeze it.") == ("added", f"{theirs}\n\n{OURS}")
    assert change(OURS, OURS, "Freeze it.") == ("there already", OURS)


def test_a_new_one_takes_the_place_of_the_former_and_of_nothing_else() -> None:
    new = paragraph_of("model.frozen", "Look\n\nagain.")
    found = change(f"Before.\n\n{OURS}\n\nAfter.", OURS, "Look\n\nagain.")
    assert found == ("replaced", f"Before.\n\n{new}\n\nAfter.")
    assert change(f"Before.\n\n{new}\n\nAfter.", new, "") == ("removed", "Before.\n\nAfter.")


@pytest.mark.parametrize("theirs", ["Freeze it, Ann.", f"{OURS} And more.", "", "Before."])
def test_what_a_person_changed_or_removed_stays(theirs: str) -> None:
    for text in ("Another.", "Freeze it.", ""):
        assert change(theirs, OURS, text) == ("left to a person", theirs)


def test_who_made_it_no_more_loses_it() -> None:
    assert change(f"Mine.\n\n{OURS}", OURS, "Freeze it.", "passed") == ("removed", "Mine.")
    assert change("Mine.", "", "Freeze it.", "passed") is None
    assert change("Mine.", "", "Freeze it.", "undecided") is None


def test_a_remark_has_its_own() -> None:
    (found,) = changes([result()], REMARK, "Do.", {})
    assert (found.exercise, found.action) == ("model", "added")
    bare = Result("bob", State.REFUSED)
    assert changes([bare], REMARK, "Do.", {}) == []


class TestNames:
    known = known_names({}, [result()])

    @pytest.mark.parametrize(
        "text",
        ["model.frozen", "frozen", code_of("model.frozen"), "code {}", " [{}]. ", "MODEL.Frozen"],
    )
    def test_all_ways_to_name_a_rule(self, text: str) -> None:
        found = find_name(text.format(code_of("model.frozen").lower()), self.known)
        assert found is not None
        assert found.id == "model.frozen"

    def test_what_is_not_clear_names_nothing(self) -> None:
        other = {"other.frozen": Named("other.frozen", "rule", "other", "Another")}
        assert find_name("frozen", self.known | other) is None
        assert find_name("", self.known) is None
        assert find_name("melted", self.known) is None
        assert alike("model.frosen", self.known)[0] == "model.frozen"
