"""Collecting: whatever students' code is and does becomes a bounded description in plain JSON."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from alpaca_course.contract.evidence import SCHEMA_VERSION
from alpaca_course.course import Course
from alpaca_course.judging.loading import lab_modules
from alpaca_course.kernel.collect import MAX_BYTES, collect
from alpaca_course.kernel.guard import (
    MAX_NAME,
    MAX_TEXT,
    Guard,
    Interrupted,
    describe,
    describe_error,
    finite,
    function_in,
    one_line,
    quiet,
)
from alpaca_course.kernel.seen import ErrorSeen, EvidenceSeen, FunctionEvidence, FunctionSeen

CHALLENGE = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def collectors(pristine: Course) -> Iterator[None]:
    with lab_modules(pristine.lab()):
        yield


def collected(exercise: str, **names: Any) -> dict[str, Any]:
    payload = collect(exercise, "light_lab", names, CHALLENGE)
    text = json.dumps(payload, allow_nan=False)
    assert len(text) <= MAX_BYTES
    assert (payload["exercise"], payload["challenge"]) == (exercise, CHALLENGE)
    assert payload["schema_version"] == SCHEMA_VERSION
    return payload


def test_what_the_collector_says_is_what_is_sent() -> None:
    payload = collected("double", double=lambda x: 2 * x)
    assert payload["values"] == [6, -8]
    assert set(payload) == {"schema_version", "exercise", "challenge", "versions", "values"}
    assert payload["versions"] == {"python": sys.version.split()[0]}


def test_an_unknown_exercise_or_lab_is_an_error() -> None:
    for exercise, lab in (("something_else", "light_lab"), ("double", "no_lab")):
        with pytest.raises(ImportError):
            collect(exercise, lab, {}, CHALLENGE)


@pytest.mark.parametrize(
    ("total", "words"),
    [
        ("x" * 10**6, "too large"),
        (object(), "cannot be described"),
        (float("nan"), "cannot be described"),
        ({"a": {1, 2}}, "cannot be described"),
    ],
    ids=["large", "object", "nan", "set"],
)
def test_what_is_too_large_or_no_json_is_said_to_be(total: Any, words: str) -> None:
    payload = collected("total", total=total)
    assert payload["error"]["type"] == "EvidenceTooLarge"
    assert words in payload["error"]["text"]
    assert "total" not in payload


def test_what_contains_itself_is_said_to_be() -> None:
    deep: list[Any] = []
    deep.append(deep)
    assert "cannot be described" in collected("total", total=deep)["error"]["text"]


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(0), GeneratorExit(), MemoryError()])
def test_whatever_a_function_raises_is_described(error: BaseException) -> None:
    def double(x: int) -> int:
        raise error

    values = collected("double", double=double)["values"]
    assert [value.partition(":")[0] for value in values] == [type(error).__name__] * 2


def test_an_interrupt_ends_the_collection() -> None:
    calls = []

    def double(x: int) -> int:
        calls.append(x)
        raise KeyboardInterrupt

    payload = collected("double", double=double)
    assert payload["error"]["type"] == "KeyboardInterrupt"
    assert calls == [3]


def test_nothing_is_printed_or_warned(capsys: pytest.CaptureFixture[str]) -> None:
    def double(x: int) -> int:
        print("shown")
        print("shown", file=sys.stderr)
        warnings.warn("shown", stacklevel=1)
        return x

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # as a student may have it
        payload = collected("double", double=double)
    assert payload["values"] == [3, -4]
    assert capsys.readouterr() == ("", "")


def test_an_error_is_one_short_line_whatever_it_is() -> None:
    class LyingError(Exception):
        def __str__(self) -> str:
            raise SystemExit

    LyingError.__name__ = "L" * 200
    assert describe_error(LyingError()) == ErrorSeen(
        type="L" * (MAX_NAME - 1) + "…", text="(its message cannot be read)"
    )
    text = describe_error(ValueError("a\n\x1b[31mb\x00" + "x" * 10**6)).text
    assert text.startswith("a b?x")
    assert len(text) == MAX_TEXT


def test_a_line_is_made_of_text_only() -> None:
    class Text(str):
        def __getitem__(self, key: Any) -> str:
            raise SystemExit

    assert one_line(Text("x"), 10) == "?"
    assert one_line(3, 10) == "?"


@pytest.mark.parametrize(
    ("value", "words"), [(None, "None"), (int, "the class int"), (3, "int"), (len, "builtin_func")]
)
def test_a_value_is_named_by_its_class(value: Any, words: str) -> None:
    assert describe(value).startswith(words)


def test_numbers_are_finite_floats_or_nothing() -> None:
    class Number:
        def __float__(self) -> float:
            raise SystemExit

    assert [finite(value) for value in (1, "2.5", True)] == [1.0, 2.5, 1.0]
    assert [finite(value) for value in (0.1 + 2**-30, -123_456_789, 2.5e-9)] == [
        0.1,
        -123_457_000.0,
        2.5e-9,
    ]
    odd: list[Any] = [float("nan"), float("inf"), 1e13, "x", None, [], Number()]
    assert [finite(value) for value in odd] == [None] * len(odd)


def failing(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def test_a_guard_keeps_the_error_of_the_last_call_only() -> None:
    guard = Guard()
    assert guard.run(failing(ValueError("no"))) is None
    assert guard.error == ErrorSeen(type="ValueError", text="no")
    assert guard.run(lambda: 5) == 5
    assert guard.error is None
    with pytest.raises(Interrupted) as caught:
        guard.run(failing(KeyboardInterrupt()))
    assert caught.value.seen.type == "KeyboardInterrupt"


def test_what_became_of_a_function() -> None:
    def seen() -> FunctionEvidence:
        return FunctionEvidence(schema_version=SCHEMA_VERSION, exercise="f", challenge=CHALLENGE)

    there = seen()
    assert function_in({"f": len}, "f", there) is len
    assert there.function.status == "missing"  # until it was called
    for names, status in (
        ({}, "missing"),
        ({"f": int}, "not callable"),
        ({"f": 3}, "not callable"),
    ):
        found = seen()
        assert function_in(names, "f", found) is None
        assert found.function.status == status
    guard = Guard()
    assert guard.outcome(guard.run(lambda: 5)) == FunctionSeen(status="returned", returned="int")
    raised = guard.outcome(guard.run(failing(ValueError("no"))))
    assert (raised.status, raised.error) == ("raised", guard.error)
    assert (guard.raised, guard.uncertain) == (1, 0)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("can't start new thread"),
        OSError(11, "try again"),
        AssertionError("0.31245 is not 0.31246"),
        AttributeError("Tensor.op is undefined when eager execution is enabled."),
        SystemExit(1),
        type("ValueErrorOfMine", (ValueError,), {})("no"),
    ],
)
def test_what_another_process_might_not_raise_is_counted(error: BaseException) -> None:
    guard = Guard()
    guard.run(failing(error))
    assert (guard.raised, guard.uncertain) == (1, 1)


def test_no_field_is_sent_that_the_type_does_not_have() -> None:
    seen = EvidenceSeen(schema_version=SCHEMA_VERSION, exercise="f", challenge=CHALLENGE)
    with pytest.raises(AttributeError):
        seen.points = 20  # type: ignore[attr-defined]


def test_quiet_lets_errors_through() -> None:
    with pytest.raises(ValueError, match="no"), quiet():
        raise ValueError("no")
