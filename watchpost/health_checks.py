"""What can be wrong with an installation: each check says how it is and what to type."""

import os
import resource
import shutil
import socket
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fleet.quantities import byte_count, duration
from storage.credentials import list_credentials
from storage.database import Database
from storage.engines.server_facts import OLDEST_VERSION, ServerFacts
from storage.errors import KeyringUnavailableError
from storage.keyring_passphrase import passphrase_file
from storage.poller_lock import poller_is_running
from storage.pollers import live_pollers
from storage.revisions import SchemaState
from watchpost.configuration import Configuration
from watchpost.secret_keeping import chosen_backend, keeper_for

PYTHON = (3, 11)
SPACE_WARNING, SPACE_FAILURE = 500 * 2**20, 50 * 2**20
"""Bytes free: 200 hosts fill 500 MiB in a few hours, and below 50 MiB SQLite may not finish a checkpoint."""
FILES_BASE, FILES_A_HOST = 64, 4
"""Open files that a poller needs, and those of one session at most: a socket, or a child's three pipes and its id."""
_AGENT_TIMEOUT_S = 2.0


class Verdict(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report; the hint is empty where nothing is to be done."""

    name: str
    verdict: Verdict
    message: str
    hint: str = ""


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> Check:
    """Whether this Python is recent enough."""
    shown = ".".join(str(part) for part in version)
    if version >= PYTHON:
        return Check("python", Verdict.OK, f"Python {shown}")
    needed = ".".join(str(part) for part in PYTHON)
    return Check("python", Verdict.FAIL, f"Python {shown} is too old.", f"Install Python {needed} or later.")


def check_folder(name: str, folder: Path) -> Check:
    """Whether a folder can be written, also where it has yet to be made."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Check(name, Verdict.FAIL, f"{folder} cannot be written: {error.strerror}.", f"ls -ld {folder}")
    return Check(name, Verdict.OK, str(folder))


def check_space(folder: Path, free: int | None = None) -> Check:
    """Whether the database has room to grow."""
    free = shutil.disk_usage(folder).free if free is None else free
    text = f"{byte_count(free)} free for the database"
    if free < SPACE_FAILURE:
        return Check("disk space", Verdict.FAIL, text, f"Free some space: df -h {folder}")
    if free < SPACE_WARNING:
        return Check("disk space", Verdict.WARN, text, f"Free some space soon: df -h {folder}")
    return Check("disk space", Verdict.OK, text)


def check_server(server: ServerFacts) -> Check:
    """Whether a PostgreSQL server is one that Watchpost can work with, and lets this role do what it needs."""
    shown = f"PostgreSQL {server.version}, database {server.label} as {server.role}"
    if not server.is_supported:
        return Check("server", Verdict.FAIL, shown, f"Watchpost needs PostgreSQL {OLDEST_VERSION // 10_000} or later.")
    if server.encoding != "UTF8":
        hint = "createdb --encoding=UTF8 --template=template0 NAME, and use that one"
        return Check("server", Verdict.FAIL, f"{shown}; it keeps texts as {server.encoding}.", hint)
    if server.is_standby:
        return Check("server", Verdict.WARN, f"{shown}; it is a standby: reading only.", "Name the primary to poll.")
    if not server.may_create:
        hint = f"As its owner: GRANT CREATE ON SCHEMA {server.schema_name or 'public'} TO {server.role}"
        return Check("server", Verdict.WARN, f"{shown}, who may make no tables there: no poller can begin.", hint)
    if server.schema is SchemaState.EMPTY:
        return Check("server", Verdict.WARN, f"{shown}; it has no tables yet.", "watchpost run")
    return Check("server", Verdict.OK, shown)


def check_poller(database: Database, now_ms: int) -> Check:
    """Whether a poller runs and says so."""
    holds_lock = poller_is_running(database.url)
    with database.reading() as connection:
        live = live_pollers(connection, now_ms)
    if live:
        newest = live[0]
        beat = duration((now_ms - newest.heartbeat_at) / 1000)
        return Check("poller", Verdict.OK, f"runs as process {newest.pid} on {newest.machine}, heard of {beat} ago")
    if holds_lock:
        return Check(
            "poller",
            Verdict.WARN,
            "holds the database, but has given no sign of life for 15 s.",
            "It may just have started. If this lasts, look at its log and restart it.",
        )
    return Check("poller", Verdict.WARN, "No poller is running; nothing is recorded.", "watchpost run")


def check_keyring(configuration: Configuration, database: Database) -> Check:
    """Whether the secrets can be had; where none are stored, a missing keyring is no fault."""
    choice = chosen_backend(configuration, database)
    with database.reading() as connection:
        stored = len(list_credentials(connection))
    try:
        keeper_for(configuration, choice).check()
    except KeyringUnavailableError as error:
        if stored:
            return Check("keyring", Verdict.FAIL, error.message, error.hint)
        return Check("keyring", Verdict.OK, f"not usable ({error.message}), but no credential is stored either")
    credentials = f"{stored} credential{'' if stored == 1 else 's'}"
    return Check("keyring", Verdict.OK, f"{choice.value}, {credentials}")


def check_passphrase_file(configuration: Configuration) -> Iterator[Check]:
    """Whether others can read the passphrase of the encrypted file, where one is named."""
    path = passphrase_file(configuration.environment)
    if path is None or not path.is_file():
        return
    if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield Check("passphrase file", Verdict.WARN, f"{path} can be read by others.", f"chmod 600 {path}")
    else:
        yield Check("passphrase file", Verdict.OK, str(path))


def check_agent(socket_path: str | None) -> Check:
    """Whether the SSH agent answers, where one is announced."""
    if not socket_path:
        return Check("ssh agent", Verdict.OK, "none (SSH_AUTH_SOCK is not set); key files and passwords are used")
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as agent:
            agent.settimeout(_AGENT_TIMEOUT_S)
            agent.connect(socket_path)
    except OSError as error:
        return Check(
            "ssh agent",
            Verdict.WARN,
            f"SSH_AUTH_SOCK names {socket_path}, and nothing answers there: {error.strerror or error}.",
            'Start one: eval "$(ssh-agent)" && ssh-add',
        )
    return Check("ssh agent", Verdict.OK, f"answers at {socket_path}")


def check_ssh_file(path: Path) -> Check:
    """Whether a file of OpenSSH can be read, where it is there."""
    full = path.expanduser()
    if not full.exists():
        return Check(str(path), Verdict.OK, "not there, which is fine")
    if os.access(full, os.R_OK) and full.is_file():
        return Check(str(path), Verdict.OK, "readable")
    return Check(str(path), Verdict.WARN, "cannot be read by this user.", f"ls -l {full}")


def check_open_files(hosts: int, limit: int | None = None) -> Check:
    """Whether the limit of open files lets that many hosts be watched from here."""
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0] if limit is None else limit
    needed = FILES_BASE + FILES_A_HOST * hosts
    if soft in {resource.RLIM_INFINITY, -1}:
        return Check("open files", Verdict.OK, "no limit")
    text = f"{soft} may be open; {hosts} host{' needs' if hosts == 1 else 's need'} up to {needed}"
    if soft >= needed:
        return Check("open files", Verdict.OK, text)
    return Check("open files", Verdict.WARN, text, f"ulimit -n {needed * 2}, or LimitNOFILE={needed * 2} in the unit")
