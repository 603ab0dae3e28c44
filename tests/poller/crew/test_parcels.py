"""Scrapes on their way from a worker."""

import numpy as np

from poller.crew.messages import FromWorker, Parcel, decode_from_worker, encode
from poller.crew.parcels import ParcelMaker, ParcelOpener
from storage.host_status import HostStatus
from storage.packed_scrape import PackedScrape, pack_scrape
from storage.reason import HostState, Reason
from storage.scrape import Cadence, Scrape, Vector
from storage.series import Layout, SeriesKey, shared_layout

UP = HostStatus(7, HostState.UP, None, "", 1_000, {"hostname": "web", "mounts": [["/", "/dev/sda", "ext4"]]})


def layout(*names: str) -> Layout:
    return shared_layout(tuple(SeriesKey(name) for name in names))


def packed(host_id: int, *names: str) -> PackedScrape:
    vector = Vector(Cadence.FAST, layout(*names), np.arange(len(names), dtype=np.float64))
    return pack_scrape(Scrape(host_id=host_id, ts=2_000, session_at=1_000, vectors=(vector,), processes=None))


def over_the_wire(message: FromWorker) -> Parcel:
    received = decode_from_worker(encode(message))
    assert isinstance(received, Parcel)
    return received


def same(scrape: PackedScrape) -> tuple[object, ...]:
    return scrape.host_id, scrape.ts, scrape.session_at, scrape.vectors, scrape.processes


def test_what_comes_out_is_what_went_in() -> None:
    sent = [packed(1, "load1"), packed(2, "load1", "load5")]
    received = over_the_wire(ParcelMaker().make(sent, [UP], {Reason.LOST: 2}))
    assert [same(scrape) for scrape in ParcelOpener().scrapes(received)] == [same(scrape) for scrape in sent]
    assert received.states == [UP]
    assert received.failures == {Reason.LOST: 2}


def test_a_layout_is_sent_once_and_is_the_same_object_as_everywhere_else() -> None:
    maker, opener = ParcelMaker(), ParcelOpener()
    first = over_the_wire(maker.make([packed(1, "load1")], [], {}))
    second = over_the_wire(maker.make([packed(2, "load1")], [], {}))
    assert len(first.layouts) == 1
    assert second.layouts == []
    opened = [scrape.vectors[0][1] for parcel in (first, second) for scrape in opener.scrapes(parcel)]
    assert all(found is layout("load1") for found in opened)


def test_a_host_that_invents_ever_new_layouts_fills_neither_side() -> None:
    maker, opener = ParcelMaker(book_limit=10), ParcelOpener()
    for number in range(100):
        parcel = over_the_wire(maker.make([packed(1, f"series{number}")], [], {}))
        assert [scrape.vectors[0][1] for scrape in opener.scrapes(parcel)] == [layout(f"series{number}")]
        assert len(opener._layouts) <= 10
