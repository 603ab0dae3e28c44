"""What a receiver is told: the alerts of one group, in full enough words to act on."""

import msgspec

from alerts.notifier.deduplication import Reason
from alerts.thresholds import Severity


class MessageAlert(msgspec.Struct, frozen=True, kw_only=True):
    """One alert in a message. Times are UTC milliseconds; texts are as they were made, escaped by whoever shows them.

    Attributes:
        id: of its row.
        rule: the name of the rule.
        host: the name of the host.
        host_id: of the host.
        severity: how bad it is, or was last.
        firing: whether it goes on.
        metric: name in the catalogue, or `up`.
        series: labels of the series as Prometheus writes them, without braces.
        labels: all of them, as `ActiveAlert.labels`.
        value: the newest; None where there is none.
        limit: the level that was passed; None where it is not known any more.
        fired_at, resolved_at: from when and until when.
        acknowledged_by: who is on it; empty for nobody.
        annotations: of the rule, with the templates filled in: `summary`, `description` and others.
        explanation: a code and its numbers, where the value was worked out and not read.
    """

    id: int
    rule: str
    host: str
    host_id: int
    severity: Severity
    firing: bool
    metric: str
    series: str = ""
    labels: dict[str, str] = {}
    value: float | None = None
    limit: float | None = None
    fired_at: int
    resolved_at: int | None = None
    acknowledged_by: str = ""
    annotations: dict[str, str] = {}
    explanation: dict[str, float | str] | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What is said in one go.

    Attributes:
        idempotency_key: the same for every try to say it.
        receiver: the name of who is told.
        route: the name of the route by which.
        reason: why now.
        group: pairs of label and value that its alerts have in common.
        alerts: worst first, then oldest first; at most `ALERTS_LIMIT` of them.
        firing, resolved: how many there are of each, those that were left out of `alerts` included.
        hosts: how many hosts they are on.
        held_back: how many more messages this one stands for: its receiver has had as many as it takes.
        kept_quiet: how many alerts nobody is told of for the sake of these, as those of the hosts behind a jump host.
        escalated: whether it is said because nobody acknowledged.
        flapping: ids of the alerts that come and go; nothing more is said of these until they settle.
        at: when it was made, UTC milliseconds.
        test: whether somebody only wants to see it arrive.
    """

    idempotency_key: str
    receiver: str
    route: str
    reason: Reason
    group: tuple[tuple[str, str], ...] = ()
    alerts: tuple[MessageAlert, ...] = ()
    firing: int = 0
    resolved: int = 0
    hosts: int = 0
    held_back: int = 0
    kept_quiet: int = 0
    escalated: bool = False
    flapping: tuple[int, ...] = ()
    at: int
    test: bool = False


ALERTS_LIMIT = 50
"""A thousand hosts behind one jump host make one message, not one of a thousand lines."""

encode_message = msgspec.msgpack.Encoder().encode
decode_message = msgspec.msgpack.Decoder(Message).decode
