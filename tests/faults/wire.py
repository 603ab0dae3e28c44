"""A link that can be cut without a word: what is sent is neither delivered nor refused."""

import contextlib
import select
import socket
import threading
from collections.abc import Iterator

from storage.database import Database
from storage.host_keys import HostKey, KeySource, trust_host_key, trusted_keys
from storage.hosts import edit_host, list_hosts
from storage.utc import now_ms

_AT_ONCE = 65_536
_LOOK_S = 0.05


class Wire:
    """Carries TCP connections to an address.

    Attributes:
        address, port: where it listens.
    """

    def __init__(self, address: str, target: tuple[str, int]) -> None:
        """Takes the loopback address to listen at, and where it leads."""
        self._target = target
        self._carries = threading.Event()
        self._carries.set()
        self._over = threading.Event()
        self._listener = socket.create_server((address, 0), backlog=64)
        self._listener.settimeout(_LOOK_S)
        self.address, self.port = self._listener.getsockname()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def cut(self) -> None:
        """From now on nothing comes through."""
        self._carries.clear()

    def mend(self) -> None:
        """What waits comes through, and what follows."""
        self._carries.set()

    def close(self) -> None:
        """Ends it with all its connections."""
        self._over.set()
        self._carries.set()
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _accept(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                here, _ = self._listener.accept()
                here.setblocking(True)
                self._start(here)

    def _start(self, here: socket.socket) -> None:
        thread = threading.Thread(target=self._connect, args=(here,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _connect(self, here: socket.socket) -> None:
        self._carries.wait()
        with here, contextlib.suppress(OSError), socket.create_connection(self._target) as there:
            back = threading.Thread(target=self._carry, args=(there, here), daemon=True)
            back.start()
            self._carry(here, there)
            back.join()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not self._over.is_set():
                if not select.select([source], [], [], _LOOK_S)[0]:
                    continue
                data = source.recv(_AT_ONCE)
                # Cut while it was under way: what has come so far comes through later.
                self._carries.wait()
                if not data:
                    break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def wires(targets: list[tuple[str, int]]) -> Iterator[list[Wire]]:
    """A link to each; gone at the end."""
    made = [Wire(f"127.65.0.{place + 1}", target) for place, target in enumerate(targets)]
    try:
        yield made
    finally:
        for wire in made:
            wire.close()


@contextlib.contextmanager
def led_through_wires(database: Database) -> Iterator[list[Wire]]:
    """Has every host be reached over a link of its own."""
    with database.reading() as connection:
        hosts = list_hosts(connection)
        keys = [trusted_keys(connection, host.address, host.port or 22)[0] for host in hosts]
    with wires([(host.address, host.port or 22) for host in hosts]) as links:
        with database.writing() as connection:
            for host, key, link in zip(hosts, keys, links, strict=True):
                moved = HostKey(link.address, link.port, key.algorithm, key.public_key, key.fingerprint)
                trust_host_key(connection, moved, KeySource.PERSON, now_ms(), replace=False)
                edit_host(connection, host.name, {"address": link.address, "port": link.port})
        yield links
