import json
import os
import platform
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from remote_probe.inventory import distribution, hello_line, macos_name, windows_name, windows_release
from remote_probe.options import Options


def test_the_greeting_says_who_speaks_and_for_which_host() -> None:
    hello = json.loads(
        hello_line(Options({"interval_s": 2, "reader": "proc"}), 1000, 1.5, [("/", "/dev/sda1", "ext4")])
    )
    assert (hello["watchpost"], hello["reader"], hello["interval_s"]) == (1, "proc", 2.0)
    assert hello["t"] > 1.7e9
    inventory = hello["inventory"]
    assert inventory["hostname"] == socket.gethostname()
    assert inventory["system"] == "Linux"
    assert inventory["release"] == platform.release()
    assert inventory["machine"] == platform.machine()
    assert inventory["cpu_count"] == os.cpu_count()
    assert inventory["python"] == platform.python_version()
    assert inventory["memory_total_bytes"] == 1000
    assert inventory["mounts"] == [["/", "/dev/sda1", "ext4"]]


def test_the_distribution_is_named_as_it_names_itself(tmp_path: Path) -> None:
    (tmp_path / "os-release").write_text('NAME=x\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
    assert distribution([str(tmp_path / "missing"), str(tmp_path / "os-release")]) == "Debian GNU/Linux 12 (bookworm)"
    assert distribution([str(tmp_path / "missing")]) is None


@pytest.mark.parametrize(
    ("product_type", "numbers", "name"),
    [
        (1, (10, 0, 22631), "Windows 11 (10.0.22631)"),
        (1, (10, 0, 19045), "Windows 10 (10.0.19045)"),
        (1, (6, 1, 7601), "Windows 7 (6.1.7601)"),
        (3, (10, 0, 20348), "Windows Server 2022 (10.0.20348)"),
        (2, (10, 0, 30000), "Windows Server 2025 (10.0.30000)"),
        (1, (5, 1, 2600), "Windows (5.1.2600)"),
    ],
)
def test_windows_has_the_name_that_people_know(product_type: int, numbers: tuple[int, ...], name: str) -> None:
    assert windows_name(SimpleNamespace(product_type=product_type, platform_version=numbers)) == name


def test_what_windows_tells_old_programs_counts_where_it_tells_nothing_else() -> None:
    class Version(tuple[object, ...]):
        __slots__ = ()
        product_type = 1

    assert windows_release(Version((6, 2, 9200, 2, ""))) == "6.2.9200"


def test_macos_has_its_name_and_version() -> None:
    plist = (
        "<dict><key>ProductBuildVersion</key><string>23F79</string>\n<key>ProductVersion</key>\n<string>14.5</string>"
    )
    assert macos_name(plist) == "macOS 14.5"
    assert macos_name("") == "macOS"


def test_a_bsd_that_does_not_name_itself_has_the_name_of_its_kernel() -> None:
    host = os.uname()
    assert distribution([], "freebsd12") == f"{host.sysname} {host.release}"
    assert distribution([], "linux") is None
