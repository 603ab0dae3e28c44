"""What is said about a chunk that cannot be read."""

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from storage.errors import DatabaseCorruptError
from storage.printable import printable
from storage.schema import hosts
from storage.scrape import Cadence
from storage.tier import Tier, extent_end


def damaged_chunk(
    connection: Connection, host_id: int, tier: Tier, cadence: Cadence, extent: tuple[int, int]
) -> DatabaseCorruptError:
    """The error for a chunk of a host, by where it starts and its last time; other hosts and times can be read."""
    start_ts, last_ts = extent
    name = connection.execute(select(hosts.c.name).where(hosts.c.id == host_id)).scalar_one_or_none()
    whose = f"host {host_id}" if name is None else printable(name, 255)
    what = "readings" if tier is Tier.RAW else "rolled-up readings"
    end_ts = extent_end(start_ts, last_ts, tier, cadence)
    return DatabaseCorruptError(
        f"The database has {what} of {whose} that are damaged: those from {_utc(start_ts)} to {_utc(end_ts)} UTC.",
        hint="Other times and hosts can be read; `watchpost db check` looks at all of them.",
    )


def _utc(ts: int) -> str:
    try:
        return datetime.fromtimestamp(ts / 1000, UTC).strftime("%Y-%m-%d %H:%M")
    except (OverflowError, ValueError, OSError):
        return str(ts)
