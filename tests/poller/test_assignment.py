"""What a session has to do."""

import itertools
from dataclasses import replace

import pytest

from poller.assignment import Assigner, assignments, phase_of
from poller.probe_start.probe_options import ProbeOptions, first_pause
from poller.wanted import Wanted
from storage.check import Check, CheckKind
from storage.host import Host

WEB = Host(id=1, name="web", address="web", revision=1)
DB = Host(id=2, name="db", address="db", revision=1, interval_s=30.0)
ASKED = Check("nginx", CheckKind.UNIT, "nginx.service")


def wanted(*hosts: Host, **more: object) -> Wanted:
    made = Wanted(
        revision=1,
        hosts=list(hosts),
        checks_mark=1,
        checks={},
        interval_s=5.0,
        checks_interval_s=60.0,
        keys_mark=1,
        credentials_mark=1,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_host_is_read_in_its_own_interval_else_in_that_of_the_run_else_in_that_of_the_database() -> None:
    assert [found.interval_s for found in assignments(wanted(WEB, DB), [WEB, DB])] == [5.0, 30.0]
    assert [found.interval_s for found in assignments(wanted(WEB, DB), [WEB, DB], 2.0)] == [2.0, 30.0]


def test_a_host_that_is_switched_off_is_not_read() -> None:
    assert assignments(wanted(WEB), [replace(WEB, enabled=False)]) == []


def test_another_group_tag_or_revision_alone_is_no_reason_to_log_in_anew() -> None:
    moved = replace(WEB, revision=9, group="Edge", tags=("Seoul",))
    assert assignments(wanted(moved), [moved]) == assignments(wanted(WEB), [WEB])


@pytest.mark.parametrize("changed", [replace(WEB, address="elsewhere"), replace(WEB, all_mounts=True)])
def test_whatever_else_changes_is_one(changed: Host) -> None:
    assert assignments(wanted(changed), [changed]) != assignments(wanted(WEB), [WEB])


def test_another_pace_of_checks_matters_only_where_there_are_any() -> None:
    slower = {"checks_interval_s": 300.0}
    assert assignments(wanted(WEB, **slower), [WEB]) == assignments(wanted(WEB), [WEB])
    asked = {"checks": {1: (ASKED,)}}
    assert assignments(wanted(WEB, **asked, **slower), [WEB]) != assignments(wanted(WEB, **asked), [WEB])


def test_a_host_about_which_nothing_has_changed_has_the_very_same_one() -> None:
    assigner = Assigner()
    web, db = assigner.assignments(wanted(WEB, DB), [WEB, DB])
    edited = replace(WEB, revision=2, address="elsewhere")
    again = assigner.assignments(wanted(edited, DB), [edited, replace(DB)])
    assert again[1] is db
    assert again == assignments(wanted(edited, DB), [edited, DB])
    assert again[0] != web


@pytest.mark.parametrize(
    "changed",
    [{"interval_s": 6.0}, {"checks": {1: (ASKED,)}}, {"checks": {1: (ASKED,)}, "checks_interval_s": 300.0}],
    ids=["interval", "checks", "pace of checks"],
)
def test_what_the_settings_say_of_it_now_holds(changed: dict[str, object]) -> None:
    assigner = Assigner()
    assigner.assignments(wanted(WEB, checks={1: (ASKED,)} if "checks_interval_s" in changed else {}), [WEB])
    now = wanted(WEB, **changed)
    assert assigner.assignments(now, [WEB]) == assignments(now, [WEB])
    assert assigner.assignments(now, []) == []


def test_another_group_alone_leaves_it_the_very_same_one() -> None:
    assigner = Assigner()
    (web,) = assigner.assignments(wanted(WEB), [WEB])
    moved = replace(WEB, revision=9, group="Edge")
    assert assigner.assignments(wanted(moved), [moved])[0] is web


def test_hosts_lie_evenly_in_the_interval_however_many_there_are() -> None:
    for count in (10, 100, 1000):
        phases = sorted(phase_of(host_id, 5.0) for host_id in range(1, count + 1))
        gaps = [later - earlier for earlier, later in itertools.pairwise(phases)]
        assert phases[0] >= 0
        assert phases[-1] < 5.0
        assert max(gaps) < 3 * 5.0 / count


@pytest.mark.parametrize("now_s", [1000.0, 1003.0, 1001.99, 1002.01, 1_790_000_000.7])
def test_the_second_scrape_falls_into_the_phase_and_neither_too_soon_nor_too_late(now_s: float) -> None:
    pause_s = first_pause(ProbeOptions(interval_s=5.0, phase_s=2.0), now_s)
    assert pause_s is not None
    assert 2.5 <= pause_s < 7.5
    assert (now_s + pause_s) % 5.0 == pytest.approx(2.0, abs=0.001)


def test_a_host_without_a_phase_goes_on_from_its_first_scrape() -> None:
    assert first_pause(ProbeOptions(), 1000.0) is None
