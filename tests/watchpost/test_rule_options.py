"""Levels as people write them."""

import pytest

from alerts.rules.rule import Level
from storage.errors import InvalidInputError
from watchpost.rule_options import parse_level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("80", Level(80)),
        (" 80 : 75 ", Level(80, 75)),
        ("80%:75 %", Level(80, 75)),
        ("-30:-10", Level(-30, -10)),
        ("0.5", Level(0.5)),
        ("1e3", Level(1000)),
        ("1MiB", Level(2**20)),
        ("1MB/s:500kB/s", Level(1e6, 5e5)),
        ("2Gi", Level(2**31)),
        ("5k", Level(5000)),
        ("1KiB", Level(1024)),
        ("none", None),
    ],
)
def test_a_level_is_read(text: str, level: Level | None) -> None:
    assert parse_level(text) == level


@pytest.mark.parametrize("text", ["", "much", "80:", ":75", "80:75:70", "nan", "inf", "80 percent", "0x10", "٨٠"])
def test_what_is_no_level_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="no level"):
        parse_level(text)
