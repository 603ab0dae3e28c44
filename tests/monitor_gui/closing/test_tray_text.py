from fleet.reading import Health
from monitor_gui.closing.tray_text import tray_text
from tests.fleet.made_up import reading, stale


def test_the_icon_has_the_worst_state_and_the_tip_the_counts() -> None:
    readings = [reading("a"), reading("b"), reading("c", Health.WARNING), stale("d")]
    text = tray_text(readings, "Collector running")
    assert text.health is Health.UNREACHABLE
    assert text.tip.splitlines() == [
        "Watchpost: 4 hosts",
        "Unreachable: 1",
        "Warning: 1",
        "OK: 2",
        "Collector running",
    ]


def test_every_health_has_a_name() -> None:
    text = tray_text([reading("a", health) for health in Health], "Collector running")
    assert len(text.tip.splitlines()) == len(Health) + 2
    assert text.health is Health.CRITICAL


def test_without_hosts_nothing_is_known() -> None:
    assert tray_text([], "Collector stopped").tip == "Watchpost: no hosts yet\nCollector stopped"
    assert tray_text([], "").health is Health.UNKNOWN
    assert tray_text([reading("a")], "").tip.startswith("Watchpost: 1 host\n")
