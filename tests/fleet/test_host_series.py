from fleet.host_series import read_of_hosts
from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_hosts
from storage.rhythm import Rhythm
from storage.rollup import Interval
from tests.recorded import key, record, visit

START = 1_790_000_040_000
RECEIVED = "network_receive_bytes_total"
RATE = "network_receive_bytes_per_second"


def test_each_host_has_rates_over_the_gaps_of_its_own_pace(database: Database) -> None:
    with database.writing() as connection:
        new = [NewHost(name="a", address="a"), NewHost(name="b", address="b", interval_s=300.0)]
        hosts = add_hosts(connection, new, 0)
    for host in hosts:
        for minute in (0, 5):
            values = {key(RECEIVED, interface=name): minute * 300.0 for name in ("eth0", "eth1")}
            record(database, visit(host.id, START + minute * 60_000, values))
    with database.reading() as connection:
        found = read_of_hosts(
            connection, hosts, RATE, span=(START, START + 600_000), rhythm=Rhythm(5.0, 30.0), interval=Interval.RAW
        )
    assert {host_id: [points.value.tolist() for points in series] for host_id, series in found.items()} == {
        hosts[1].id: [[5.0], [5.0]]
    }
