"""Memory that is given back to the system."""

import os
import platform
from pathlib import Path

import pytest

from poller.heap import give_back

PIECE_BYTES = 2_000
PIECES = 30_000


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="elsewhere it does nothing")
def test_what_lies_free_between_what_is_in_use_goes_back_to_the_system() -> None:
    pieces = [bytearray(PIECE_BYTES) for _ in range(PIECES)]
    in_use = pieces[::100]
    del pieces
    before = resident_bytes()
    give_back()
    assert before - resident_bytes() > PIECES * PIECE_BYTES // 2
    assert len(in_use) == PIECES // 100
