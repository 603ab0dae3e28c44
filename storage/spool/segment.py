"""One segment of a spool as bytes: whose database it is for, the layouts, and what was recorded, in its order.

A layout is in a segment once, ahead of the first scrape that uses it; so each segment can be read by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import msgspec

from storage.backlog import Item
from storage.host_states import HostStatus
from storage.reason import HostState, Reason
from storage.scrape import Cadence
from storage.scrape_rows import PackedScrape
from storage.series import Layout, shared_layout
from storage.spool.frames import Frame, frame, read_frames

_VALUE_BYTES = 8
# What a column of the database can hold. Beyond it the database would refuse a row only after it was spooled.
_LARGEST = 2**63 - 1


class Kind(IntEnum):
    """What a frame holds. Stored: never renumber."""

    DATABASE = 1
    LAYOUT = 2
    SCRAPE = 3
    STATE = 4


class _Scrape(msgspec.Struct, frozen=True, array_like=True):
    host_id: int
    ts: int
    session_at: int
    vectors: tuple[tuple[Cadence, int, bytes], ...]
    processes: bytes | None


class _Layout(msgspec.Struct, frozen=True, array_like=True):
    number: int
    content: bytes


class _State(msgspec.Struct, frozen=True, array_like=True):
    host_id: int
    state: HostState
    reason: Reason | None
    detail: str
    since_at: int
    inventory: dict[str, Any] | None


_pack = msgspec.msgpack.Encoder().encode
_read_scrape = msgspec.msgpack.Decoder(_Scrape).decode
_read_layout = msgspec.msgpack.Decoder(_Layout).decode
_read_state = msgspec.msgpack.Decoder(_State).decode


class SegmentWriter:
    """Makes the bytes of one segment, piece by piece."""

    def __init__(self, database_id: str) -> None:
        """Takes the identity of the database; empty where it is not known."""
        self.head = frame(Kind.DATABASE, database_id.encode())
        self._numbers: dict[bytes, int] = {}

    def bytes_of(self, item: Item) -> bytes:
        """The frames of one item, to be written after all that came before.

        Raises:
            ValueError: no database would take it: a number out of bounds, a text that is no Unicode.
        """
        if isinstance(item, HostStatus):
            return _state_frame(item)
        _check_numbers(item.host_id, item.ts, item.session_at)
        fresh = self._fresh(item)
        numbers = {**self._numbers, **{layout.digest: number for number, layout in fresh}}
        vectors = tuple((Cadence(cadence), numbers[layout.digest], packed) for cadence, layout, packed in item.vectors)
        scrape = frame(Kind.SCRAPE, _pack(_Scrape(item.host_id, item.ts, item.session_at, vectors, item.processes)))
        layouts = b"".join(frame(Kind.LAYOUT, _pack(_Layout(number, layout.content))) for number, layout in fresh)
        self._numbers = numbers
        return layouts + scrape

    def _fresh(self, scrape: PackedScrape) -> list[tuple[int, Layout]]:
        """The layouts that the segment does not have yet, numbered."""
        new = {layout.digest: layout for _, layout, _ in scrape.vectors if layout.digest not in self._numbers}
        return list(enumerate(new.values(), start=len(self._numbers)))


@dataclass(frozen=True, slots=True)
class SegmentContent:
    """What could be read of a segment.

    Attributes:
        database_id: the identity of the database that it is for; empty where it is not known.
        items: what was recorded, in its order.
        damaged: something in it could not be read. What a crash cut short does not count: nobody was told of it.
    """

    database_id: str
    items: list[Item]
    damaged: bool


def read_segment(content: bytes) -> SegmentContent:
    """Reads what can be read; never raises, whatever the bytes are."""
    frames = read_frames(content)
    layouts: dict[int, Layout] = {}
    items: list[Item] = []
    database_id, damaged = "", frames.damaged
    for each in frames.found:
        try:
            if each.kind == Kind.DATABASE:
                database_id = each.payload.decode()
            elif each.kind == Kind.LAYOUT:
                layout = _read_layout(each.payload)
                layouts[layout.number] = shared_layout(Layout.parse(layout.content).series)
            else:
                items.append(_item(each, layouts))
        # Of msgspec, of a text that is no Unicode, and of our own checks: each is a ValueError.
        except (ValueError, KeyError, OverflowError, RecursionError):
            damaged = True
    return SegmentContent(database_id, items, damaged)


def count_items(kinds: Sequence[int]) -> int:
    """How many of these frames are scrapes and states."""
    return sum(kind in {Kind.SCRAPE, Kind.STATE} for kind in kinds)


def _check_numbers(*numbers: int) -> None:
    if any(abs(number) > _LARGEST for number in numbers):
        raise ValueError("a number that no database can hold")


def _state_frame(state: HostStatus) -> bytes:
    _check_numbers(state.host_id, state.since_at)
    inventory = state.inventory
    return frame(
        Kind.STATE,
        _pack(_State(state.host_id, state.state, state.reason, state.detail, state.since_at, inventory)),
    )


def _item(each: Frame, layouts: dict[int, Layout]) -> Item:
    if each.kind == Kind.STATE:
        state = _read_state(each.payload)
        return HostStatus(state.host_id, state.state, state.reason, state.detail, state.since_at, state.inventory)
    if each.kind != Kind.SCRAPE:
        raise ValueError("a kind of record that is not known")
    scrape = _read_scrape(each.payload)
    vectors = tuple((int(cadence), layouts[number], packed) for cadence, number, packed in scrape.vectors)
    if any(len(packed) != _VALUE_BYTES * len(layout.series) for _, layout, packed in vectors):
        raise ValueError("a vector that does not fit its layout")
    return PackedScrape(
        host_id=scrape.host_id,
        ts=scrape.ts,
        session_at=scrape.session_at,
        vectors=vectors,
        processes=scrape.processes,
    )
