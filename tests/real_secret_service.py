"""A real Secret Service for tests: a D-Bus session of its own with gnome-keyring on it, in a home of its own."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PASSPHRASE = "keyring pass"


def _environment(home: Path, **more: str) -> dict[str, str]:
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime)}
    return {**kept, **more}


@contextmanager
def dbus_session(home: Path, *, answering: bool = True) -> Iterator[dict[str, str]]:
    """A D-Bus session that starts nothing by itself; gives the environment in which to speak to it.

    One that is not answering lets everybody connect and keeps every reply to itself.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    receiving = '<allow eavesdrop="true"/>' if answering else ""
    config = home / "bus.conf"
    config.write_text(
        f"<busconfig><type>session</type><listen>unix:path={home}/bus</listen>"
        '<policy context="default"><allow own="*"/><allow send_destination="*" eavesdrop="true"/>'
        f"{receiving}</policy></busconfig>"
    )
    bus = subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(home),
        text=True,
    )
    try:
        assert bus.stdout is not None
        with bus.stdout:
            address = bus.stdout.readline().strip()
        yield _environment(home, DBUS_SESSION_BUS_ADDRESS=address)
    finally:
        bus.terminate()
        bus.wait()


@contextmanager
def keyring_daemon(session: Mapping[str, str], passphrase: str | None = PASSPHRASE) -> Iterator[None]:
    """A gnome-keyring on that session; locked without a passphrase or with a wrong one."""
    unlock = ["--unlock"] if passphrase is not None else []
    daemon = subprocess.Popen(
        ["gnome-keyring-daemon", "--foreground", "--components=secrets", *unlock],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=dict(session),
    )
    try:
        assert daemon.stdin is not None
        with daemon.stdin:
            daemon.stdin.write((passphrase or "").encode())
        wait = ["gdbus", "wait", "--session", "--timeout", "20", "org.freedesktop.secrets"]
        subprocess.run(wait, env=dict(session), check=True, capture_output=True)
        yield
    finally:
        daemon.terminate()
        daemon.wait()
