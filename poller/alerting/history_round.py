"""Looks at the stored history of every host every few minutes, for rules that are about more than the newest reading.

A few hosts have their turn every few seconds, so that a fleet costs the same all the time.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

import structlog

from alerts.history.history_rules import HistoryRules, HistoryValue
from alerts.history.needs import LOOK_S, Need, longest_gap_ms
from poller.alerting.history_reading import Asked, PastOf, by_need, read_pasts
from poller.alerting.judging import Judging
from storage.connection import Connection
from storage.database import Database
from storage.errors import DatabaseCorruptError
from storage.host import Host
from storage.queries import SeriesPoints
from storage.rhythm import read_rhythm
from storage.series import format_labels
from storage.settings import read_setting
from storage.utc import now_ms

HISTORY_S = 5.0
"""Between two steps."""
TURN_S = LOOK_S
"""Every host has its turn so often."""

_log = structlog.get_logger()


class _Found(NamedTuple):
    """What one host's rules come to."""

    host_id: int
    values: Sequence[HistoryValue]


class HistoryRound:
    """Goes round the hosts of this poller. Belongs to the event loop's thread; reading happens in others."""

    def __init__(self, database: Database, judging: Judging, *, clock_ms: Callable[[], int] = now_ms) -> None:
        """Takes the store, the alerts of this poller, and what tells UTC milliseconds."""
        self._database = database
        self._clock_ms = clock_ms
        self._judging = judging
        self._rules = HistoryRules()
        self._looked_at: dict[int, int] = {}
        self._unreadable: set[int] = set()

    async def step(self) -> None:
        """Looks at those whose turn it is.

        Raises:
            DatabaseUnavailableError: their turn comes again with the next step.
        """
        now = self._clock_ms()
        hosts = self._judging.hosts()
        self._forget({host.id for host in hosts})
        turn = self._turn(hosts, now)
        asked = [
            Asked(host, rules)
            for host in turn
            if (rules := self._rules.due(host.id, self._judging.applied(host.id), now))
        ]
        found = await asyncio.to_thread(self._look, asked, now) if asked else []
        self._looked_at |= dict.fromkeys((host.id for host in turn), now)
        for host_id, values in found:
            for each in values:
                self._judging.judge(
                    each.applied,
                    host_id,
                    format_labels(each.key.labels),
                    each.value,
                    now,
                    longest_gap_ms=longest_gap_ms(each.applied.rule.signal),
                    explanation=each.explanation,
                    labels=each.key.labels,
                )

    def _turn(self, hosts: Sequence[Host], now: int) -> list[Host]:
        """Those that were looked at longest ago, so many that all get their turn in time, and none too early."""
        due_before = now - TURN_S * 1000
        due = [host for host in hosts if self._looked_at.get(host.id, 0) <= due_before]
        due.sort(key=lambda host: self._looked_at.get(host.id, 0))
        # A little more than needed on average, so that whoever was late is caught up with.
        return due[: 1 + round(1.25 * len(hosts) * HISTORY_S / TURN_S)]

    def _forget(self, host_ids: set[int]) -> None:
        if self._looked_at.keys() - host_ids:
            self._looked_at = {host_id: at for host_id, at in self._looked_at.items() if host_id in host_ids}
            self._unreadable &= host_ids
            self._rules.forget(host_ids)

    def _look(self, asked: Sequence[Asked], now: int) -> list[_Found]:
        """In a thread: only one of these goes on at a time."""
        with self._database.reading() as connection:
            zone = _zone(connection)
            try:
                return self._values(connection, asked, now, zone)
            except DatabaseCorruptError:
                # What is damaged is that of one host; the others must not go without for it.
                return [found for one in asked for found in self._values_of_one(connection, one, now, zone)]

    def _values(self, connection: Connection, asked: Sequence[Asked], now: int, zone: tzinfo) -> list[_Found]:
        needed = by_need(asked, lambda one: self._rules.needs(one.host.id, one.applied, now))
        pasts = read_pasts(connection, needed, now, read_rhythm(connection))
        found = []
        for host, applied in asked:
            values = self._rules.values(
                host.id,
                applied,
                partial(_stored, pasts, host.id),
                now=now,
                zone=zone,
            )
            found.append(_Found(host.id, list(values)))
        return found

    def _values_of_one(self, connection: Connection, asked: Asked, now: int, zone: tzinfo) -> list[_Found]:
        try:
            found = self._values(connection, [asked], now, zone)
        except DatabaseCorruptError as error:
            if asked.host.id not in self._unreadable:
                self._unreadable.add(asked.host.id)
                _log.warning("history_unreadable", host=asked.host.name, detail=error.message)
            return []
        self._unreadable.discard(asked.host.id)
        return found


def _stored(pasts: PastOf, host_id: int, need: Need) -> Sequence[SeriesPoints]:
    return pasts.get(need, {}).get(host_id, ())


def _zone(connection: Connection) -> tzinfo:
    """Whose hours of the week are meant."""
    setting = read_setting(connection, "time_zone")
    return ZoneInfo(setting) if setting else UTC
