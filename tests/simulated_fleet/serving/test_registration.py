from pathlib import Path

import pytest

from simulated_fleet.serving.folder import FleetFolder
from simulated_fleet.serving.keys import host_key, public_line
from simulated_fleet.serving.plan import FleetPlan, PlannedFleet, carry_out
from simulated_fleet.serving.registration import register
from storage.database import Database
from storage.errors import AlreadyExistsError, NotFoundError
from storage.host import NewHost
from storage.host_keys import host_keys_mark, trusted_keys
from storage.hosts import add_host, edit_host, hosts_revision, list_hosts

FOLDER = FleetFolder(Path("/fleet"))


def fleet_of(hosts: int = 5, port: int = 2222, seed: int = 1) -> PlannedFleet:
    return carry_out(FleetPlan(hosts=hosts, start_ms=1_790_000_000_000, port=port, seed=seed))


def marks(database: Database) -> tuple[object, ...]:
    with database.reading() as connection:
        return hosts_revision(connection), host_keys_mark(connection)


def test_every_host_is_there_with_its_key_trusted(database: Database) -> None:
    fleet = fleet_of()
    done = register(database, fleet, FOLDER, 1000)
    assert (done.added, done.changed) == (5, 0)
    assert [host.name for host in done.hosts] == [machine.name for machine in fleet.machines]
    with database.reading() as connection:
        for machine, host in zip(fleet.machines, done.hosts, strict=True):
            assert (host.address, host.port, host.group) == (machine.address, 2222, machine.group)
            (key,) = trusted_keys(connection, machine.address, 2222)
            assert key.public_key == public_line(host_key(1, machine.index))


def test_registering_again_changes_nothing(database: Database) -> None:
    first = register(database, fleet_of(), FOLDER, 1000)
    before = marks(database)
    again = register(database, fleet_of(), FOLDER, 2000)
    assert (again.added, again.changed) == (0, 0)
    assert again.hosts == first.hosts
    assert marks(database) == before


def test_a_fleet_at_another_port_keeps_its_hosts_and_what_was_decided_on_them(database: Database) -> None:
    first = register(database, fleet_of(), FOLDER, 1000)
    name = first.hosts[0].name
    with database.writing() as connection:
        edit_host(connection, name, {"interval_s": 60.0, "group": "Mine"})
    moved = register(database, fleet_of(port=3333), FOLDER, 2000)
    assert (moved.added, moved.changed) == (0, 5)
    assert [host.id for host in moved.hosts] == [host.id for host in first.hosts]
    assert (moved.hosts[0].port, moved.hosts[0].interval_s, moved.hosts[0].group) == (3333, 60.0, "Mine")


def test_other_keys_replace_those_of_before(database: Database) -> None:
    register(database, fleet_of(), FOLDER, 1000)
    other = fleet_of(seed=9)
    register(database, other, FOLDER, 2000)
    with database.reading() as connection:
        keys = trusted_keys(connection, other.machines[0].address, 2222)
    assert [key.public_key for key in keys] == [public_line(host_key(9, 0))]


def test_a_real_host_of_that_name_is_left_alone_and_nothing_is_registered(database: Database) -> None:
    name = fleet_of().machines[3].name
    with database.writing() as connection:
        add_host(connection, NewHost(name=name, address="db.example.com"), 0)
    with pytest.raises(AlreadyExistsError) as caught:
        register(database, fleet_of(), FOLDER, 1000)
    assert name in caught.value.message
    with database.reading() as connection:
        assert [host.name for host in list_hosts(connection)] == [name]


def test_a_credential_that_there_is_not_registers_nothing(database: Database) -> None:
    with pytest.raises(NotFoundError):
        register(database, fleet_of(), FOLDER, 1000, credential="fleet")
    with database.reading() as connection:
        assert list_hosts(connection) == []
