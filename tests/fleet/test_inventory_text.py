"""A host's own words in one line."""

from fleet.inventory_text import inventory_line
from storage.host import NewHost, Transport
from tests.fleet.sample_fleet import INVENTORY

NOW_MS = 1_790_000_000_000
HOST = NewHost(name="db1", address="10.20.4.11", username="root")


def test_it_says_where_what_and_since_when() -> None:
    assert inventory_line(HOST, INVENTORY, NOW_MS) == (
        "root@10.20.4.11 · Debian GNU/Linux 12 (bookworm) · kernel 6.1.0-31-amd64 · 4 cores · 64 GiB · up 41 d 16 h"
    )


def test_what_is_not_known_is_left_out() -> None:
    assert inventory_line(NewHost(name="here", transport=Transport.LOCAL), None, NOW_MS) == "this machine"
    assert inventory_line(HOST, {"system": "FreeBSD", "cpu_count": 1}, NOW_MS).endswith("FreeBSD · 1 core")


def test_hostile_words_and_numbers_are_tamed() -> None:
    said = {
        "distribution": "\x1b[31mred\u202e",
        "release": "9" * 500,
        "cpu_count": "many",
        "memory_total_bytes": float("inf"),
        "boot_time_seconds": float("nan"),
    }
    line = inventory_line(HOST, said, NOW_MS)
    assert "\x1b" not in line
    assert "\u202e" not in line
    assert len(line) < 200
    assert "cores" not in line
    assert "up" not in line
