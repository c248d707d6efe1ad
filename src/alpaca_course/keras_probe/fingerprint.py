"""A fingerprint of a network's weights, the same on both sides of the sandbox.

The student's kernel computes it from ``model.weights``; the trusted side computes it from the
weights file, without Keras. Equal fingerprints mean equal weights, bit for bit: loading a file
copies float32 numbers and computes nothing, so there is no rounding to be tolerant of.
Only NumPy and the standard library are used, because this file also runs beside students' code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike


def fingerprint_of_arrays(arrays: Iterable[ArrayLike]) -> str:
    """SHA-256 over shapes and values of ``arrays``, in the order given.

    Args:
        arrays: the weights in the order of Keras' ``model.weights``; names play no part, because
            Keras numbers them by what the process has built before.

    Returns:
        64 hexadecimal digits over, for each array, its shape (``"3x3x32x1;"`` in ASCII, ``";"``
        for a scalar) and its values as little-endian float32 in C order.
    """
    digest = hashlib.sha256()
    for array in arrays:
        # np.asarray first: ascontiguousarray alone would turn a scalar into one dimension.
        values = np.asarray(array).astype("<f4", copy=False)
        digest.update(("x".join(str(side) for side in values.shape) + ";").encode("ascii"))
        digest.update(values.tobytes())
    return digest.hexdigest()
