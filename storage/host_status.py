"""How a host's session is: what a poller says of it. Apart from the database, which workers do not have."""

from dataclasses import dataclass
from typing import Any

from storage.reason import HostState, Reason


@dataclass(frozen=True, slots=True)
class HostStatus:
    """One host's session.

    Attributes:
        host_id: whose.
        state: what the session is.
        reason: why it is not up; None when it is, or when it has not been tried yet.
        detail: one line more about the reason; may be empty.
        since_at: when this state began, UTC milliseconds.
        inventory: what the probe's hello said; None where it is not known, and then what was known before stays.
    """

    host_id: int
    state: HostState
    reason: Reason | None
    detail: str
    since_at: int
    inventory: dict[str, Any] | None
