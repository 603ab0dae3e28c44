from pathlib import Path

import pytest

from remote_probe import clock
from remote_probe.interfaces import Interfaces

HEADER = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"


class Host:
    """A tree like /sys/class/net, and the routes."""

    def __init__(self, root: Path) -> None:
        self.sys_net, self.proc_net = root / "net", root / "proc"
        self.sys_net.mkdir()
        self.proc_net.mkdir()
        self._root = root

    def add(self, name: str, device: str, speed: str = "") -> None:
        folder = self._root / "devices" / device / "net" / name
        folder.mkdir(parents=True)
        if speed:
            (folder / "speed").write_text(speed)
        (self.sys_net / name).symlink_to(folder)

    def link(self, name: str, file: str, target: str) -> None:
        link = self.sys_net / name / file
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(self.sys_net / target)

    def interfaces(self, *, everything: bool = False) -> Interfaces:
        return Interfaces(everything, str(self.sys_net), str(self.proc_net))


@pytest.fixture
def host(tmp_path: Path) -> Host:
    host = Host(tmp_path)
    host.add("lo", "virtual")
    return host


def test_physical_interfaces_are_taken_and_virtual_ones_are_not(host: Host) -> None:
    host.add("enp1s0", "pci0000:00")
    for name in ("docker0", "veth12ab", "br0", "bond0", "wg0"):
        host.add(name, "virtual")
    names = ["lo", "enp1s0", "docker0", "veth12ab", "br0", "bond0", "wg0"]
    assert host.interfaces().choose(names) == ["enp1s0"]
    assert host.interfaces(everything=True).choose(names) == names[1:]


MACHINES = {
    "docker host": (["eno1", "eno2"], ["docker0", "br-1f2e3d4c", "veth12ab@if5", "vethffee"]),
    "kubernetes node": (
        ["ens5"],
        ["cali123", "cni0", "flannel.1", "kube-ipvs0", "nodelocaldns", "tunl0", "vxlan.calico"],
    ),
    "proxmox": (["eno1", "eno2"], ["bond0", "vmbr0", "vmbr0.20", "tap100i0", "fwbr100i0", "fwln100i0", "fwpr100p0"]),
    "laptop": (["wlp3s0", "enx00e04c"], ["wg0", "tailscale0", "tun0", "virbr0", "ifb0", "dummy0"]),
}


@pytest.mark.parametrize("machine", MACHINES)
def test_on_machines_of_many_kinds_traffic_is_counted_once(host: Host, machine: str) -> None:
    physical, virtual = MACHINES[machine]
    for name in physical:
        host.add(name, "pci0000:00")
    for name in virtual:
        host.add(name, "virtual")
    names = ["lo", *virtual, *physical]
    assert host.interfaces().choose(names) == physical
    assert host.interfaces(everything=True).choose(names) == names[1:]


def test_a_member_of_a_bond_is_counted_and_the_fast_path_behind_a_clouds_interface_is_not(host: Host) -> None:
    for name in ("eth0", "enP1s1", "eno1"):
        host.add(name, "pci0000:00")
    host.add("bond0", "virtual")
    host.link("enP1s1", "master", "eth0")
    host.link("eno1", "master", "bond0")
    assert host.interfaces().choose(["lo", "eth0", "enP1s1", "eno1", "bond0"]) == ["eth0", "eno1"]


def test_the_shares_of_a_card_are_left_out_where_the_card_is(host: Host) -> None:
    for name in ("ens1f0", "ens1f0v0", "ens1f0v1"):
        host.add(name, "pci0000:00")
    for name in ("ens1f0v0", "ens1f0v1"):
        host.link(name, "device/physfn", "ens1f0")
    assert host.interfaces().choose(["ens1f0", "ens1f0v0", "ens1f0v1"]) == ["ens1f0"]


def test_in_a_container_the_way_out_is_taken(host: Host) -> None:
    for name in ("eth0", "eth1", "tun0"):
        host.add(name, "virtual")
    (host.proc_net / "route").write_text(
        HEADER + "eth0 00000000 010200C0 0003 0 0 0 00000000 0 0 0\neth1 000200C0 0 0001 0 0 0 00FFFFFF 0 0 0\n"
    )
    nowhere = "0" * 32
    (host.proc_net / "ipv6_route").write_text(
        f"{nowhere} 00 {nowhere} 00 {nowhere} 00000400 00000001 00000000 00000003 tun0\n"
        f"{nowhere} 00 {nowhere} 00 {nowhere} ffffffff 00000001 00000000 00200200 lo\n"
    )
    assert host.interfaces().choose(["lo", "eth0", "eth1", "tun0"]) == ["eth0", "tun0"]


def test_an_isolated_host_has_none(host: Host) -> None:
    assert host.interfaces().choose(["lo"]) == []


@pytest.mark.parametrize(("said", "speed"), [("1000", 125_000_000), ("-1", None), ("4294967295", None), ("", None)])
def test_link_speed_is_in_bytes_a_second_or_absent(host: Host, said: str, speed: int | None) -> None:
    host.add("eth0", "pci0000:00", said)
    interfaces = host.interfaces()
    interfaces.choose(["lo", "eth0"])
    assert interfaces.speed("eth0") == speed


def test_it_looks_again_when_names_change_and_after_half_a_minute(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.add("eth0", "pci0000:00", "100")
    interfaces = host.interfaces()
    now = 1000.0
    monkeypatch.setattr(clock, "steady", lambda: now)
    interfaces.choose(["eth0"])
    (host.sys_net / "eth0" / "speed").write_text("1000")
    now += 29
    interfaces.choose(["eth0"])
    assert interfaces.speed("eth0") == 12_500_000
    now += 2
    interfaces.choose(["eth0"])
    assert interfaces.speed("eth0") == 125_000_000
    host.add("eth1", "pci0000:00")
    assert interfaces.choose(["eth0", "eth1"]) == ["eth0", "eth1"]
