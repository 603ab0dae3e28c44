"""What a host is asked besides: units, addresses that it can reach, and numbers of the user's own."""

from dataclasses import dataclass
from enum import StrEnum


class CheckKind(StrEnum):
    """What is asked."""

    UNIT = "unit"
    """Whether a systemd unit is active."""
    HTTP = "http"
    """Whether a URL answers, and how fast."""
    TCP = "tcp"
    """Whether `ADDRESS:PORT` takes connections, and how fast."""
    COMMAND = "command"
    """Numbers that a command prints, one `name value` a line."""
    PROMETHEUS = "prometheus"
    """Numbers of a Prometheus endpoint."""


@dataclass(frozen=True, slots=True)
class Check:
    """One question.

    Attributes:
        name: what its series are labelled with; unique among the checks of one host.
        kind: what is asked.
        target: name of the unit, URL, `ADDRESS:PORT`, or command line for /bin/sh. Not a place for secrets.
    """

    name: str
    kind: CheckKind
    target: str
