"""Writes hosts down as people change them: each function is one transaction of an errand."""

from collections.abc import Iterable, Sequence

from storage.database import Database
from storage.errors import NotFoundError, WatchpostError
from storage.host import Host, NewHost
from storage.host_rules import fields_of
from storage.hosts import add_host, add_hosts, edit_host, list_hosts, remove_host, restore_host
from storage.requests import RequestKind, create_request
from storage.translation import _


def save_host(database: Database, old: Host | None, host: NewHost, now_ms: int) -> Host:
    """Registers a host, or changes the old one wherever the two differ; it may have been renamed meanwhile.

    Raises:
        AlreadyExistsError: the name is taken.
        NotFoundError: the old host was removed meanwhile, or the credential is gone.
    """
    with database.writing() as connection:
        if old is None:
            return add_host(connection, host, now_ms)
        present = next((each for each in list_hosts(connection) if each.id == old.id), None)
        if present is None:
            raise NotFoundError(_("The host was removed meanwhile."), hint=_("Add it anew."))
        was, said = fields_of(old), fields_of(host)
        changes = {name: value for name, value in said.items() if value != was[name]}
        return edit_host(connection, present.name, changes) if changes else present


def find_by_id(database: Database, host_id: int) -> Host:
    """The host of that id. Raises NotFoundError."""
    with database.reading() as connection:
        for host in list_hosts(connection):
            if host.id == host_id:
                return host
    raise NotFoundError(_("The host is no longer registered."))


def add_and_try(database: Database, hosts: Iterable[NewHost], now_ms: int) -> list[Host]:
    """Registers several hosts and has the collector try each: keys that its known_hosts vouches for are trusted then.

    Raises:
        WatchpostError: one of them cannot be registered; none was.
    """
    with database.writing() as connection:
        added = add_hosts(connection, hosts, now_ms)
        for host in added:
            create_request(connection, RequestKind.TEST_CONNECTION, {"host_id": host.id}, now_ms)
        return added


def remove_hosts(database: Database, host_ids: Sequence[int], now_ms: int) -> list[Host]:
    """Takes those hosts off the list and returns what they were; one that is gone already is passed over."""
    with database.writing() as connection:
        gone = [host for host in list_hosts(connection) if host.id in set(host_ids)]
        return [remove_host(connection, host.name, now_ms) for host in gone]


def restore_hosts(database: Database, hosts: Iterable[Host]) -> list[WatchpostError]:
    """Brings removed hosts back, each by itself; returns why some could not be."""
    failures: list[WatchpostError] = []
    for host in hosts:
        try:
            with database.writing() as connection:
                restore_host(connection, host.name)
        except WatchpostError as error:
            failures.append(error)
    return failures


def enable_hosts(database: Database, host_ids: Sequence[int], *, enabled: bool) -> int:
    """Has hosts watched, or not any longer; returns how many that has changed."""
    with database.writing() as connection:
        changed = [host for host in list_hosts(connection) if host.id in set(host_ids) and host.enabled is not enabled]
        for host in changed:
            edit_host(connection, host.name, {"enabled": enabled})
    return len(changed)
