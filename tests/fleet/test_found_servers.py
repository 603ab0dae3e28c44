"""Servers that were found, as hosts that could be registered."""

from fleet.found_servers import FoundServer, found_as_source, key_owners
from fleet.registration import Verdict, Why, plan_registration
from storage.database import Database
from storage.host import NewHost, Transport
from storage.host_keys import HostKey, KeySource, fingerprint_of, trust_host_key
from storage.hosts import add_host, list_hosts

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMzv3dPOLAVl+tnkl2fSiSRbR+9/Yq1aqG/VbGeaJ0qX"


def key(address: str, port: int = 22) -> HostKey:
    return HostKey(address, port, "ssh-ed25519", PUBLIC_KEY, fingerprint_of(PUBLIC_KEY))


def server(address: str, port: int = 22, name: str | None = None, presented: HostKey | None = None) -> FoundServer:
    return FoundServer(address=address, port=port, banner="SSH-2.0-x", name=name, key=presented)


def test_a_server_is_called_by_its_short_name_while_that_is_free() -> None:
    servers = [
        server("10.0.0.1", name="web.a.example"),
        server("10.0.0.2", name="web.b.example"),
        server("10.0.0.3"),
        server("10.0.0.3", 2222),
        server("10.0.0.4", name="db.example"),
    ]
    reading = found_as_source(servers, [NewHost(name="db", address="elsewhere")], {})
    assert [
        (candidate.name, candidate.said["address"], candidate.said["port"]) for candidate in reading.candidates
    ] == [
        ("web", "10.0.0.1", None),
        ("web.b.example", "10.0.0.2", None),
        ("10.0.0.3", "10.0.0.3", None),
        ("10.0.0.3-2222", "10.0.0.3", 2222),
        ("db.example", "10.0.0.4", None),
    ]


def test_a_server_that_is_registered_is_told_as_that_by_its_address_or_its_key(database: Database) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="web", address="10.0.0.1", username="kim"), 0)
        add_host(connection, NewHost(name="db", address="db.example"), 0)
        add_host(connection, NewHost(name="here", transport=Transport.LOCAL), 0)
        trust_host_key(connection, key("db.example"), KeySource.PERSON, 0, replace=False)
    servers = [server("10.0.0.1"), server("10.0.0.2", presented=key("10.0.0.2")), server("10.0.0.3")]
    with database.reading() as connection:
        hosts = list_hosts(connection)
        owners = key_owners(connection, hosts)
    plan = plan_registration(found_as_source(servers, hosts, owners), hosts)
    assert [(row.verdict, row.why) for row in plan.rows] == [
        (Verdict.SKIP, Why.REGISTERED),
        (Verdict.SKIP, Why.SAME_KEY),
        (Verdict.ADD, None),
    ]
    assert "“db”" in plan.rows[1].reason


def test_two_addresses_of_one_machine_are_one_host() -> None:
    servers = [server("10.0.0.1", presented=key("10.0.0.1")), server("10.0.0.2", presented=key("10.0.0.2"))]
    plan = plan_registration(found_as_source(servers, [], {}), [])
    assert [row.verdict for row in plan.rows] == [Verdict.ADD, Verdict.SKIP]
