"""A home, a folder and an environment of their own for every test of the command line."""

import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.command_line import CommandLine
from tests.real_sshd import RealSshd, running_sshd

_OURS = ("WATCHPOST_", "XDG_", "COLORTERM", "FORCE_COLOR", "NO_COLOR")
_NAMES = {
    "CPU_THRESHOLD",
    "CREDENTIALS_DIRECTORY",
    "DATABASE_URL",
    "DBUS_SESSION_BUS_ADDRESS",
    "DISK_THRESHOLD",
    "LOG_LEVEL",
    "MEMORY_THRESHOLD",
    "SSH_AUTH_SOCK",
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home and an empty current folder; nothing of whoever runs the tests gets in."""
    for name in os.environ:
        if name in _NAMES or name.startswith(_OURS):
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    (folder / ".ssh").mkdir(parents=True, mode=0o700)
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.chdir(tmp_path / "here")
    return folder


@pytest.fixture(autouse=True)
def _signals_are_heeded() -> Iterator[None]:
    """Also where the tests themselves run in the background or under nohup: what they start would ignore the same."""
    ignored = [n for n in (signal.SIGINT, signal.SIGHUP) if signal.getsignal(n) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture
def cli() -> Iterator[CommandLine]:
    """The command line, in this process."""
    yield CommandLine()
    structlog.reset_defaults()
    for handler in logging.getLogger().handlers[:]:
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter):
            logging.getLogger().removeHandler(handler)
            handler.close()


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSshd]:
    """A server with ordinary settings, shared by the tests of a file."""
    with running_sshd(tmp_path_factory.mktemp("sshd")) as server:
        yield server
