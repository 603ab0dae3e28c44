"""Who lives, who holds what, and which hosts there are to be read: what decides about shares, at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.hosts import hosts_revision
from storage.leases.lease_rows import lease_mark, open_leases
from storage.leases.liveness import Sign
from storage.pollers import Run
from storage.schema import hosts, pollers

_POLLERS = select(
    pollers.c.id, pollers.c.name, pollers.c.heartbeat_at, pollers.c.stopped_at, pollers.c.started_at, pollers.c.pid
)
_ENABLED = select(hosts.c.id).where(hosts.c.enabled, hosts.c.removed_at.is_(None)).order_by(hosts.c.id)


@dataclass(frozen=True, slots=True)
class Situation:
    """All of it.

    Attributes:
        signs: of life, of all pollers.
        names: of pollers, by id.
        runs: the run that last registered under each id.
        mark: differs whenever a lease has changed.
        leases: who holds what, poller ids by host id.
        revision: grows with every change to a host.
        host_ids: hosts that are to be read.
    """

    signs: Sequence[Sign]
    names: Mapping[str, str]
    runs: Mapping[str, Run]
    mark: object
    leases: Mapping[int, str]
    revision: int
    host_ids: Sequence[int]

    def last_heartbeat(self, poller_id: str) -> int | None:
        """That of a poller; None where it is not registered."""
        return next((sign.heartbeat_at for sign in self.signs if sign.poller_id == poller_id), None)


def read_situation(connection: Connection, before: Situation | None) -> Situation:
    """Reads it from one snapshot; leases and hosts only where they have changed since `before`."""
    rows = connection.execute(_POLLERS).all()
    mark, revision = lease_mark(connection), hosts_revision(connection)
    return Situation(
        signs=[Sign(row.id, row.heartbeat_at, has_stopped=row.stopped_at is not None) for row in rows],
        names={row.id: row.name for row in rows},
        runs={row.id: Run(row.id, row.started_at, row.pid) for row in rows},
        mark=mark,
        leases=before.leases if before and before.mark == mark else open_leases(connection),
        revision=revision,
        host_ids=(
            before.host_ids if before and before.revision == revision else connection.execute(_ENABLED).scalars().all()
        ),
    )
