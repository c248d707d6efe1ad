"""Turns on several machines: where there is room, and alone on one while others go on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest

from alpaca_course.execution.turns import Turns, TurnsEndedError


def in_a_thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_turns_fill_the_machines_evenly_and_no_further() -> None:
    turns = Turns({"a": 2, "b": 1})
    taken: list[str] = []
    with turns.beside_others() as one, turns.beside_others() as two, turns.beside_others() as three:
        assert sorted([one.machine, two.machine, three.machine]) == ["a", "a", "b"]
        assert {one.machine, two.machine} == {"a", "b"}

        def fourth() -> None:
            with turns.beside_others() as turn:
                taken.append(turn.machine)

        waiting = in_a_thread(fourth)
        turns.have({"a": 2, "b": 1, "c": 1})
        waiting.join()
    assert taken == ["c"]
    assert (three.accompanied, {one.accompanied, two.accompanied}) == (True, {True, False})


def test_who_is_alone_has_one_machine_and_others_go_on_elsewhere() -> None:
    turns = Turns({"a": 2, "b": 2})
    with turns.beside_others() as first:
        with turns.alone() as alone:
            assert alone.machine != first.machine
            with turns.beside_others() as second:
                assert second.machine == first.machine
                assert not alone.accompanied


def test_machines_to_avoid_are_taken_where_there_are_no_others() -> None:
    turns = Turns({"a": 1, "b": 1})
    with turns.beside_others(["a"]) as turn:
        assert turn.machine == "b"
    with turns.alone(["a"]) as turn:
        assert turn.machine == "b"
    with turns.beside_others(["a", "b"]) as turn:
        assert turn.machine in ("a", "b")


def test_who_waits_to_be_alone_on_a_machine_that_goes_gets_another() -> None:
    turns = Turns({"a": 1})
    found: list[str] = []

    def alone() -> None:
        with turns.alone() as turn:
            found.append(turn.machine)

    with turns.beside_others():
        waiting = in_a_thread(alone)
        turns.have({})
        turns.have({"b": 1})
        waiting.join()
    assert found == ["b"]


def test_without_machines_everybody_waits_until_the_end() -> None:
    turns = Turns({})
    seen: list[str] = []

    def wait(alone: bool) -> None:
        try:
            with turns.alone() if alone else turns.beside_others():
                raise AssertionError
        except TurnsEndedError:
            seen.append("ended")

    waiting = [in_a_thread(partial(wait, alone)) for alone in (True, False)]
    turns.end()
    for thread in waiting:
        thread.join()
    assert seen == ["ended", "ended"]
    with pytest.raises(TurnsEndedError), turns.alone():
        pass
