"""Work for this machine while it is recorded: disk, network and CPU, several things of differing rhythm at once."""

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator

_WRITE = """
import os, random, sys, time
random.seed({seed})
while True:
    with open(os.path.join(sys.argv[1], "part-{seed}"), "wb") as file:
        for _ in range(random.randrange(1, 40)):
            file.write(os.urandom(random.randrange(1_000, 400_000)))
            file.flush()
            os.fsync(file.fileno())
    time.sleep(random.expovariate(1 / {pause}))
"""
_TALK = """
import random, socket, threading, time
random.seed({seed})
server = socket.create_server(("127.0.0.1", 0))
def serve():
    while True:
        peer, _ = server.accept()
        with peer:
            while peer.recv(65536):
                pass
threading.Thread(target=serve, daemon=True).start()
while True:
    with socket.create_connection(server.getsockname()) as talker:
        for _ in range(random.randrange(1, 60)):
            talker.sendall(bytes(random.randrange(100, 200_000)))
            time.sleep(random.random() * {pause} / 20)
    time.sleep(random.expovariate(1 / {pause}))
"""
_COMPUTE = """
import random, time
random.seed({seed})
while True:
    end = time.monotonic() + random.random() * {pause} / 4
    while time.monotonic() < end:
        sum(range(1000))
    time.sleep(random.expovariate(1 / {pause}))
"""
_SHELL = """
import random, subprocess, time
random.seed({seed})
while True:
    subprocess.run(["/bin/sh", "-c", "ls -R /usr/share/doc 2>/dev/null | sort | tail -1; sleep 0.2"], stdout=-3)
    time.sleep(random.expovariate(1 / {pause}))
"""
_KINDS = ((_WRITE, 3.0), (_WRITE, 11.0), (_TALK, 0.7), (_TALK, 6.0), (_COMPUTE, 2.0), (_COMPUTE, 9.0), (_SHELL, 7.0))


@contextlib.contextmanager
def load() -> Iterator[None]:
    """The machine is busy while this is open, at about half of one core."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        for seed, (script, pause_s) in enumerate(_KINDS):
            command = [sys.executable, "-c", script.format(seed=seed, pause=pause_s), folder]
            stack.enter_context(_running(command))
        yield


@contextlib.contextmanager
def _running(command: list[str]) -> Iterator[None]:
    child = subprocess.Popen(command)
    try:
        yield
    finally:
        child.kill()
        child.wait()
