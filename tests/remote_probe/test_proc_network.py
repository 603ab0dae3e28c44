from pathlib import Path

from remote_probe import series
from remote_probe.interfaces import Interfaces
from remote_probe.proc_network import Network

DEV = """Inter-|   Receive                           |  Transmit
 face |bytes packets errs drop fifo frame …  |bytes packets errs drop fifo colls carrier compressed
    lo: 100 2 0 0 0 0 0 0 100 2 0 0 0 0 0 0
  eth0:12345678901 11 12 13 14 15 16 17 18000 19 20 21 22 23 24 25
eth0:1: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0
"""


def _network(tmp_path: Path, *, everything: bool) -> Network:
    (tmp_path / "dev").write_text(DEV)
    return Network(everything, str(tmp_path / "dev"), Interfaces(everything, str(tmp_path), str(tmp_path)))


def test_counters_of_an_interface_in_wire_order(tmp_path: Path) -> None:
    network = _network(tmp_path, everything=True)
    values = network.read()
    assert network.series == series.network(["eth0", "eth0:1"])
    assert values[:9] == [12345678901, 18000, 11, 19, 12, 20, 13, 21, None]
    assert values[9:] == [1, 5, 2, 6, 3, 7, 4, 8, None]


def test_a_host_without_a_way_out_has_no_series(tmp_path: Path) -> None:
    network = _network(tmp_path, everything=False)
    assert network.read() == []
    assert network.series == ()


def test_this_machine_counts_the_bytes_of_its_own_interfaces() -> None:
    network = Network(everything=True)
    first = network.read()
    assert len(first) == len(network.series)
    assert "lo" not in {key[2] for key in network.series}
