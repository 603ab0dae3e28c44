import pytest

from storage.utc import file_stamp, iso_utc


def test_a_moment_is_written_with_milliseconds_and_a_z() -> None:
    assert iso_utc(1_772_366_400_250) == "2026-03-01T12:00:00.250Z"


def test_a_moment_before_1970_counts_its_milliseconds_upwards() -> None:
    assert iso_utc(-1) == "1969-12-31T23:59:59.999Z"


@pytest.mark.parametrize("ms", [10**15, 10**30, -(10**30)])
def test_a_moment_that_no_calendar_has_is_a_value_error(ms: int) -> None:
    with pytest.raises(ValueError, match=r".+"):
        iso_utc(ms)


def test_in_a_file_name_a_moment_has_no_colons() -> None:
    assert file_stamp(1_772_366_400_250) == "20260301T120000Z"
