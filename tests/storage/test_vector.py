import numpy as np
import pytest

from storage.vector import pack_vector, unpack_vector


def test_a_vector_comes_back_bit_for_bit() -> None:
    values = np.array([0.1, -0.0, np.nan, np.inf, 2.0**60, 5e-324])
    assert unpack_vector(pack_vector(values)).tobytes() == values.tobytes()


def test_the_bytes_are_little_endian_float64_whatever_the_array_was() -> None:
    assert pack_vector(np.array([1.0], dtype=">f8")) == b"\x00\x00\x00\x00\x00\x00\xf0\x3f"


def test_a_value_that_is_cut_in_half_is_an_error() -> None:
    with pytest.raises(ValueError, match="multiple"):
        unpack_vector(b"\x00" * 12)
