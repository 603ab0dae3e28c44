"""Which interfaces count, and their counters."""

import json
from pathlib import Path

import pytest

from remote_probe import series
from tests.remote_probe.shell.fake_host import NET_DEV, FakeHost, interface
from tests.remote_probe.shell.shell_child import SHELLS, call


def reading(host: FakeHost, shell: str = "dash", everything: str = "") -> dict[tuple[str, ...], float | None]:
    script = 'read_fast\nprintf "[%s]\\n[%s]\\n" "${networks#,}" "${networks_series#,}"'
    said = call(script, shell, proc=host.proc, sys=host.sys, all_interfaces=everything)
    values, names = map(json.loads, said.splitlines())
    return dict(zip(map(tuple, names), values, strict=True))


def shown(found: dict[tuple[str, ...], float | None]) -> list[str]:
    return list(dict.fromkeys(flat[2] for flat in found))


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    made = FakeHost(tmp_path)
    made.add_interface("lo", virtual=True)
    made.add_interface("eth0", virtual=False, speed="10000")
    made.add_interface("wlan0", virtual=False, speed="-1")
    made.add_interface("docker0", virtual=True, speed="10000")
    lines = [
        interface("lo", 10),
        interface("eth0", 4294967296, ":"),
        interface("wlan0", 200),
        interface("docker0", 300),
    ]
    made.write("net/dev", NET_DEV + "".join(lines))
    return made


@pytest.mark.parametrize("shell", SHELLS)
def test_physical_ones_are_shown_with_all_their_counters(host: FakeHost, shell: str) -> None:
    found = reading(host, shell)
    assert shown(found) == ["eth0", "wlan0"]
    first = 4294967296
    assert [found[flat] for flat in series.network(["eth0"])] == [
        first, first + 8, first + 1, first + 9, first + 2, first + 10, first + 3, first + 11, 1_250_000_000,
    ]  # fmt: skip
    assert found["network_speed_bytes", "interface", "wlan0"] is None


def test_all_of_them_are_shown_on_request_but_the_loopback(host: FakeHost) -> None:
    assert shown(reading(host, everything="1")) == ["eth0", "wlan0", "docker0"]


def test_what_counts_the_traffic_of_another_one_is_left_out(host: FakeHost) -> None:
    host.add_interface("fast0", virtual=False)
    host.add_interface("share0", virtual=False)
    devices = host.sys / "devices" / "pci0" / "net"
    (devices / "fast0" / "master").symlink_to(devices / "eth0")
    (devices / "share0" / "device").mkdir()
    (devices / "share0" / "device" / "physfn").symlink_to(devices)
    lines = [interface(name, 1) for name in ("eth0", "fast0", "share0")]
    host.write("net/dev", NET_DEV + "".join(lines))
    assert shown(reading(host)) == ["eth0"]


def test_a_container_has_those_that_lead_out_of_it(tmp_path: Path) -> None:
    host = FakeHost(tmp_path)
    for name in ("lo", "tunl0", "eth0", "eth1"):
        host.add_interface(name, virtual=True)
    host.write("net/dev", NET_DEV + "".join(interface(name, 1) for name in ("lo", "tunl0", "eth0", "eth1")))
    host.write(
        "net/route",
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
        "eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
        "tunl0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n",
    )
    zeros = "0" * 32
    host.write(
        "net/ipv6_route",
        f"{zeros} 00 {zeros} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth1\n"
        f"{zeros} 00 {zeros} 00 {zeros} ffffffff 00000001 00000000 00200200       lo\n"
        f"fe800000000000000000000000000000 40 {zeros} 00 {zeros} 00000100 00000001 00000000 00000001    tunl0\n",
    )
    assert shown(reading(host)) == ["eth0", "eth1"]
