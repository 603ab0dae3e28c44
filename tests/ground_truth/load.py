"""Load on this machine: processors, memory, a disk, and a network of its own."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

BUSY_S = 1.5
"""How long processors, disk and network are kept busy."""
MEMORY_BYTES = 256 * 2**20
ADDRESS, PEER = "198.51.100.1", "198.51.100.2"
"""Addresses of RFC 5737, which nobody has."""

_BURN = """
import os, time
end = time.monotonic() + {busy_s}
while time.monotonic() < end:
    for _ in range(20000): pass
    os.stat("/")
"""

# Written through and read back past the page cache, so that the device does both; in small pieces, so that they are far
# more than what others do meanwhile.
_DISK = """
import os, time
end = time.monotonic() + {busy_s}
fd = os.open({path!r}, os.O_RDWR | os.O_CREAT | os.O_DSYNC)
while time.monotonic() < end:
    for place in range(0, 1 << 20, 1 << 14):
        os.pwrite(fd, os.urandom(1 << 14), place)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_RANDOM)
    for place in range(0, 1 << 20, 1 << 14):
        os.pread(fd, 1 << 14, place)
"""

_MEMORY = """
import sys
held = bytearray({size})
held[::4096] = b"x" * len(held[::4096])
print("held", flush=True)
sys.stdin.read()
"""

# Nobody listens at the port: the peer answers some of it with ICMP, which is traffic the other way.
_UDP = """
import socket, time
end = time.monotonic() + {busy_s}
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while time.monotonic() < end:
    for _ in range(40):
        try: sender.sendto(bytes(1200), ({peer!r}, 9))
        except OSError: pass
    time.sleep(0.002)
"""

_TCP_SINK = """
import socket
listener = socket.create_server(({peer!r}, 9))
print("listening", flush=True)
connection, _ = listener.accept()
while connection.recv(1 << 16): pass
"""

_TCP = """
import socket, time
end = time.monotonic() + {busy_s}
connection = socket.create_connection(({peer!r}, 9))
while time.monotonic() < end:
    connection.sendall(bytes(20000))
    time.sleep(0.001)
"""


@contextlib.contextmanager
def memory_in_use() -> Iterator[None]:
    """A process that holds memory and has touched all of it."""
    with _python(_MEMORY.format(size=MEMORY_BYTES), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        yield


@contextlib.contextmanager
def network_of_its_own() -> Iterator[str]:
    """One end of a pair of interfaces, the other one in a namespace where a server listens; yields its name."""
    name, namespace = f"wpg{os.getpid()}", f"wp-ground-{os.getpid()}"
    ip("netns", "add", namespace)
    try:
        ip("link", "add", name, "type", "veth", "peer", "name", "peer", "netns", namespace)
        ip("addr", "add", f"{ADDRESS}/24", "dev", name)
        ip("link", "set", name, "up")
        ip("-n", namespace, "addr", "add", f"{PEER}/24", "dev", "peer")
        ip("-n", namespace, "link", "set", "peer", "up")
        enter = ("ip", "netns", "exec", namespace)
        with _python(_TCP_SINK.format(peer=PEER), *enter, stdout=subprocess.PIPE) as sink:
            assert sink.stdout is not None
            sink.stdout.readline()
            yield name
    finally:
        # The pair goes with its namespace, but later: by name it is gone at once.
        ip("link", "delete", name)
        ip("netns", "delete", namespace)


@contextlib.contextmanager
def everything_busy() -> Iterator[None]:
    """Processors, disk and network under load, for `BUSY_S` from now on; its processes are gone at the end."""
    with contextlib.ExitStack() as stack:
        # Not /tmp, which may lie in memory.
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir="/var/tmp", prefix="wp-ground-"))
        for program in (
            _BURN.format(busy_s=BUSY_S),
            _DISK.format(busy_s=BUSY_S, path=f"{folder}/file"),
            _UDP.format(busy_s=BUSY_S, peer=PEER),
            _TCP.format(busy_s=BUSY_S, peer=PEER),
        ):
            stack.enter_context(_python(program))
        yield


def ip(*arguments: str) -> None:
    """Runs `ip` of iproute2."""
    subprocess.run(("ip", *arguments), check=True)


@contextlib.contextmanager
def _python(
    program: str, *before: str, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    # Whoever looks at the load goes first.
    command = ("nice", "-n", "10", *before, sys.executable, "-S", "-c", program)
    with subprocess.Popen(command, stdin=stdin, stdout=stdout) as child:
        try:
            yield child
        finally:
            child.kill()
