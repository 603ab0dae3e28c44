"""Registers the hosts of a fleet in a database, with their keys trusted: nothing is left to confirm."""

import ipaddress
from dataclasses import dataclass

from simulated_fleet.machine import Machine
from simulated_fleet.serving.folder import FleetFolder
from simulated_fleet.serving.keys import ALGORITHM, host_key, public_line
from simulated_fleet.serving.login import USERNAME
from simulated_fleet.serving.places import Place
from simulated_fleet.serving.plan import PlannedFleet
from storage.connection import Connection
from storage.database import Database
from storage.errors import AlreadyExistsError
from storage.host import Host, NewHost
from storage.host_keys import HostKey, KeySource, fingerprint_of, trust_host_key, trusted_keys_of
from storage.host_rules import fields_of
from storage.hosts import add_hosts, edit_host, list_hosts


@dataclass(frozen=True, slots=True)
class Registered:
    """What registering did.

    Attributes:
        hosts: all of the fleet, in the order of its machines.
        added, changed: how many were new, and how many were registered otherwise before.
    """

    hosts: list[Host]
    added: int
    changed: int


def register(
    database: Database, fleet: PlannedFleet, folder: FleetFolder, now_ms: int, *, credential: str | None = None
) -> Registered:
    """Registers all hosts in one transaction; those that are there as they should be are left alone.

    Args:
        database: where.
        fleet: whose hosts.
        folder: of the fleet, with the key to log in with.
        now_ms: when.
        credential: the stored credential with the fleet's password; None has the key used.

    Raises:
        AlreadyExistsError: a host that is not simulated has the name of one.
        NotFoundError: there is no such credential.
    """
    wanted = [_new_host(machine, fleet.plan.place(machine), folder, credential) for machine in fleet.machines]
    with database.writing() as connection:
        present = {host.name: host for host in list_hosts(connection)}
        _refuse_real_ones(wanted, present)
        missing = [host for host in wanted if host.name not in present]
        add_hosts(connection, missing, now_ms)
        changed = [host for host in wanted if host.name in present and _differs(host, present[host.name])]
        for host in changed:
            edit_host(connection, host.name, _route(host))
        _trust_keys(connection, fleet, now_ms)
        registered = {host.name: host for host in list_hosts(connection)}
    return Registered([registered[host.name] for host in wanted], len(missing), len(changed))


def _new_host(machine: Machine, place: Place, folder: FleetFolder, credential: str | None) -> NewHost:
    return NewHost(
        name=machine.name,
        address=place.address,
        port=place.port,
        username=USERNAME,
        identity_file=str(folder.identity) if credential is None else None,
        credential=credential,
        group=machine.group,
        tags=machine.tags,
    )


def _refuse_real_ones(wanted: list[NewHost], present: dict[str, Host]) -> None:
    for host in wanted:
        known = present.get(host.name)
        if known is not None and not _is_loopback(known.address):
            raise AlreadyExistsError(
                f"There is a host “{known.name}” already, and it is not simulated: {known.address}.",
                hint="Nothing was registered. Take a database of its own for the fleet: --db fleet.db",
            )


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


_ROUTE = ("address", "port", "username", "identity_file", "credential")


def _route(host: NewHost) -> dict[str, object]:
    """How it is reached; what a person has changed besides is theirs."""
    fields = fields_of(host)
    return {name: fields[name] for name in _ROUTE}


def _differs(host: NewHost, known: Host) -> bool:
    return _route(host) != _route(known)


def _trust_keys(connection: Connection, fleet: PlannedFleet, now_ms: int) -> None:
    """Trusts the keys of all hosts, in place of those that were trusted there before."""
    keys = [_key(machine, fleet) for machine in fleet.machines]
    known = trusted_keys_of(connection, ((key.address, key.port) for key in keys))
    for key in keys:
        before = known[key.address, key.port]
        if [old.public_key for old in before] != [key.public_key]:
            trust_host_key(connection, key, KeySource.PERSON, now_ms, replace=bool(before))


def _key(machine: Machine, fleet: PlannedFleet) -> HostKey:
    place = fleet.plan.place(machine)
    line = public_line(host_key(fleet.plan.seed, machine.index))
    return HostKey(place.address, place.port, ALGORITHM, line, fingerprint_of(line))
