"""What leaves a worker, whatever is in it."""

import numpy as np
from structlog.testing import capture_logs

from poller.crew.messages import FromWorker, Parcel, decode_from_worker, encode
from poller.crew.outbox import Outbox
from poller.crew.parcels import ParcelOpener
from storage.host_status import HostStatus
from storage.reason import HostState, Reason
from storage.scrape import Cadence, Scrape, Vector
from storage.series import SeriesKey, shared_layout


def scrape(name: str) -> Scrape:
    vector = Vector(Cadence.FAST, shared_layout((SeriesKey(name),)), np.zeros(1))
    return Scrape(host_id=1, ts=2_000, session_at=1_000, vectors=(vector,), processes=None)


class Sent:
    """What came out at the other end."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []
        self.outbox = Outbox(self._send, lambda _: None)

    def _send(self, message: FromWorker) -> None:
        received = decode_from_worker(encode(message))
        assert isinstance(received, Parcel)
        self.parcels.append(received)


def test_after_a_parcel_that_could_not_be_sent_no_reading_is_filed_under_another_layout() -> None:
    sent = Sent()
    for names, inventory in ((["load1"], None), (["load5"], {"os": "\udcff"}), (["load15", "load1"], None)):
        for name in names:
            sent.outbox.record_scrape(scrape(name))
        sent.outbox.record_state(HostStatus(1, HostState.UP, None, "", 0, inventory))
        with capture_logs() as logs:
            sent.outbox.flush()
        assert bool([log for log in logs if log["event"] == "parcel_lost"]) is bool(inventory)
    opener = ParcelOpener()
    read = [found.vectors[0][1] for parcel in sent.parcels for found in opener.scrapes(parcel)]
    assert [layout.series[0].name for layout in read] == ["load1", "load15", "load1"]


def test_half_a_character_in_a_detail_costs_nothing() -> None:
    sent = Sent()
    sent.outbox.record_state(HostStatus(1, HostState.BLOCKED, Reason.CREDENTIAL, "Grüße: /tmp/\udcff", 0, None))
    sent.outbox.flush()
    assert [state.detail for state in sent.parcels[0].states] == ["Grüße: /tmp/?"]
