"""Codes to ask about a rule: the same for ever, and each its own."""

from __future__ import annotations

from alpaca_course.contract.codes import code_of, shared_codes


def test_a_code_depends_on_the_id_alone_and_stays() -> None:
    # On paper and in mails of earlier terms: another algorithm would make these wrong.
    assert {name: code_of(name) for name in ("double.positive", "double", "file.archive")} == {
        "double.positive": "H66X",
        "double": "VJ6Z",
        "file.archive": "PHM3",
    }


def test_what_shares_a_code_is_found() -> None:
    names = [f"exercise.rule_{n}" for n in range(4_000)]
    pairs = shared_codes(names)
    assert pairs
    assert all(code_of(one) == code_of(other) and one != other for one, other in pairs)
    assert shared_codes(["a", "a", "b"]) == []
