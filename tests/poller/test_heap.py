"""Memory that is given back to the system."""

import os
import platform
import subprocess
import sys
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


THREADS_THAT_TAKE_MEMORY = """
import ctypes, sys, threading
from poller.heap import keep_little

if sys.argv[1] == "shared":
    keep_little()
together = threading.Barrier(4)

def take():
    pieces = [bytearray(2_000) for _ in range(1_000)]
    together.wait()
    return pieces

threads = [threading.Thread(target=take) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
ctypes.CDLL(None).malloc_stats()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="elsewhere it does nothing")
def test_threads_take_their_memory_from_one_place_once_told_to() -> None:
    def arenas(how: str) -> int:
        command = [sys.executable, "-c", THREADS_THAT_TAKE_MEMORY, how]
        return subprocess.run(command, check=True, capture_output=True, text=True).stderr.count("Arena ")

    assert arenas("shared") == 1
    assert arenas("as usual") > 1
