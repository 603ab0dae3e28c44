from pathlib import Path

import msgspec

from simulated_fleet.scenario import ScenarioKind
from simulated_fleet.slow_values import filling_mount
from simulated_fleet.truth import Expected, labels, write_labels
from storage.catalogue import CATALOGUE
from storage.reason import HostState, Reason
from tests.simulated_fleet.small_worlds import FLEET, role, scenario


def test_a_label_says_what_where_and_when() -> None:
    [label] = labels([scenario(ScenarioKind.CPU_SATURATION, 1, 2)], FLEET)

    assert label.kind == "cpu_saturation"
    assert label.hosts == (FLEET[1].name, FLEET[2].name)
    assert (label.start, label.end) == ("2026-09-21T14:23:20.000Z", "2026-09-21T14:53:20.000Z")
    assert label.expected == (Expected("cpu_usage_percent", "critical"),)


def test_a_weak_one_is_only_a_warning() -> None:
    [label] = labels([scenario(ScenarioKind.CPU_SATURATION, 1, strength=0.2)], FLEET)

    assert label.expected[0].severity == "warning"


def test_a_jump_host_takes_all_behind_it_along() -> None:
    [label] = labels([scenario(ScenarioKind.JUMP_HOST_DOWN, 0)], FLEET)

    assert set(label.hosts) == {FLEET[0].name, *(machine.name for machine in FLEET if machine.behind == 0)}
    assert len(label.hosts) > 1


def test_what_differs_by_host_has_a_label_each() -> None:
    machines = [role("web"), role("file")]
    found = labels([scenario(ScenarioKind.DISK_FILLING, *(machine.index for machine in machines))], FLEET)

    assert [(label.hosts, label.expected[0].subject) for label in found] == [
        ((machine.name,), filling_mount(machine)) for machine in machines
    ]


def test_every_kind_has_a_truth_in_words_that_watchpost_knows() -> None:
    known = {*CATALOGUE, *HostState}
    for kind in ScenarioKind:
        for label in labels([scenario(kind, 0)], FLEET):
            assert label.expected or kind in (ScenarioKind.SLOW_HOST, ScenarioKind.RUNAWAY)
            for expected in label.expected:
                assert expected.what in known
                assert set(expected.reasons) <= {*Reason, "directory_down"}


def test_labels_are_written_as_json_lines(tmp_path: Path) -> None:
    found = labels([scenario(ScenarioKind.HOST_DOWN, 1), scenario(ScenarioKind.NETWORK_ERRORS, 2)], FLEET)
    write_labels(tmp_path / "truth.jsonl", found)

    rows = [msgspec.json.decode(line) for line in (tmp_path / "truth.jsonl").read_bytes().splitlines()]
    assert [row["kind"] for row in rows] == ["host_down", "network_errors"]
    assert set(rows[0]) == {"kind", "hosts", "start", "end", "expected"}
    assert rows[0]["expected"][0]["reasons"]
