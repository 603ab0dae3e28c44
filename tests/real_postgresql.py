"""A real PostgreSQL server for tests: one a test process, killed and restarted as a test likes."""

import contextlib
import functools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg

from storage.database import prepare_database
from tests.eventually import eventually
from tests.real_peer import need_program
from tests.real_sshd import free_port

OWNER = "watchpost"
"""The role that owns everything; the server trusts it on its socket."""
TEMPLATE = "prepared"
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "max_wal_size": "256MB",
    "autovacuum_naptime": "10min",
    "jit": "off",
    "unix_socket_permissions": "0777",
}
# Over TCP everybody needs a password.
_HBA = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


def name_of(url: str) -> str:
    """The name of the database in a URL."""
    return url.split("/")[3].partition("?")[0]


class RealPostgresql:
    """A server with its files in a folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, name: str) -> str:
        """Of a database, through the socket, as its owner."""
        return f"postgresql://{OWNER}@/{name}?host={self.folder}&port={self.port}"

    def tcp_url(self, name: str, user: str = OWNER) -> str:
        """Of a database, as other machines would reach it."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        options = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        places = ["-D", str(self._data), "-k", str(self.folder), "-p", str(self.port), "-h", "127.0.0.1"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*_unprivileged("--pdeathsig=QUIT"), _program("postgres"), *places, *options], stderr=log, stdout=log
            )
        eventually(self._answers)

    def stop(self) -> None:
        """Ends it as an administrator would who is in a hurry: connections are cut, what is committed stays."""
        self._end(signal.SIGINT)

    def break_off(self) -> None:
        """Ends it without a word to anybody, as `pg_ctl stop -m immediate`: the next start has to recover."""
        self._end(signal.SIGQUIT)

    def kill(self) -> None:
        """As when the power fails."""
        self._end(signal.SIGKILL)
        # The children notice; until they are gone they keep the shared memory.
        eventually(lambda: not self._processes())

    @contextlib.contextmanager
    def down(self) -> Iterator[None]:
        """Killed, and started again at the end."""
        self.kill()
        try:
            yield
        finally:
            self.start()

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """It answers nothing for a while, and its connections stay, as when its machine is paused."""
        stopped = [int(name) for name in self._processes()]
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)

    def execute(self, statement: str, *, database: str = "postgres") -> list[tuple[object, ...]]:
        """Runs a statement as the owner, outside any transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    @contextlib.contextmanager
    def new_database(self, template: str = TEMPLATE) -> Iterator[str]:
        """A database of the current schema for one test, or an empty one of `template0`; gives its URL."""
        name = f"test_{uuid.uuid4().hex}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}{self._by_files}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextlib.contextmanager
    def only_letting_in(self, rules: str) -> Iterator[None]:
        """With other lines in `pg_hba.conf` for a while."""
        self._let_in(rules)
        try:
            yield
        finally:
            self._let_in(_HBA)

    def initialise(self) -> None:
        """Makes its files."""
        words = ["-D", str(self._data), "-U", OWNER, "-E", "UTF8", "-A", "trust", "--no-sync"]
        # Letters in the order of a language, as most servers have them, so that no test relies on that of bytes.
        words += ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"]
        subprocess.run([*_unprivileged(), _program("initdb"), *words], check=True, capture_output=True)
        (self._data / "pg_hba.conf").write_text(_HBA)

    @functools.cached_property
    def _by_files(self) -> str:
        """Copying the files of a template is half of the work of copying its pages through the log."""
        ((version,),) = self.execute("SHOW server_version_num")
        return " STRATEGY FILE_COPY" if int(str(version)) >= 150_000 else ""

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _let_in(self, rules: str) -> None:
        (self._data / "pg_hba.conf").write_text(f"{rules}\n")
        since = self.execute("SELECT pg_conf_load_time()")
        self.execute("SELECT pg_reload_conf()")
        eventually(lambda: self.execute("SELECT pg_conf_load_time()") != since)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "log").read_text()
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url("postgres")):
            return True
        return False

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait()
            self._process = None

    def _processes(self) -> list[str]:
        """Processes that have the data folder as their own: those of the server."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (process / "cwd").readlink() == self._data:
                    found.append(process.name)
        return found


@contextlib.contextmanager
def server_folder() -> Iterator[Path]:
    """A folder that a server may use; the name is short, as a socket's has to be."""
    need_program(_program("postgres"), "postgresql")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o755)
    _give(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_cluster(folder: Path) -> None:
    """Makes the files of a server with a database of the current schema in it."""
    server = RealPostgresql(folder, free_port())
    server.initialise()
    server.start()
    try:
        server.execute(f"CREATE DATABASE {TEMPLATE}")
        prepare_database(server.url(TEMPLATE), now_ms=0)
    finally:
        server.stop()


@contextlib.contextmanager
def running_postgresql(cluster: Path) -> Iterator[RealPostgresql]:
    """A server with a copy of the files in `cluster`; it is gone at the end."""
    with server_folder() as folder:
        subprocess.run([*_unprivileged(), "cp", "-a", cluster / "data", folder / "data"], check=True)
        server = RealPostgresql(folder, free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _program(name: str) -> str:
    """Debian keeps the programs of a server outside the PATH, one folder a version."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return str(found[-1]) if found else name


def _unprivileged(*options: str) -> list[str]:
    """What comes in front of a command: a server refuses to run as root."""
    if os.geteuid() == 0:
        options = ("--reuid=nobody", "--regid=nogroup", "--clear-groups", *options)
    return ["setpriv", *options] if options else []


def _give(folder: Path) -> None:
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
