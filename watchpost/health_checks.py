"""What can be wrong with an installation: each check says how it is and what to type."""

import os
import shlex
import shutil
import socket
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from poller.descriptors import descriptor_limit, descriptors_needed
from poller.health.address import HealthAddress, reachable_host
from storage.credentials import list_credentials
from storage.database import Database
from storage.engines.server_facts import OLDEST_VERSION, ServerFacts
from storage.errors import KeyringUnavailableError
from storage.keyring_passphrase import passphrase_file
from storage.poller_lock import poller_is_running
from storage.pollers import live_pollers
from storage.quantities import byte_count, duration
from storage.revisions import SchemaState
from storage.sqlite import SIDECARS
from storage.sqlite_file import file_mode
from watchpost.configuration import Configuration
from watchpost.secret_keeping import chosen_backend, keeper_for

PYTHON = (3, 11)
SPACE_WARNING, SPACE_FAILURE = 500 * 2**20, 50 * 2**20
"""Bytes free: 200 hosts fill 500 MiB in a few hours, and below 50 MiB SQLite may not finish a checkpoint."""
_AGENT_TIMEOUT_S = 2.0
_PORT_TIMEOUT_S = 2.0
CLOCK_TOLERANCE_S = 120
"""Hosts' own clocks differ by minutes at the most, and a reading has its host's time only roughly."""


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


def check_database_folder(path: Path) -> Check:
    """Whether the folder of a SQLite file can be written; who may only read the file needs no more."""
    if os.access(path, os.R_OK) and not os.access(path, os.W_OK):
        return Check("data folder", Verdict.OK, f"{path.parent}, for reading: its poller is another user's")
    return check_folder("data folder", path.parent)


def check_group(path: Path) -> Iterator[Check]:
    """Whether the group of a shared folder may read the database in it, with what SQLite keeps beside it."""
    if not os.access(path.parent, os.W_OK) or file_mode(path.parent) & stat.S_IRGRP == 0:
        return
    files = [file for ending in ("", *SIDECARS) if (file := Path(f"{path}{ending}")).exists()]
    closed = [file for file in files if not file.stat().st_mode & stat.S_IRGRP]
    if not closed:
        yield Check("group", Verdict.OK, f"{path.parent.group()} may read the database")
        return
    hint = f"chmod g+r {' '.join(shlex.quote(str(file)) for file in closed)}"
    yield Check("group", Verdict.WARN, "The folder is shared with its group, and the database is not.", hint)


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


def check_clock(newest_ts: int | None, now_ms: int) -> Check:
    """Whether this machine's clock can be right: nothing was read in the future."""
    ahead_s = 0.0 if newest_ts is None else (newest_ts - now_ms) / 1000
    if ahead_s > CLOCK_TOLERANCE_S:
        message = f"The newest reading is {duration(ahead_s)} in the future: this clock, or the poller's, was set."
        return Check("clock", Verdict.WARN, message, "timedatectl, on both machines")
    return Check("clock", Verdict.OK, datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC"))


def check_health_port(address: HealthAddress | None, *, is_polling: bool) -> Iterator[Check]:
    """Whether the health port answers while a poller runs, and is free while none does."""
    if address is None:
        return
    name = f"{address.host}:{address.port}"
    try:
        with socket.create_connection((reachable_host(address.host), address.port), _PORT_TIMEOUT_S):
            answers = True
    except OSError:
        answers = False
    if answers and not is_polling:
        hint = "Name another one with --health or WATCHPOST_HEALTH, or end the program that uses it."
        yield Check("health port", Verdict.WARN, f"{name} is taken, and no poller runs.", hint)
    elif is_polling and not answers:
        hint = f"If the poller runs here, start it with --health {name}, or with WATCHPOST_HEALTH set."
        yield Check("health port", Verdict.WARN, f"A poller runs, and nothing answers at {name}.", hint)
    else:
        yield Check("health port", Verdict.OK, f"{name} {'answers' if answers else 'is free'}")


def check_open_files(hosts: int, limit: int | None = None) -> Check:
    """Whether the limit of open files lets that many hosts be watched from here; a poller refuses to start else.

    Args:
        hosts: how many there are.
        limit: how many files may be open; None for what the system allows this process, -1 for no limit.
    """
    allowed = descriptor_limit() if limit is None else (None if limit == -1 else limit)
    if allowed is None:
        return Check("open files", Verdict.OK, "no limit")
    needed = descriptors_needed(hosts)
    text = f"{allowed} may be open; {hosts} host{' needs' if hosts == 1 else 's need'} up to {needed}"
    if allowed >= needed:
        return Check("open files", Verdict.OK, text)
    return Check("open files", Verdict.FAIL, text, f"LimitNOFILE={needed} in the unit, or as root: ulimit -Hn {needed}")
