"""What the process that delivers is told, and what it says: once each, as msgpack through a pipe."""

import msgspec

from alerts.notifier.message import Message
from alerts.receivers.chart_series import ChartSeries
from alerts.receivers.links import Links
from storage.alerting.receiver import ReceiverKind


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery.

    Attributes:
        kind: by which way.
        options: as they are stored.
        secret: with what the receiver is reached; never shown.
        message: what is said.
        links: for its buttons; None for none.
        chart: for a mail; None for none.
        time_zone: in which times are told where the options name none.
        limit_s: after so long, whoever sent it gives up.
    """

    kind: ReceiverKind
    options: dict[str, object]
    secret: str | None = None
    message: Message
    links: Links | None = None
    chart: ChartSeries | None = None
    time_zone: str = "UTC"
    limit_s: float = 20.0

    def __repr__(self) -> str:
        # The usual one would quote the secret.
        return f"Errand({self.kind.value}, {self.message.idempotency_key})"


class Said(msgspec.Struct, frozen=True):
    """What came of it, as `Answer`."""

    delivered: bool
    text: str
    again: bool = True


encode_errand = msgspec.msgpack.Encoder().encode
decode_errand = msgspec.msgpack.Decoder(Errand).decode
encode_said = msgspec.msgpack.Encoder().encode
decode_said = msgspec.msgpack.Decoder(Said).decode
