"""One host out of a look at the fleet."""

from dataclasses import replace

from monitor_gui.host.host_facts import host_view, interval_s
from storage.reason import HostState
from tests.monitor_gui.host.made_views import HOST, PROCESSES, look, status, view


def test_everything_that_is_known_of_a_host() -> None:
    seen = host_view(look(view(), state=status(HostState.UP)), 1)
    assert seen is not None
    assert seen.reading.name == "db-primary-01"
    assert seen.processes == PROCESSES
    assert seen.inventory is not None
    assert seen.inventory["cpu_count"] == 4


def test_a_host_that_is_not_there_is_none() -> None:
    assert host_view(look(view()), 2) is None
    assert host_view(look(None), 1) is None
    assert host_view(look(view()), None) is None


def test_a_host_that_was_never_read_is_still_a_host() -> None:
    never = view()
    never = replace(never, reading=replace(never.reading, ts=None, current=False))
    seen = host_view(look(never), 1)
    assert seen is not None
    assert seen.values == {}
    assert seen.processes_at is None


def test_its_own_rhythm_goes_before_the_general_one() -> None:
    assert interval_s(view()) == 5
    own = view()
    assert interval_s(replace(own, reading=replace(own.reading, host=replace(HOST, interval_s=30.0)))) == 30
