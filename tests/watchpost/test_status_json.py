"""The document and the exit codes of `status`."""

import pytest

from fleet.reading import Health
from tests.fleet.made_up import reading, stale
from watchpost.status_json import exit_code, status_as_json
from watchpost.status_reading import Report, Source


def report(health: Health) -> Report:
    is_read = health in {Health.OK, Health.WARNING, Health.CRITICAL}
    return Report(reading=reading("a", health) if is_read else stale("a", health), source=Source.DATABASE)


def test_a_document_lists_hosts_and_where_their_values_come_from() -> None:
    said = status_as_json([Report(reading=reading("a"), source=Source.ONE_SHOT)])
    assert list(said) == ["hosts"]
    assert said["hosts"][0]["name"] == "a"
    assert said["hosts"][0]["source"] == "one_shot"


@pytest.mark.parametrize(
    ("healths", "code"),
    [
        ([], 0),
        ([Health.OK, Health.CRITICAL, Health.WARNING], 0),
        ([Health.OK, Health.UNREACHABLE], 1),
        ([Health.BLOCKED], 1),
        ([Health.UNKNOWN], 1),
    ],
)
def test_it_ends_well_when_every_host_could_be_read(healths: list[Health], code: int) -> None:
    assert exit_code([report(health) for health in healths], check=False) == code


@pytest.mark.parametrize(
    ("healths", "code"),
    [
        ([Health.OK], 0),
        ([Health.OK, Health.WARNING], 1),
        ([Health.WARNING, Health.CRITICAL], 2),
        ([Health.OK, Health.UNREACHABLE], 2),
        ([Health.BLOCKED], 2),
        ([Health.OK, Health.UNKNOWN], 3),
        ([Health.WARNING, Health.UNKNOWN], 1),
        ([], 3),
    ],
)
def test_a_check_ends_as_monitoring_plugins_do(healths: list[Health], code: int) -> None:
    assert exit_code([report(health) for health in healths], check=True) == code
