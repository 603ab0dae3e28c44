from collections import Counter

from benchmarks.sample_machines import Story, sample_machines


def test_a_fleet_of_any_size_has_names_and_addresses_of_its_own() -> None:
    for how_many in (1, 24, 128, 1000):
        machines = sample_machines(how_many)
        assert len({machine.name for machine in machines}) == how_many
        assert len({machine.address for machine in machines}) == how_many


def test_those_with_something_to_tell_are_there_from_the_beginning() -> None:
    small, large = sample_machines(26), sample_machines(128)
    assert large[:26] == small
    assert [machine.name for machine in small[:2]] == ["db-primary-01", "cache-02"]
    assert Counter(machine.story for machine in large) == {
        Story.CLIMBS: 2,
        Story.UNREACHABLE: 1,
        Story.BLOCKED: 1,
        Story.STEADY: 124,
    }


def test_the_first_is_a_server_with_sixteen_cores_several_mounts_and_busy_programs() -> None:
    first = sample_machines(1)[0]
    assert first.cores == 16
    assert [mount.path for mount in first.mounts] == ["/", "/var/lib/postgresql", "/var/log", "/backup"]
    assert len(first.programs) > 10
    assert first.cpu > first.usual_cpu + 20
