"""A host in a handful of numbers."""

from dataclasses import astuple

from storage.headline import headline
from tests.recorded import key


def test_a_host_of_which_nothing_is_known_has_no_numbers() -> None:
    assert set(astuple(headline({}))) == {None}


def test_the_fullest_file_system_stands_for_all() -> None:
    found = headline(
        {
            key("filesystem_used_percent", mount=mount): used
            for mount, used in (("/", 40.0), ("/var", 91.0), ("/srv", 3.0))
        }
    )
    assert (found.disk_percent, found.fullest_mount) == (91.0, "/var")


def test_traffic_is_added_up_and_the_worst_interface_counts() -> None:
    found = headline(
        {
            key("network_receive_bytes_per_second", interface="eth0"): 1.0,
            key("network_receive_bytes_per_second", interface="eth1"): 2.0,
            key("network_transmit_bytes_per_second", interface="eth0"): 4.0,
            key("network_error_percent", interface="eth0"): 0.0,
            key("network_error_percent", interface="eth1"): 7.0,
            key("disk_read_bytes_per_second", device="sda"): 8.0,
            key("disk_read_bytes_per_second", device="sdb"): 16.0,
            key("disk_written_bytes_per_second", device="sda"): 32.0,
        }
    )
    assert (found.receive_bytes_per_second, found.transmit_bytes_per_second) == (3.0, 4.0)
    assert (found.read_bytes_per_second, found.written_bytes_per_second) == (24.0, 32.0)
    assert found.network_error_percent == 7.0


def test_single_values_are_taken_as_they_are() -> None:
    names = ("cpu_usage_percent", "memory_used_percent", "swap_used_percent", "load1")
    found = headline({key(name): float(place) for place, name in enumerate(names)})
    assert (found.cpu_percent, found.memory_percent, found.swap_percent, found.load1) == (0.0, 1.0, 2.0, 3.0)
