"""What a worker is started in."""

import asyncio
import sys
from pathlib import Path

import pytest

from poller.crew.messages import FromWorker
from poller.crew.worker_environment import worker_environment
from poller.crew.worker_process import WorkerProcess

KEPT = {"HOME": "/root", "PATH": "/bin", "SSH_AUTH_SOCK": "/tmp/agent", "LANG": "C.UTF-8", "WATCHPOST_POLLER_NAME": "a"}
SECRET = {
    "DATABASE_URL": "postgresql://user:word@host/db",
    "WATCHPOST_DATABASE_URL": "postgresql://user:word@host/db",
    "PGPASSWORD": "word",
    "PGPASSFILE": "/root/.pgpass",
    "WATCHPOST_KEYRING": "file",
    "WATCHPOST_KEYRING_PASSPHRASE_FILE": "/root/passphrase",
    "CREDENTIALS_DIRECTORY": "/run/credentials",
}


class Deaf:
    """Hears of a worker, and does nothing about it."""

    def started(self) -> None: ...

    def said(self, message: FromWorker) -> None: ...

    def gone(self) -> None: ...


def test_nothing_in_it_leads_to_the_database_or_to_secrets() -> None:
    assert worker_environment({**KEPT, **SECRET}) == KEPT


async def test_a_worker_is_started_in_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in SECRET.items():
        monkeypatch.setenv(name, value)
    shown = tmp_path / "names"
    code = f"import os, pathlib; pathlib.Path({str(shown)!r}).write_text(' '.join(os.environ))"
    worker = WorkerProcess(0, (sys.executable, "-c", code), Deaf())
    ended = asyncio.Event()
    monkeypatch.setattr(Deaf, "gone", lambda *_: ended.set())
    worker.start()
    await asyncio.wait_for(ended.wait(), 60)
    await worker.end()
    names = set(shown.read_text().split())
    assert "PATH" in names
    assert not names & SECRET.keys()
