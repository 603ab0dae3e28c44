import zlib
from dataclasses import dataclass

import msgspec
import pytest
import zstandard

from storage.process_rows import UNPACKED_LIMIT, pack_processes, unpack_processes
from storage.scrape import Process
from tests.readings import POSTGRES


def named(command: str) -> Process:
    return Process(1, "x", command, "root", 0.0, 0, 0, 0.0)


def test_a_process_table_comes_back_as_it_was() -> None:
    table = (POSTGRES, named("python3 -c 'print(\"ü\")' \x1b[31m"))
    assert unpack_processes(pack_processes(table)) == table


def test_an_empty_table_is_a_table() -> None:
    assert unpack_processes(pack_processes(())) == ()


def test_a_text_that_is_no_unicode_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogate"):
        pack_processes((named("\ud800"),))


def test_a_table_beyond_the_limit_is_not_packed() -> None:
    with pytest.raises(ValueError, match="over the limit"):
        pack_processes((named("x" * UNPACKED_LIMIT),))


def test_a_table_of_an_older_release_is_read() -> None:
    table = (POSTGRES, named("x"))
    assert unpack_processes(zlib.compress(msgspec.json.encode(table), level=1)) == table


@dataclass
class Damage:
    about: str
    packed: bytes


@pytest.mark.parametrize(
    "damage",
    [
        Damage("no zlib at all", b"garbage"),
        Damage("nothing", b""),
        Damage("cut short", pack_processes((POSTGRES,) * 5)[:-6]),
        Damage("with something after it", pack_processes((POSTGRES,)) + b"\0"),
        Damage("a bit changed", pack_processes((POSTGRES,))[:-20] + b"?" + pack_processes((POSTGRES,))[-19:]),
        Damage("a bomb: 40 MB of spaces in 4 KB", zstandard.compress(b" " * 40_000_000)),
        Damage("a head that promises 4 GB", bytes.fromhex("28b52ffd a0 ffffffff 010000")),
        Damage("a bomb of an older release: 40 MB in 40 KB", zlib.compress(b" " * 40_000_000)),
        Damage("cut short, of an older release", zlib.compress(b"[]")[:-2]),
        Damage("JSON of another shape", zstandard.compress(msgspec.json.encode([{"pid": 1}]))),
        Damage("no JSON", zstandard.compress(b"[[1,")),
    ],
    ids=lambda damage: damage.about,
)
def test_damaged_bytes_are_a_value_error(damage: Damage) -> None:
    with pytest.raises(ValueError, match=r".+"):
        unpack_processes(damage.packed)
