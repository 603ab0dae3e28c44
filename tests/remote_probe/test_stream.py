import json
import os
from typing import Any

from remote_probe.channel import Channel
from remote_probe.group import Group
from remote_probe.mounts import FileSystem
from remote_probe.options import Options
from remote_probe.stream import Stream


class Source:
    series: tuple[tuple[str, ...], ...] = (("load1",),)

    def read(self) -> list[float]:
        return [1.0]


class Reader:
    """A host that tells next to nothing."""

    def __init__(self) -> None:
        self.fast = Group("fast", 0, [Source()])
        self.processes = Group("processes", 1, [])
        self.slow = Group("slow", 2, [])
        self.table = self
        self.top: list[Any] = []

    def memory_total(self) -> int:
        raise PermissionError

    def boot_time(self) -> float:
        raise ValueError("odd")

    def filesystems(self) -> list[FileSystem]:
        return [FileSystem("/dev/sda1", "ext4", ["/"])]


def test_a_host_that_tells_little_is_greeted_for_all_the_same() -> None:
    reading, writing = os.pipe()
    Stream(Options({"count": 1, "marker": True}), Reader(), Channel(writing, None, 900.0)).run()
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        marker, hello, *layouts, scrape = stream.read().splitlines()
    assert marker == b"\0\0WATCHPOST1"
    inventory = json.loads(hello)["inventory"]
    assert (inventory["memory_total_bytes"], inventory["boot_time_seconds"]) == (None, None)
    assert inventory["mounts"] == [["/", "/dev/sda1", "ext4"]]
    assert [json.loads(line)["group"] for line in layouts] == ["fast", "processes", "slow"]
    assert json.loads(scrape)["fast"] == [0, [1.0]]
    assert json.loads(scrape)["top"] == []
