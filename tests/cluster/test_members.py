"""Which workers are asked: those that are alive, the same as here, and well."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from alpaca_course.cluster.facts import MismatchError, check_same, facts_here
from alpaca_course.cluster.members import UNWELL, Member, Pulse, described, usable
from alpaca_course.cluster.on_worker import Described


def test_a_heart_that_does_not_beat_is_noticed_by_the_clock_of_this_side() -> None:
    pulse = Pulse(silent=10.0)
    assert pulse.alive({"a": 5e9, "b": 1.0}, now=0.0) == {"a", "b"}
    assert pulse.alive({"a": 5e9 + 1, "b": 1.0}, now=9.0) == {"a", "b"}
    assert pulse.alive({"a": 5e9 + 2, "b": 1.0}, now=11.0) == {"a"}
    assert pulse.alive({"a": 5e9 + 3, "b": 2.0}, now=12.0) == {"a", "b"}
    assert pulse.alive({}, now=13.0) == set()


def test_a_machine_that_gives_no_kernel_rests_where_there_are_others() -> None:
    members = {"a": Member("p", 2), "b": Member("q", 3)}
    for _ in range(UNWELL - 1):
        members["a"].note(False, now=0.0)
    members["a"].note(True, now=0.0)
    for _ in range(UNWELL - 1):
        members["a"].note(False, now=0.0)
    assert usable(members, now=1.0) == {"a": 2, "b": 3}
    members["a"].note(False, now=1.0)
    assert usable(members, now=2.0) == {"b": 3}
    assert usable({"a": members["a"]}, now=2.0) == {"a": 2}
    assert usable(members, now=1000.0) == {"a": 2, "b": 3}


def test_what_a_worker_says_of_itself_is_checked() -> None:
    told = Described("p", {"python": "3"}, 2, ["0" * 64])
    assert described(json.dumps(vars(told)).encode()) == told


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (ModuleNotFoundError("No module named 'alpaca_course'"), "not installed there"),
        (KeyError("x"), "KeyError"),
        (None, "does not say"),
        (pickle.dumps(1), "cannot be read"),
        (b"{}", "cannot be read"),
        (b" " * 100_000, "too long"),
    ],
)
def test_what_it_says_may_be_anything(answer: Any, why: str) -> None:
    found = described(answer)
    assert isinstance(found, str)
    assert why in found


def test_a_mismatch_is_refused_with_both_lists() -> None:
    here = facts_here(["numpy", "no-such-package"])
    assert here["no-such-package"] == "not installed"
    assert {"python", "ipykernel", "collectors", "sandbox"} <= here.keys()
    check_same(here, {"tcp://a": dict(here)})
    there = {**here, "numpy": "1.0", "collectors": "other"}
    with pytest.raises(MismatchError) as raised:
        check_same(here, {"tcp://a": dict(here), "tcp://b": there})
    text = str(raised.value)
    assert f"here: python {here['python']}" in text
    assert "tcp://b" in text
    assert "numpy 1.0" in text
    assert f"numpy {here['numpy']}" in text
    assert "other: numpy, collectors" in text
    assert "tcp://a" not in text
