"""The host that the poller is asked about: one that is registered, or one that stands in a form. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fleet.reading import shown_address
from monitor_gui.hosts.verdict import LOCAL_STEPS
from storage.connection_step import Step
from storage.host import Host, NewHost, Transport
from storage.host_rules import fields_of
from storage.printable import printable

_NAME_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Subject:
    """A host as a request names it.

    Attributes:
        name: fit to be shown.
        address: fit to be shown.
        payload: what a request carries.
        steps: of a connection test.
    """

    name: str
    address: str
    payload: Mapping[str, Any]
    steps: tuple[Step, ...]


def registered(host: Host) -> Subject:
    """A host of the list."""
    return _subject(host, {"host_id": host.id})


def drafted(host: NewHost) -> Subject:
    """A host that is not, or not so, on the list."""
    return _subject(host, {"host": {name: value for name, value in fields_of(host).items() if value is not None}})


def _subject(host: NewHost, payload: Mapping[str, Any]) -> Subject:
    steps = LOCAL_STEPS if host.transport is Transport.LOCAL else tuple(Step)
    return Subject(printable(host.name, _NAME_LIMIT), printable(shown_address(host), _NAME_LIMIT), payload, steps)
