import json
import os
import platform
import socket
from pathlib import Path

from remote_probe.inventory import distribution, hello_line
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
