from pathlib import Path

from simulated_fleet.scenario import Scenario, ScenarioKind
from simulated_fleet.serving.figures import Figures
from simulated_fleet.serving.folder import FleetFolder
from simulated_fleet.serving.plan import FleetPlan, carry_out
from watchpost.fleet_text import kinds_text, ready_lines, running_at, status_as_json, status_text

BEFORE = Figures(hosts=24, hosts_up=24, sessions=24, lines=100, cpu_s=10.0, memory_bytes=90_000_000)
NOW = Figures(hosts=24, hosts_up=23, sessions=22, lines=110, cpu_s=10.1, memory_bytes=90_000_000)
FILES = FleetFolder(Path("/fleet"))


def down(start_ms: int, end_ms: int) -> Scenario:
    return Scenario(ScenarioKind.HOST_DOWN, (0,), start_ms, end_ms)


def test_a_line_says_how_the_fleet_is_doing() -> None:
    assert status_text(NOW, BEFORE, 2.0, []) == "23 of 24 hosts up · 22 sessions · 5 lines/s · CPU 5 % · 90 MB"


def test_it_ends_with_what_goes_wrong() -> None:
    text = status_text(NOW, BEFORE, 2.0, [down(0, 9), down(0, 9)])
    assert text.endswith("· 2x host down")


def test_a_fleet_that_cannot_keep_up_says_so() -> None:
    late = Figures(hosts=24, late_s=2.5)
    assert "late by 2.5 s" in status_text(late, Figures(), 1.0, [])


def test_scripts_get_the_same_as_numbers() -> None:
    said = status_as_json(NOW, BEFORE, 2.0, [down(0, 9)])
    assert (said["event"], said["hosts_up"], said["lines_per_second"]) == ("status", 23, 5.0)
    assert said["scenarios"] == {"host_down": 1}


def test_a_scenario_runs_from_its_start_until_before_its_end() -> None:
    scenario = down(1000, 2000)
    assert [bool(running_at([scenario], now)) for now in (999, 1000, 1999, 2000)] == [False, True, True, False]


def test_kinds_are_counted() -> None:
    leak = Scenario(ScenarioKind.MEMORY_LEAK, (1,), 0, 9)
    assert kinds_text([down(0, 9), leak, down(0, 9)]) == "2x host down, memory leak"


def test_whoever_starts_it_reads_what_to_type_next() -> None:
    plain = carry_out(FleetPlan(hosts=10, start_ms=0))
    registered = ready_lines(plain, FILES, "sqlite:////a b.db")
    assert registered[0] == "10 hosts at 127.64.0.1 port 2222 to 127.64.0.10 port 2222."
    assert "watchpost run --db 'sqlite:////a b.db'" in registered[-1]
    assert "hosts import /fleet/hosts.csv" in ready_lines(plain, FILES, None)[-1]
    behind = carry_out(FleetPlan(hosts=20, start_ms=0, behind_share=0.1))
    assert "/fleet/ssh_config" in ready_lines(behind, FILES, None)[-1]
