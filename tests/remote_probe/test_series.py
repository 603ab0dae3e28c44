from remote_probe import series
from storage.catalogue import CATALOGUE, Kind
from storage.scrape import Cadence

FAST = (
    series.CPU
    + series.SWITCHES
    + series.cores(["0"])
    + series.LOAD
    + series.MEMORY
    + series.SWAP_TRAFFIC
    + series.disks(["sda"])
    + series.network(["eth0"])
    + series.TCP
    + series.pressure(series.PRESSURE_RESOURCES)
    + series.CGROUP_CPU
)
SLOW = (
    series.filesystems(["/"])
    + series.BOOT_TIME
    + series.OPEN_FILES
    + series.USERS
    + series.temperatures(["cpu"])
    + series.gpus(["0"])
    + series.UNITS_FAILED
    + series.failed_units(["nginx.service"])
)
CHECKS = (
    series.unit_up("nginx.service") + series.http_check("web") + series.custom("app", [("jobs", False), ("done", True)])
)
BY_CADENCE = {
    Cadence.FAST: FAST,
    Cadence.PROCESSES: series.PROCESSES,
    Cadence.SLOW: SLOW,
    Cadence.CHECKS: CHECKS,
}
POLLERS_OWN = {"clock_skew_seconds"}
"""What is known only where a line arrives."""


def test_every_series_is_in_the_catalogue_with_its_labels_and_cadence() -> None:
    for cadence, group in BY_CADENCE.items():
        for name, *labels in group:
            assert CATALOGUE[name].cadence is cadence, name
            assert tuple(labels[::2]) == CATALOGUE[name].labels, name


def test_every_stored_metric_of_the_catalogue_is_sent() -> None:
    sent = {name for group in BY_CADENCE.values() for name, *_ in group}
    stored = {name for name, metric in CATALOGUE.items() if metric.kind is not Kind.DERIVED}
    assert sent == stored - POLLERS_OWN


def test_all_eleven_tcp_states_are_there() -> None:
    assert len(set(series.TCP_STATES)) == 11


def test_the_largest_host_stays_within_what_the_poller_takes() -> None:
    names = [str(number) for number in range(5000)]
    largest = [
        series.cores(names[: series.CORES_LIMIT]),
        series.disks(names[: series.DISKS_LIMIT]),
        series.network(names[: series.INTERFACES_LIMIT]),
    ]
    assert sum(map(len, largest)) + len(FAST) < 8192
