"""Digests of attributes' names: written, read again, and what is said of a name with them."""

from __future__ import annotations

import pytest

from alpaca_course.gate.attributes import Attributes, digest, packed, unpacked

NAMES = [f"name_{number}" for number in range(3000)]


def test_what_is_packed_is_unpacked_whatever_the_order() -> None:
    assert unpacked(packed(NAMES)) == {digest(name) for name in NAMES}
    assert packed(NAMES) == packed(reversed(NAMES))


def test_large_and_small_distances_survive() -> None:
    for count in (1, 2, 40):
        assert unpacked(packed(NAMES[:count])) == {digest(name) for name in NAMES[:count]}


@pytest.mark.parametrize("text", ["", "gA==", "no base64 at all!", "A"])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"cut off|Base64"):
        unpacked(text)


def test_a_name_that_plain_code_needs_is_not_elsewhere_and_an_unknown_one_is_nowhere() -> None:
    known = Attributes(frozenset(("shape",)), unpacked(packed(["shape", "create"])))
    assert known.are_elsewhere("create")
    assert not known.are_elsewhere("shape")
    assert not known.are_elsewhere("trainble")
    assert not Attributes().are_elsewhere("create")
