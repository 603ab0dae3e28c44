import math

import msgspec
import numpy as np
import pytest

from storage.backlog import Item
from storage.host_states import HostStatus
from storage.process_rows import unpack_processes
from storage.reason import HostState, Reason
from storage.scrape import Cadence, Scrape, Vector
from storage.scrape_rows import PackedScrape, pack_scrape
from storage.series import Layout, SeriesKey
from storage.spool.frames import frame
from storage.spool.segment import Kind, SegmentContent, SegmentWriter, read_segment
from storage.vector import unpack_vector
from tests.readings import LOAD, POSTGRES, scrape

DISKS = Layout((SeriesKey("filesystem_used_bytes", (("mountpoint", "/srv/“x”"),)),))
DOWN = HostStatus(7, HostState.UNREACHABLE, Reason.LOST, "gone", 5, {"hostname": "db1", "cpus": 4})


def segment(*items: Item, database_id: str = "this") -> bytes:
    writer = SegmentWriter(database_id)
    return writer.head + b"".join(writer.bytes_of(item) for item in items)


def moments(content: SegmentContent) -> list[int]:
    return [item.ts for item in content.items if isinstance(item, PackedScrape)]


def test_what_was_recorded_comes_back_bit_for_bit_and_in_order() -> None:
    values = (math.nan, -0.0)
    first = pack_scrape(scrape(3, 10, values, processes=(POSTGRES,)))
    vectors = (
        Vector(Cadence.FAST, LOAD, np.array([1.0, math.inf])),
        Vector(Cadence.SLOW, DISKS, np.array([2.0**60])),
    )
    second = pack_scrape(Scrape(4, 11, 9, vectors))
    content = read_segment(segment(first, DOWN, second))
    assert (content.database_id, content.damaged) == ("this", False)
    one, state, two = content.items
    assert state == DOWN
    assert isinstance(one, PackedScrape)
    assert isinstance(two, PackedScrape)
    assert (one.host_id, one.ts, one.session_at) == (3, 10, 0)
    assert one.vectors == first.vectors
    assert np.signbit(unpack_vector(one.vectors[0][2])[1])
    assert one.processes is not None
    assert unpack_processes(one.processes) == (POSTGRES,)
    assert two.vectors == second.vectors
    assert two.processes is None


def test_a_layout_is_in_a_segment_once() -> None:
    many = segment(*(pack_scrape(scrape(host, 1)) for host in range(50)))
    assert many.count(LOAD.content) == 1


def test_a_state_without_a_reason_or_an_inventory_comes_back_too() -> None:
    state = HostStatus(7, HostState.UP, None, "", 5, None)
    assert read_segment(segment(state)).items == [state]


@pytest.mark.parametrize(
    "item",
    [
        pack_scrape(scrape(1, 2**70)),
        pack_scrape(scrape(2**63, 1)),
        HostStatus(1, HostState.UP, None, "\ud800", 1, None),
    ],
    ids=["moment", "host", "surrogate"],
)
def test_what_no_database_would_take_is_refused_and_leaves_no_trace(item: Item) -> None:
    writer = SegmentWriter("")
    with pytest.raises((ValueError, OverflowError)):
        writer.bytes_of(item)
    whole = writer.head + writer.bytes_of(pack_scrape(scrape(1, 5)))
    assert moments(read_segment(whole)) == [5]


def test_without_its_head_the_rest_is_read_for_whichever_database_is_there() -> None:
    whole = segment(pack_scrape(scrape(1, 5)))
    content = read_segment(whole[len(SegmentWriter("this").head) :])
    assert (content.database_id, moments(content)) == ("", [5])


def test_a_scrape_whose_layout_is_damaged_is_left_out_and_the_others_stay() -> None:
    whole = bytearray(segment(pack_scrape(scrape(1, 1)), DOWN, pack_scrape(scrape(1, 2, (3.0,), DISKS))))
    whole[whole.index(b"load1")] ^= 1
    content = read_segment(bytes(whole))
    assert content.damaged
    assert moments(content) == [2]
    assert DOWN in content.items


HOSTILE = {
    "unknown kind": frame(99, b""),
    "no msgpack": frame(Kind.SCRAPE, b"\xc1"),
    "another shape": frame(Kind.SCRAPE, msgspec.msgpack.encode([1, 2])),
    "layout that is not there": frame(Kind.SCRAPE, msgspec.msgpack.encode([1, 2, 3, [[0, 5, b""]], None])),
    "vector that does not fit": frame(Kind.LAYOUT, msgspec.msgpack.encode([0, LOAD.content]))
    + frame(Kind.SCRAPE, msgspec.msgpack.encode([1, 2, 3, [[0, 0, b"1234567"]], None])),
    "cadence that is none": frame(Kind.LAYOUT, msgspec.msgpack.encode([0, LOAD.content]))
    + frame(Kind.SCRAPE, msgspec.msgpack.encode([1, 2, 3, [[77, 0, bytes(16)]], None])),
    "state that is none": frame(Kind.STATE, msgspec.msgpack.encode([1, "merry", None, "", 5, None])),
    "layout that is none": frame(Kind.LAYOUT, msgspec.msgpack.encode([0, b"[[]]"])),
    "layout nested deeply": frame(Kind.LAYOUT, msgspec.msgpack.encode([0, b"[" * 100_000])),
    "database that is no text": frame(Kind.DATABASE, b"\xff\xff"),
    "state nested deeply": frame(Kind.STATE, b"\x91" * 100_000),
}


@pytest.mark.parametrize("hostile", list(HOSTILE.values()), ids=list(HOSTILE))
def test_whatever_else_is_in_a_file_is_passed_over_and_counts_as_damage(hostile: bytes) -> None:
    writer = SegmentWriter("this")
    good = writer.bytes_of(pack_scrape(scrape(1, 5)))
    assert moments(read_segment(writer.head + good + hostile)) == [5]
    assert read_segment(writer.head + good + hostile).damaged
    after = read_segment(hostile + writer.head + good)
    assert moments(after) == [5]
    assert after.damaged
