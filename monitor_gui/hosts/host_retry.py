"""Has hosts tried now that cannot be read: one, or all that wait for the same directory."""

from dataclasses import dataclass

from storage.database import Database
from storage.errors import NotFoundError
from storage.host import Host
from storage.host_states import read_host_states
from storage.hosts import list_hosts
from storage.login import login_of
from storage.reason import Reason
from storage.retry_requests import request_retry
from storage.translation import _


@dataclass(frozen=True, slots=True)
class Retried:
    """What was asked for.

    Attributes:
        host: the host that a person chose.
        count: how many hosts are tried, itself among them.
        is_asked: whether there is a collector to try them.
    """

    host: Host
    count: int
    is_asked: bool


def retry_host(database: Database, host_id: int, now_ms: int) -> Retried:
    """Asks for another try now. What waits for a directory is tried together: it is down for all, or for none.

    Raises:
        NotFoundError: the host was removed meanwhile.
    """
    with database.writing() as connection:
        hosts = list_hosts(connection)
        host = next((each for each in hosts if each.id == host_id), None)
        if host is None:
            raise NotFoundError(_("The host is no longer registered."))
        status = read_host_states(connection).get(host_id)
        chosen = [host]
        if status is not None and status.reason is Reason.DIRECTORY_DOWN:
            chosen = [each for each in hosts if each.enabled and login_of(each) == login_of(host)]
        asked = request_retry(connection, {"host_ids": [each.id for each in chosen]}, now_ms)
    return Retried(host, len(chosen), bool(asked))
