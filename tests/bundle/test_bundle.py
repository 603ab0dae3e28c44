"""The bundle as somebody gets it: outside the source tree, with a home of its own and nothing of Python around."""

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyarrow.parquet import read_table
from PySide6.QtGui import QImage

from monitor_gui.theme.tokens import DARK, LIGHT, Tokens
from storage.poller_lock import poller_is_running
from tests.bundle.virtual_screen import VirtualScreen, virtual_screen
from tests.eventually import eventually
from tests.real_sshd import RealSshd, current_user, running_sshd

ROOT = Path(__file__).parents[2]
SIZE_LIMIT_MB = 365

pytestmark = pytest.mark.timeout(1200)


class Bundle:
    """The program of a bundle, for one home."""

    def __init__(self, program: Path, home: Path) -> None:
        self.program = program
        self.home = home
        home.mkdir()

    @property
    def database(self) -> str:
        """Where its database is by default."""
        return str(self.home / ".local" / "share" / "watchpost" / "watchpost.db")

    def environment(self, **more: str) -> dict[str, str]:
        return {"HOME": str(self.home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **more}

    def run(self, *words: str, **more: str) -> str:
        done = subprocess.run(
            [self.program, *words],
            check=False,
            capture_output=True,
            text=True,
            env=self.environment(**more),
            cwd=self.home,
            timeout=120,
        )
        assert done.returncode == 0, f"{words}: {done.stdout}\n{done.stderr}"
        return done.stdout

    @contextlib.contextmanager
    def running(self, *words: str, **more: str) -> Iterator[Path]:
        """The program in the background; yields its log. Ended in good order."""
        log = self.home / "program.log"
        with log.open("ab") as file:
            process = subprocess.Popen(
                [self.program, *words],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env=self.environment(**more),
                cwd=self.home,
            )
        try:
            yield log
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        assert "Traceback" not in log.read_text(), log.read_text()

    def status(self) -> list[dict[str, Any]]:
        """The hosts, as a script gets them from what a poller has recorded."""
        hosts: list[dict[str, Any]] = json.loads(self.run("hosts", "list", "--json"))["hosts"]
        return hosts


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of a bundle that was built just now, away from the source tree."""
    folder = tmp_path_factory.mktemp("bundle")
    done = subprocess.run(
        [ROOT / "scripts" / "bundle", sys.executable, folder / "dist", folder / "work"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "dist" / "watchpost" / "watchpost"


@pytest.fixture
def bundle(program: Path, tmp_path: Path) -> Bundle:
    return Bundle(program, tmp_path / "home")


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[RealSshd]:
    with running_sshd(tmp_path / "sshd", "SetEnv HOME=/nonexistent") as server:
        yield server


def test_it_starts_and_is_no_larger_than_it_has_to_be(bundle: Bundle) -> None:
    assert bundle.run("--version").startswith("watchpost 0.")
    files = [path for path in bundle.program.parent.rglob("*") if path.is_file() and not path.is_symlink()]
    assert sum(path.stat().st_size for path in files) < SIZE_LIMIT_MB * 1e6
    assert not [path for path in bundle.program.parent.rglob("*") if path.is_symlink() and not path.exists()]


def test_it_adds_a_host_polls_it_and_draws_it(bundle: Bundle, sshd: RealSshd, tmp_path: Path) -> None:
    address = f"{current_user()}@{sshd.address}:{sshd.port}"
    bundle.run("hosts", "add", "web-1", address, "--identity", str(sshd.identity), "--accept-new")
    with bundle.running("run", "--interval", "1") as log:
        eventually(lambda: "poller_ready" in log.read_text())
        eventually(lambda: bundle.status()[0]["state"] == "up")
        # It runs on the system's own Python, with the system's own libraries.
        assert bundle.run("status", "web-1").startswith("web-1")
    bundle.run("export", "--stored", "--format", "parquet", "--output", str(tmp_path / "web-1.parquet"))
    assert "load1" in read_table(tmp_path / "web-1.parquet")["metric"].to_pylist()
    pictures = tmp_path / "pictures"
    bundle.run("gui", "--screenshot", str(pictures))
    written = sorted(path.name for path in pictures.glob("*.png"))
    assert {"fleet-tiles-dark-1280x800.png", "host-light-1440x900.png", "add-host-dark.png"} <= set(written)
    assert has_curves(QImage(str(pictures / "host-dark-1440x900.png")), DARK)
    assert has_curves(QImage(str(pictures / "host-light-1280x800.png")), LIGHT)


def test_its_window_adds_a_host_and_draws_it_by_keyboard_alone(bundle: Bundle, sshd: RealSshd, tmp_path: Path) -> None:
    keys = bundle.home / ".ssh"
    keys.mkdir(mode=0o700)
    shutil.copy(sshd.identity, keys / "id_ed25519")
    with virtual_screen() as screen, bundle.running("gui", **screen.environment):
        eventually(screen.windows, within_s=60)
        screen.focus(screen.windows()[0])
        eventually(lambda: opens_dialog(screen), within_s=60)
        eventually(lambda: poller_is_running(bundle.database), within_s=60)
        screen.focus(screen.windows()[-1])
        screen.type(f"{current_user()}@{sshd.address}:{sshd.port}")
        screen.press("Return")
        eventually(lambda: len(screen.windows()) == 3, within_s=60)
        # Is this the key? It is.
        screen.focus(screen.windows()[-1])
        screen.press("alt+t")
        eventually(lambda: len(screen.windows()) == 1, within_s=60)
        eventually(lambda: bundle.status()[0]["state"] == "up", within_s=60)
        screen.focus(screen.windows()[0])
        screen.press("ctrl+k", "Down", "Return")
        eventually(lambda: has_curves(screen.picture(tmp_path / "window.png"), LIGHT), within_s=60)
    # Its poller has gone with it.
    assert not poller_is_running(bundle.database)


def opens_dialog(screen: VirtualScreen) -> bool:
    """Asks for the dialog of a new host. Keys that come before the database is open go nowhere."""
    screen.press("ctrl+n")
    return len(screen.windows()) == 2


def has_curves(picture: QImage, tokens: Tokens) -> bool:
    """Whether there are curves of memory and of the system's CPU time, which only the page of a host has."""
    # The bits live as long as what has them.
    plain = picture.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(plain.constBits(), np.uint32) & 0xFF_FF_FF
    seen = {f"#{colour:06X}" for colour in np.unique(pixels)}
    return {tokens.charts[1], tokens.charts[2]} <= seen


def test_what_it_starts_gets_none_of_its_libraries(bundle: Bundle) -> None:
    bundle.run("hosts", "add", "here", "--local")
    with bundle.running("run", "--interval", "1"):
        eventually(lambda: _probe_of(bundle) is not None)
        libraries = Path(f"/proc/{_probe_of(bundle)}/maps").read_text()
    assert str(bundle.program.parent) not in libraries


def _probe_of(bundle: Bundle) -> str | None:
    """The process id of the probe that the bundle has started on this machine."""
    home = f"HOME={bundle.home}".encode()
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if not entry.name.isdigit() or b"watchpost_probe=" not in (entry / "cmdline").read_bytes():
                continue
            if home in (entry / "environ").read_bytes().split(b"\0"):
                return entry.name
    return None
