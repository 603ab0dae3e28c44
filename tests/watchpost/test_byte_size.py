import pytest

from storage.errors import InvalidInputError
from watchpost.byte_size import parse_size


@pytest.mark.parametrize(
    ("text", "size"), [("1024", 1024), ("500MB", 500_000_000), ("1.5 gb", 1_500_000_000), ("2GiB", 2**31)]
)
def test_sizes_are_read(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "GB", "-1GB", "1e9", "10 apples", "1ib"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="no size"):
        parse_size(text)
