"""What a receiver is, for people and for scripts. Pure."""

from collections.abc import Sequence
from typing import Any

from alerts.receivers.options import EmailOptions, options_of
from storage.alerting.receiver import Receiver
from storage.errors import InvalidInputError
from storage.printable import printable
from storage.utc import iso_utc

_RECIPIENTS_SHOWN = 3


def whom_text(receiver: Receiver) -> str:
    """`ops@example.org and 2 more, through smtp.example.org:587`; how else it is reached is secret."""
    try:
        options = options_of(receiver.kind, receiver.options)
    except InvalidInputError as error:
        return printable(f"cannot be used: {error.message}", 200)
    if not isinstance(options, EmailOptions):
        return "" if receiver.credential_id is None else "(its URL is in the keyring)"
    shown = ", ".join(options.to[:_RECIPIENTS_SHOWN])
    more = len(options.to) - _RECIPIENTS_SHOWN
    return f"{shown}{f' and {more} more' if more > 0 else ''}, through {options.server}:{options.used_port}"


def receiver_as_json(receiver: Receiver, credential: str | None, routes: Sequence[str]) -> dict[str, Any]:
    """All of it that is not secret."""
    return {
        "name": receiver.name,
        "kind": receiver.kind.value,
        "enabled": receiver.enabled,
        "options": dict(receiver.options),
        "credential": credential,
        "routes": list(routes),
        "created": iso_utc(receiver.created_at),
        "changed": iso_utc(receiver.updated_at),
    }
