from __future__ import annotations

import numpy as np

from alpaca_course.keras_probe.fingerprint import fingerprint_of_arrays


def test_equal_values_have_equal_fingerprints_whatever_their_memory_looks_like() -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    expected = fingerprint_of_arrays([array])
    assert fingerprint_of_arrays([np.asfortranarray(array)]) == expected
    assert fingerprint_of_arrays([array.astype(">f4")]) == expected
    assert fingerprint_of_arrays(iter([array.astype(np.float64)])) == expected


def test_shape_order_and_smallest_change_are_seen() -> None:
    one, two = np.zeros((2, 3), np.float32), np.ones(6, np.float32)
    expected = fingerprint_of_arrays([one, two])
    nudged = two.copy()
    nudged[5] = np.nextafter(nudged[5], np.float32(2))
    others = [
        fingerprint_of_arrays([two, one]),
        fingerprint_of_arrays([one.reshape(3, 2), two]),
        fingerprint_of_arrays([one, nudged]),
        fingerprint_of_arrays([one]),
    ]
    assert expected not in others
    assert len(set(others)) == len(others)


def test_a_scalar_is_not_an_array_of_one() -> None:
    assert fingerprint_of_arrays([np.float32(1.0)]) != fingerprint_of_arrays([np.ones(1)])
