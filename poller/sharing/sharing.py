"""Whether hosts are shared with other pollers, and what that takes."""

from collections.abc import Callable
from typing import NamedTuple

from poller.share import Everything, Share
from poller.sharing.shared_hosts import SharedHosts
from storage.database import Database
from storage.leases.fence import Fence
from storage.pollers import Run


class Sharing(NamedTuple):
    """The parts of it.

    Attributes:
        share: which hosts are ours.
        fence: what of what was read is ours to write; None for a poller that is alone.
        duties: the database for what one poller alone does; it refuses writing to any other.
    """

    share: Share
    fence: Fence | None
    duties: Database


def sharing(database: Database, name: str, run: Callable[[], Run | None]) -> Sharing:
    """How a poller shares hosts: on PostgreSQL with all others of a name; on SQLite its lock keeps it alone.

    Args:
        database: that all of them use.
        name: of this poller; one without is alone wherever it is.
        run: which run this is, once it is registered.
    """
    if database.dialect == "sqlite" or not name:
        return Sharing(Everything(), None, database)
    fence = Fence(run)
    return Sharing(SharedHosts(database, name, run, fence), fence, database.guarded(fence.check_duties))
