"""Somebody, or something, that is told of alerts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ReceiverKind(StrEnum):
    """By which way it is told."""

    EMAIL = "email"
    SLACK = "slack"
    WEBHOOK = "webhook"
    APPRISE = "apprise"
    """Any other URL that Apprise knows."""
    DESKTOP = "desktop"
    """A notification of the desktop in whose session the poller, or the application, runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReceiver:
    """What a person says of it.

    Attributes:
        name: what routes call it.
        kind: by which way.
        options: nothing secret: recipients, language, limits; which there are, `alerts.receivers` says.
        enabled: whether it is told anything.
    """

    name: str
    kind: ReceiverKind
    options: Mapping[str, object] = field(default_factory=dict)
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver(NewReceiver):
    """A row of `receivers`. Its URL or password is the secret of a credential, in the keyring.

    Attributes:
        credential_id: of that credential; None where it needs no secret.
    """

    id: int
    credential_id: int | None = None
    created_at: int = 0
    updated_at: int = 0
