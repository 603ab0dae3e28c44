"""Whether a window can be opened here is known before Qt is asked, which would end the process."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor_gui.display import NoDisplayError, check_display, check_libraries, has_display
from tests.bundle.virtual_screen import virtual_screen


@pytest.fixture(scope="module")
def xvfb() -> Iterator[str]:
    """A real X server; the name of its display."""
    with virtual_screen() as screen:
        yield screen.display


def test_a_real_screen_will_do(xvfb: str) -> None:
    assert has_display({"DISPLAY": xvfb})
    check_display({"DISPLAY": f"{xvfb}.0"})


@pytest.mark.parametrize("display", ["", ":4711", "nonsense", ":", "::", ":99999999999", "localhost:x", "\x00:1"])
def test_a_screen_that_is_not_there_is_told(display: str) -> None:
    assert not has_display({"DISPLAY": display})
    with pytest.raises(NoDisplayError) as told:
        check_display({"DISPLAY": display})
    assert "no window can be opened" in told.value.message


def test_a_screen_over_the_network_is_looked_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1] - 6000
        if number > 0:
            assert has_display({"DISPLAY": f"127.0.0.1:{number}.0"})
    assert not has_display({"DISPLAY": f"127.0.0.1:{number}.0"})


def test_wayland_is_a_screen(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        assert has_display({"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)})
    assert not has_display({"WAYLAND_DISPLAY": "wayland-8", "XDG_RUNTIME_DIR": str(tmp_path)})


def test_painting_into_memory_needs_no_screen() -> None:
    check_display({"QT_QPA_PLATFORM": "offscreen"})


def test_a_library_that_is_missing_is_named(tmp_path: Path) -> None:
    source, library, plugin = tmp_path / "plugin.c", tmp_path / "libgone.so.1", tmp_path / "libqxcb.so"
    source.write_text("int here(void){return 0;}")
    compiler = ["gcc", "-shared", "-fPIC", str(source)]
    subprocess.run([*compiler, "-o", str(library)], check=True)
    subprocess.run([*compiler, "-o", str(plugin), "-Wl,--no-as-needed", str(library)], check=True)
    check_libraries("qwayland", tmp_path)
    library.unlink()
    with pytest.raises(NoDisplayError) as told:
        check_libraries("qxcb", tmp_path)
    assert "libgone.so.1" in told.value.message
    assert "apt-get install" in told.value.hint


def test_without_a_screen_the_command_says_so_and_ends(tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "watchpost", "gui"]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert ended.returncode == 1
    assert "There is no display here" in ended.stderr
    assert "watchpost top" in ended.stderr
    assert "Traceback" not in ended.stderr
