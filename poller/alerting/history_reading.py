"""Reads what rules need of the stored history of many hosts, a handful of statements for all of them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from alerts.history.needs import Need
from alerts.rules.applied_rule import AppliedRule
from fleet.host_series import read_of_hosts
from storage.connection import Connection
from storage.host import Host
from storage.queries import SeriesPoints
from storage.rhythm import Rhythm


class Asked(NamedTuple):
    """A host whose turn it is, with its rules that look at history."""

    host: Host
    applied: Sequence[AppliedRule]


PastOf = Mapping[Need, Mapping[int, Sequence[SeriesPoints]]]
"""What is stored, by need and host."""


def read_pasts(
    connection: Connection, needed: Mapping[Need, Sequence[Host]], now: int, rhythm: Rhythm
) -> dict[Need, dict[int, list[SeriesPoints]]]:
    """What is stored up to a moment.

    Args:
        connection: to read from.
        needed: who needs what.
        now: UTC milliseconds, exclusive.
        rhythm: as the settings have it.

    Raises:
        DatabaseCorruptError: what is stored of one of the hosts cannot be read.
    """
    return {
        need: read_of_hosts(
            connection,
            hosts,
            need.metric,
            span=(now - round(need.back_s * 1000), now),
            rhythm=rhythm,
            interval=need.interval,
        )
        for need, hosts in needed.items()
    }


def by_need(asked: Sequence[Asked], needs_of: Callable[[Asked], set[Need]]) -> dict[Need, list[Host]]:
    """Which hosts need what."""
    found: dict[Need, list[Host]] = defaultdict(list)
    for each in asked:
        for need in needs_of(each):
            found[need].append(each.host)
    return found
