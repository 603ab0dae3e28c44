"""A poller as a child of this process: started for the time that the live view is open, and ended with it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from storage.errors import WatchpostError
from storage.keyring_passphrase import FILE_VARIABLE
from storage.poller_lock import poller_is_running
from storage.printable import printable
from watchpost.log_setup import POLLER_LOG_FILE, SIZE_LIMIT

READY_TIMEOUT_S = 5.0
STOP_TIMEOUT_S = 15.0
"""Flushing takes up to 10 s where the database is slow."""
_TAIL_BYTES = 8192
_WORDS_LIMIT = 500


class PollerDiedError(WatchpostError):
    """The poller that was started for a view is gone."""

    kind = "poller_died"


class _Surroundings(NamedTuple):
    environment: Mapping[str, str]
    folder: Path | None


class PollerChild:
    """One child. It ends by itself when this process dies, however that comes: its standard input closes then."""

    def __init__(
        self,
        url: str,
        log_folder: Path,
        *,
        passphrase: str | None = None,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        """Starts it.

        Args:
            url: of the database.
            log_folder: where its log goes.
            passphrase: of the encrypted file with the secrets, where a person has typed it.
            environment: what it runs in; None for ours.
            folder: where it runs, whose `.env` it reads; None for ours.

        Raises:
            PollerDiedError: it cannot be started.
        """
        self._url = url
        self.log_path = log_folder / POLLER_LOG_FILE
        try:
            log_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _rotate(self.log_path)
            with self.log_path.open("ab") as log:
                self._log_start = log.tell()
                surroundings = _Surroundings(os.environ if environment is None else environment, folder)
                self._process = _spawn(url, log.fileno(), passphrase, surroundings)
        except OSError as error:
            raise PollerDiedError(
                f"The poller cannot be started: {error.strerror}.", hint=f"Check the folder {log_folder}."
            ) from error

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def wait_until_polling(self, timeout_s: float = READY_TIMEOUT_S) -> None:
        """Waits until it has taken the database over, or for as long as is polite.

        Raises:
            PollerDiedError: it ended instead.
        """
        deadline = time.monotonic() + timeout_s
        while not poller_is_running(self._url) and time.monotonic() < deadline:
            self.check()
            time.sleep(0.02)
        self.check()

    def check(self) -> None:
        """Raises PollerDiedError with its last words when it has ended by itself."""
        status = self._process.poll()
        if status is not None:
            raise self._died(status)

    def stop(self) -> None:
        """Ends it and waits until everything is stored; one that hangs is killed.

        Raises:
            PollerDiedError: it had ended by itself before, could not store everything, or had to be killed.
        """
        try:
            self.check()
            self._process.terminate()
            try:
                status = self._process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                status = self._process.wait()
        finally:
            self._let_go()
        # Ended by the signal alone: it had only just begun, or was about to end.
        if status not in {0, -signal.SIGTERM}:
            raise self._died(status)

    def _died(self, status: int) -> PollerDiedError:
        self._let_go()
        words = self._last_words()
        return PollerDiedError(
            f"The poller {_how_it_ended(status)}{f': {words}' if words else '.'}", hint=f"Its log is {self.log_path}."
        )

    def _let_go(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()

    def _last_words(self) -> str:
        try:
            with self.log_path.open("rb") as log:
                log.seek(max(self._log_start, log.seek(0, os.SEEK_END) - _TAIL_BYTES))
                lines = log.read(_TAIL_BYTES).decode("utf-8", "replace").splitlines()
        except OSError:
            return ""
        return last_words(lines)


def own_program() -> list[str]:
    """How this very Watchpost is started again: a bundle is its own program, else the interpreter runs it."""
    # -P: a file of the folder that we happen to be in, such as a random.py, must not become a part of us.
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-P", "-m", "watchpost"]


def last_words(lines: Iterable[str]) -> str:
    """What a poller's log says last that a person should know of; empty where it has nothing but events in it."""
    return next((words for line in reversed(list(lines)) if (words := _words(line))), "")


def _spawn(url: str, log: int, passphrase: str | None, around: _Surroundings) -> subprocess.Popen[bytes]:
    command = [*own_program(), "run", "--db", url, "--with-stdin"]
    # A session of its own: Ctrl-C at the terminal is for the view alone.
    if passphrase is None:
        return subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=dict(around.environment),
            cwd=around.folder,
        )
    # Through a pipe: neither its command line nor its environment nor a file may hold it.
    reader, writer = os.pipe()
    try:
        os.write(writer, passphrase.encode() + b"\n")
    finally:
        os.close(writer)
    try:
        return subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=(reader,),
            env=_environment(around.environment, reader),
            cwd=around.folder,
        )
    finally:
        os.close(reader)


def _environment(environment: Mapping[str, str], reader: int) -> dict[str, str]:
    return {**environment, FILE_VARIABLE: f"/dev/fd/{reader}"}


def _rotate(path: Path) -> None:
    if path.exists() and path.stat().st_size > SIZE_LIMIT:
        path.replace(path.with_suffix(".log.1"))


def _how_it_ended(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"


def _words(line: str) -> str:
    """What a line of the log says to a person: of a JSON line the message, else the event; of any other itself."""
    try:
        said = json.loads(line)
    except ValueError:
        return printable(line.strip(), _WORDS_LIMIT)
    # What happens all the time says nothing about an end.
    if not isinstance(said, dict) or said.get("level") in {"debug", "info"}:
        return ""
    return printable(str(said.get("message") or said.get("event") or ""), _WORDS_LIMIT)
