"""What the poller and a worker say to each other. Both are of one version, so nothing here has to last."""

from typing import Any

import msgspec

from poller.assignment import Assignment
from poller.crew.packed_rules import PackedRules
from poller.retry import Hold
from storage.alerting.alert_change import AlertChange
from storage.alerting.alert_row import AlertRow
from storage.host import Host
from storage.host_key import HostKey
from storage.host_status import HostStatus
from storage.reason import Reason


class Follow(msgspec.Struct, tag=True, frozen=True):
    """What is different about your hosts now; `Followed` answers.

    Attributes:
        number: of this order.
        changed: those that are new or have changed; with the first order of a worker's life, all there are.
        gone: those that are no longer its own.
        last_states: where those of `changed` were left off that this worker has not been told of yet.
        holds: those of `changed` whose refused logins do not count.
        alerts: what fires on those of `changed`.
    """

    number: int
    changed: list[Assignment]
    gone: list[int] = []
    last_states: list[HostStatus] = []
    holds: dict[int, Hold] = {}
    alerts: list[AlertRow] = []


class FollowRules(msgspec.Struct, tag=True, frozen=True):
    """What is held against readings of hosts now that were told otherwise before, or nothing."""

    rules: PackedRules


class Retry(msgspec.Struct, tag=True, frozen=True):
    """As `Crew.retry`."""

    reasons: list[Reason]
    host_ids: list[int] | None = None


class RetryHosts(msgspec.Struct, tag=True, frozen=True):
    """As `Crew.retry_hosts`."""

    host_ids: list[int] | None


class HoldHosts(msgspec.Struct, tag=True, frozen=True):
    """As `Crew.hold`."""

    host_ids: list[int]
    hold: Hold


class Granted(msgspec.Struct, tag=True, frozen=True):
    """Answers `Ask`. `failure` is what it failed of: its kind, a message, and a hint."""

    number: int
    host_id: int
    trusted_keys: tuple[HostKey, ...] = ()
    secret: str | None = None
    failure: tuple[str, str, str | None] | None = None

    def __repr__(self) -> str:
        return f"Granted({self.number}, {self.host_id})"


class End(msgspec.Struct, tag=True, frozen=True):
    """End all sessions, hand over what is left, and go."""


class FlatScrape(msgspec.Struct, frozen=True, array_like=True):
    """A `storage.scrape_rows.PackedScrape` whose layouts are numbers."""

    host_id: int
    ts: int
    session_at: int
    vectors: list[tuple[int, int, bytes]]
    processes: bytes | None


class Parcel(msgspec.Struct, tag=True, frozen=True):
    """What sessions have brought.

    Attributes:
        fresh: the numbers of layouts begin anew with this one.
        layouts: the contents of those that are new, in the order of their numbers.
        scrapes: in the order in which they came.
        states: changes, in their order.
        failures: sessions that failed or ended since the last parcel, by reason.
        alerts: what has happened to alerts, in its order.
    """

    fresh: bool
    layouts: list[bytes]
    scrapes: list[FlatScrape]
    states: list[HostStatus]
    failures: dict[Reason, int]
    alerts: list[AlertChange] = []


class Ask(msgspec.Struct, tag=True, frozen=True):
    """What is this host logged in to with? `Granted` answers, unless the host has been edited since."""

    number: int
    host: Host


class Followed(msgspec.Struct, tag=True, frozen=True):
    """What was to be followed is; the sessions of all other hosts are over, and what they brought has gone before."""

    number: int


class Told(msgspec.Struct, tag=True, frozen=True):
    """An event for the poller's log."""

    level: str
    event: str
    fields: dict[str, Any]


class Alive(msgspec.Struct, tag=True, frozen=True):
    """The worker's event loop goes round; it has used so many seconds of CPU, some of them on holding against rules."""

    cpu_s: float
    evaluation_s: float = 0.0


ToWorker = Follow | FollowRules | Retry | RetryHosts | HoldHosts | Granted | End
FromWorker = Parcel | Ask | Followed | Told | Alive

encode = msgspec.msgpack.Encoder().encode
decode_to_worker = msgspec.msgpack.Decoder(ToWorker).decode
decode_from_worker = msgspec.msgpack.Decoder(FromWorker).decode
