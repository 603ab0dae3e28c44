import msgspec
import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.chunks.process_chunk import (
    decode_processes,
    encode_processes,
    encode_readable,
    encode_tables,
    thin_processes,
)
from storage.process_rows import pack_processes, unpack_processes
from storage.scrape import Process
from tests.readings import POSTGRES

Table = tuple[int, tuple[Process, ...]]

bounded = settings(max_examples=60, deadline=None, derandomize=True, database=None)
NUMBER = st.integers(0, 2**40) | st.integers(-(2**63), 2**63 - 1)
PROCESS = st.builds(
    Process,
    pid=st.integers(0, 5),
    name=st.sampled_from(("a", "b")),
    command=st.sampled_from(("", "a --x", "ü\x1b")),
    user=st.just("root"),
    cpu_percent=st.floats(allow_nan=False, allow_infinity=False),
    rss_bytes=NUMBER,
    vsz_bytes=NUMBER,
    run_s=st.floats(0, 1e9),
)
TABLES = st.lists(st.lists(PROCESS, max_size=5).map(tuple), max_size=6).map(
    lambda tables: [(1_000 * place, table) for place, table in enumerate(tables)]
)


def packed(tables: list[Table]) -> list[tuple[int, bytes]]:
    return [(ts, pack_processes(table)) for ts, table in tables]


def unpacked(snapshots: list[tuple[int, bytes]]) -> list[Table]:
    return [(ts, unpack_processes(rows)) for ts, rows in snapshots]


def an_hour() -> list[Table]:
    """Tables of 25 processes of which few do anything, every 10 s."""
    rng = np.random.default_rng(2)
    tables: list[Table] = []
    for turn in range(360):
        cpu = np.where(np.arange(25) < 5, rng.integers(0, 900, 25) / 100, 0.0)
        rss = 4096 * (np.arange(25) * 900 + rng.integers(0, 2, 25))
        rows = [
            Process(
                100 + place,
                "worker",
                f"/usr/bin/worker --number {place}",
                "www",
                busy,
                size,
                10**9,
                round(7.3 + 10 * turn, 2),
            )
            for place, (busy, size) in enumerate(zip(cpu.tolist(), rss.tolist(), strict=True))
        ]
        rows.sort(key=lambda row: (row.cpu_percent, row.rss_bytes, row.pid), reverse=True)
        tables.append((10_000 * turn, tuple(rows)))
    return tables


@given(TABLES)
@bounded
def test_tables_come_back_in_their_order(tables: list[Table]) -> None:
    assert unpacked(decode_processes(encode_processes(packed(tables)))) == tables


@given(TABLES, st.integers(-1, 6_000))
@bounded
def test_the_newest_table_at_a_moment_is_found(tables: list[Table], at: int) -> None:
    found = unpacked(decode_processes(encode_processes(packed(tables)), at=at))
    assert found == [table for table in tables if table[0] <= at][-1:]


def test_a_table_that_nobody_can_unpack_is_kept_as_it_is() -> None:
    too_large = zstandard.compress(msgspec.json.encode([[2**70, "", "", "", 0.0, 0, 0, 0.0]]))
    snapshots = [(1, b"garbage"), (2, pack_processes((POSTGRES,))), (3, too_large)]
    assert decode_processes(encode_processes(snapshots)) == snapshots
    assert decode_processes(encode_processes(snapshots), at=1) == snapshots[:1]


@given(TABLES)
@bounded
def test_tables_that_were_never_packed_give_the_same_frame(tables: list[Table]) -> None:
    assert encode_tables(tables) == encode_processes(packed(tables))


def test_numbers_too_large_for_columns_are_kept_all_the_same() -> None:
    huge = Process(2**70, "a", "", "root", 0.0, 0, 0, 0.0)
    tables: list[Table] = [(1, (POSTGRES,)), (2, (POSTGRES, huge)), (3, (huge,))]
    assert unpacked(decode_processes(encode_tables(tables))) == tables


def test_what_cannot_be_unpacked_is_left_out_unless_it_is_trusted() -> None:
    snapshots = [(1, b"garbage"), (2, pack_processes((POSTGRES,))), (3, b"rubbish")]
    frame, left_out = encode_readable(snapshots, {3})
    assert left_out == [1]
    assert decode_processes(frame) == snapshots[1:]


@given(TABLES, st.integers(1, 4_000))
@bounded
def test_thinned_it_has_the_first_table_of_each_span(tables: list[Table], length: int) -> None:
    first: dict[int, Table] = {}
    for table in tables:
        first.setdefault(table[0] // length, table)
    frame, moments = thin_processes(encode_processes(packed(tables)), length)
    assert unpacked(decode_processes(frame)) == list(first.values())
    assert moments == [ts for ts, _ in first.values()]


def test_a_table_that_nobody_can_unpack_is_thinned_as_any_other() -> None:
    snapshots = [(1, b"garbage"), (2, pack_processes((POSTGRES,))), (60_000, b"rubbish")]
    frame, moments = thin_processes(encode_processes(snapshots), 60_000)
    assert moments == [1, 60_000]
    assert decode_processes(frame) == [snapshots[0], snapshots[2]]


def test_an_hour_takes_a_fifteenth_of_its_single_tables() -> None:
    tables = an_hour()
    alone = sum(len(rows) for _, rows in packed(tables))
    frame = encode_processes(packed(tables))
    assert len(frame) < alone / 15
    assert unpacked(decode_processes(frame)) == tables


def test_a_frame_with_a_byte_changed_is_refused() -> None:
    frame = encode_processes([*packed(an_hour()[:2]), (10**9, b"garbage")])
    for place in range(len(frame)):
        for change in (0x01, 0x80, 0xFF):
            changed = bytearray(frame)
            changed[place] ^= change
            with pytest.raises(ValueError, match=r".+"):
                decode_processes(bytes(changed))
