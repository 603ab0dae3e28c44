"""A busy machine: as many processes and TCP sockets as are wanted, none of which does anything."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks.process_cost import process_count

# All connections in one process, both of their ends: two sockets each.
_SOCKETS = """
import resource, socket, sys
count = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_NOFILE, (2 * count + 100, 2 * count + 100))
listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
ends = []
for _ in range(count):
    ends.append(socket.create_connection(listener.getsockname()))
    ends.append(listener.accept()[0])
print("connected", flush=True)
sys.stdin.read()
"""


@contextmanager
def crowd(processes: int, sockets: int = 0) -> Iterator[None]:
    """Idle processes, so that there are about so many on this machine, and so many TCP sockets more."""
    with ExitStack() as stack:
        if sockets:
            stack.enter_context(_connected(sockets // 2))
        idle = [subprocess.Popen(["sleep", "3600"]) for _ in range(processes - process_count())]
        try:
            yield
        finally:
            for child in idle:
                child.kill()
            for child in idle:
                child.wait()


@contextmanager
def _connected(connections: int) -> Iterator[None]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    connections = min(connections, (most - 100) // 2) if most > 0 else connections
    command = [sys.executable, "-S", "-c", _SOCKETS, str(connections)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        try:
            if holder.stdout is None or holder.stdout.readline() != b"connected\n":
                raise RuntimeError("the TCP connections could not be made")
            yield
        finally:
            holder.kill()
