import pytest

from remote_probe.psutil_import import FREEBSD, MACOS, WINDOWS
from remote_probe.psutil_interfaces import choose_interfaces

TABLES = [
    (MACOS, ["lo0", "en0", "en7", "utun4", "awdl0", "bridge100", "vmenet0"], ["en0", "en7"]),
    (FREEBSD, ["vtnet0", "ix1", "lo0", "lo1", "vlan7", "ix1.30", "lagg0", "wg0"], ["vtnet0", "ix1"]),
    (
        WINDOWS,
        ["이더넷", "로컬 영역 연결* 10", "Wi-Fi", "vEthernet (Default Switch)", "Loopback Pseudo-Interface 1"],
        ["이더넷", "Wi-Fi"],
    ),
    ("openbsd7", ["em0", "lo0"], ["em0"]),
]


@pytest.mark.parametrize(("system", "names", "physical"), TABLES)
def test_physical_interfaces_are_taken_and_all_others_only_when_asked_for(
    system: str, names: list[str], physical: list[str]
) -> None:
    assert choose_interfaces(names, system, everything=False) == physical
    everything = choose_interfaces(names, system, everything=True)
    assert set(physical) <= set(everything)
    assert len(everything) == len([name for name in names if "oopback" not in name and name not in {"lo0", "lo1"}])


def test_a_jail_and_a_container_have_nothing_but_virtual_ones() -> None:
    assert choose_interfaces(["lo0", "epair3b"], FREEBSD, everything=False) == ["epair3b"]
    names = ["Loopback Pseudo-Interface 2", "vEthernet (Ethernet)"]
    assert choose_interfaces(names, WINDOWS, everything=False) == ["vEthernet (Ethernet)"]
    assert choose_interfaces(["lo0"], MACOS, everything=False) == []
