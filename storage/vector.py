"""Vectors as bytes: little-endian float64, eight bytes a series, NaN where a value is absent."""

import numpy as np
from numpy.typing import NDArray

_FLOAT64 = np.dtype("<f8")


def pack_vector(values: NDArray[np.float64]) -> bytes:
    """The bytes of a one-dimensional array, as `head.vector` keeps them."""
    return (values if values.dtype is _FLOAT64 else values.astype(_FLOAT64, copy=False)).tobytes()


def unpack_vector(packed: bytes) -> NDArray[np.float64]:
    """The inverse of `pack_vector`; the array is read-only. Raises ValueError when a value is cut in half."""
    return np.frombuffer(packed, dtype=_FLOAT64)
