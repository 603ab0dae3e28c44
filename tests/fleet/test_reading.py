"""How a host is judged."""

from dataclasses import replace

import pytest

from fleet.reading import Health, HostReading, count_health, is_current, read_host, shown_address
from storage.host import Host, NewHost, Transport
from storage.host_states import HostStatus
from storage.latest import Latest
from storage.reason import HostState, Reason
from storage.series import SeriesKey
from tests.fleet.made_up import MOMENT, NOW_MS, VALUES, host

UNPOLLED = replace(MOMENT, is_polled=False)


def status(state: HostState, reason: Reason | None = None) -> HostStatus:
    return HostStatus(1, state, reason, "in other words", NOW_MS - 60_000, None)


def latest(age_s: float = 2, values: dict[SeriesKey, float] | None = None) -> Latest:
    return Latest(1, int(NOW_MS - age_s * 1000), VALUES if values is None else values)


UP = status(HostState.UP)


def test_a_current_reading_is_judged_by_its_findings() -> None:
    reading = read_host(host(), UP, latest(), MOMENT)
    assert reading.health is Health.WARNING
    assert [finding.subject for finding in reading.findings] == ["/srv"]
    assert reading.current
    assert reading.headline.cpu_percent == 34
    assert reading.note == ""
    assert reading.age_s(NOW_MS) == 2


def test_every_full_file_system_is_found_and_not_only_the_fullest() -> None:
    values = VALUES | {SeriesKey("filesystem_used_percent", (("mount", "/"),)): 95.0}
    reading = read_host(host(), UP, latest(values=values), MOMENT)
    assert reading.health is Health.CRITICAL
    assert {finding.subject for finding in reading.findings} == {"/", "/srv"}


@pytest.mark.parametrize(("age_s", "current"), [(15, True), (15.001, False)])
def test_a_reading_is_current_for_three_intervals(age_s: float, *, current: bool) -> None:
    assert is_current(int(NOW_MS - age_s * 1000), host(), MOMENT) is current


def test_a_hosts_own_interval_counts_before_the_general_one() -> None:
    slow = host(interval_s=60)
    assert is_current(NOW_MS - 170_000, slow, MOMENT)
    assert not is_current(NOW_MS - 190_000, slow, MOMENT)


def test_an_old_reading_says_how_old_and_finds_nothing() -> None:
    reading = read_host(host(), UP, latest(age_s=40), MOMENT)
    assert reading.health is Health.UNKNOWN
    assert reading.note == "no reading for 40 s"
    assert not reading.current
    assert reading.findings == ()


def test_an_unreachable_host_says_why_even_when_its_last_reading_is_young() -> None:
    reading = read_host(host(), status(HostState.UNREACHABLE, Reason.REFUSED), latest(), MOMENT)
    assert reading.health is Health.UNREACHABLE
    assert reading.reason is Reason.REFUSED
    assert reading.note == "connection refused"
    assert reading.detail == "in other words"
    assert not reading.current


def test_what_a_dead_poller_said_of_a_connection_is_history() -> None:
    reading = read_host(host(), status(HostState.UNREACHABLE, Reason.REFUSED), latest(age_s=900), UNPOLLED)
    assert reading.health is Health.UNKNOWN
    assert reading.reason is None
    assert reading.note == "no poller is running"


def test_a_block_outlives_its_poller() -> None:
    reading = read_host(host(), status(HostState.BLOCKED, Reason.HOST_KEY_CHANGED), None, UNPOLLED)
    assert reading.health is Health.BLOCKED
    assert reading.note == "host key changed"


def test_the_last_readings_of_a_poller_that_just_ended_still_count() -> None:
    assert read_host(host(), UP, latest(), UNPOLLED).current


def test_a_host_that_was_never_tried_waits() -> None:
    assert read_host(host(), None, None, MOMENT).note == "waiting for the first reading"
    assert read_host(host(), status(HostState.CONNECTING), None, MOMENT).note == "connecting"
    assert read_host(host(), None, None, MOMENT).health is Health.UNKNOWN
    assert read_host(host(), None, None, MOMENT).age_s(NOW_MS) is None


def test_a_host_that_is_switched_off_is_neither_well_nor_ill() -> None:
    reading = read_host(host(enabled=False), status(HostState.BLOCKED, Reason.AUTH), latest(), MOMENT)
    assert reading.health is Health.UNKNOWN
    assert reading.note == "switched off"
    assert not reading.current


def test_a_reading_from_the_future_is_zero_seconds_old() -> None:
    assert read_host(host(), UP, latest(age_s=-3), MOMENT).age_s(NOW_MS) == 0


def test_every_health_is_counted_also_where_there_is_none() -> None:
    readings = [HostReading(host=host(), host_id=1, health=health) for health in (Health.OK, Health.OK, Health.WARNING)]
    counts = count_health(readings)
    assert counts[Health.OK] == 2
    assert counts[Health.WARNING] == 1
    assert counts[Health.CRITICAL] == 0
    assert set(counts) == set(Health)


@pytest.mark.parametrize(
    ("new", "shown"),
    [
        (NewHost(name="a", transport=Transport.LOCAL), "this machine"),
        (NewHost(name="a", address="10.0.0.7"), "10.0.0.7"),
        (NewHost(name="a", address="10.0.0.7", port=22, username="root"), "root@10.0.0.7"),
        (NewHost(name="a", address="10.0.0.7", port=2222), "10.0.0.7:2222"),
        (NewHost(name="a", address="2001:db8::1"), "2001:db8::1"),
        (NewHost(name="a", address="2001:db8::1", port=2222, username="root"), "root@[2001:db8::1]:2222"),
    ],
)
def test_an_address_is_shown_as_ssh_would_be_told(new: NewHost | Host, shown: str) -> None:
    assert shown_address(new) == shown
