"""What a change of retention would delete of what is there."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, Select, func, select

from storage.retentions import TIER_NAMES, Retention, cutoff, read_retentions
from storage.schema import chunks, hosts, process_chunks
from storage.tier import Tier


class Loss(NamedTuple):
    """What would go.

    Attributes:
        kind: a tier's name, or "processes".
        hosts: of how many hosts.
        until: the newest moment of it, UTC milliseconds.
    """

    kind: str
    hosts: int
    until: int


def expected_loss(connection: Connection, wanted: Retention, group: str | None, now_ms: int) -> list[Loss]:
    """What would be deleted, finest first, if a retention were set; nothing that is about to be deleted anyway.

    Args:
        connection: to read from.
        wanted: the retention.
        group: for whom; None for all hosts whose group has none of its own.
        now_ms: the time, UTC milliseconds.
    """
    retentions = read_retentions(connection)
    present = retentions.of(group)
    whose = select(hosts.c.id)
    if group is not None:
        whose = whose.where(hosts.c.group_name == group)
    elif retentions.groups:
        whose = whose.where(func.coalesce(hosts.c.group_name, "").not_in(list(retentions.groups)))
    return [loss for loss in _losses(connection, present, wanted, whose, now_ms) if loss.hosts]


def _losses(
    connection: Connection, present: Retention, wanted: Retention, whose: Select[tuple[int]], now_ms: int
) -> Iterator[Loss]:
    for tier in Tier:
        if wanted.seconds(tier) < present.seconds(tier):
            mine = (chunks.c.tier == int(tier), chunks.c.host_id.in_(whose))
            query = select(func.count(chunks.c.host_id.distinct()), func.max(chunks.c.last_ts)).where(
                *mine, chunks.c.last_ts < cutoff(wanted.seconds(tier), now_ms)
            )
            yield _loss(TIER_NAMES[tier], *connection.execute(query).one())
    if wanted.longest_processes_s < present.longest_processes_s or wanted.processes_s < present.processes_s:
        query = select(func.count(process_chunks.c.host_id.distinct()), func.max(process_chunks.c.last_ts)).where(
            process_chunks.c.host_id.in_(whose), process_chunks.c.last_ts < cutoff(wanted.processes_s, now_ms)
        )
        yield _loss("processes", *connection.execute(query).one())


def _loss(kind: str, count: int, until: int | None) -> Loss:
    return Loss(kind, count, until or 0)
