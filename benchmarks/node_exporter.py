"""Prometheus' node_exporter, to compare with: the same machine, the same number of looks."""

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.process_cost import cpu_s, resident_mb

_PROGRAM = "prometheus-node-exporter"
_START_S = 20.0


def measure_node_exporter(scrapes: int) -> tuple[float, float] | None:
    """CPU seconds a scrape and MB resident; None where it is not installed."""
    program = shutil.which(_PROGRAM)
    if program is None:
        return None
    with _running(program) as (pid, url):
        # Its first answers open what later ones find open.
        for _ in range(3):
            _get(url)
        before = cpu_s(pid)
        for _ in range(scrapes):
            _get(url)
            # As if they came from afar: what one scrape leaves in the caches is half gone at the next.
            time.sleep(0.2)
        return (cpu_s(pid) - before) / scrapes, resident_mb(pid)


@contextmanager
def _running(program: str) -> Iterator[tuple[int, str]]:
    address = f"127.0.0.1:{_free_port()}"
    child = subprocess.Popen(
        [program, f"--web.listen-address={address}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        url = f"http://{address}/metrics"
        _wait_until_it_answers(url)
        yield child.pid, url
    finally:
        child.kill()
        child.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_it_answers(url: str) -> None:
    deadline = time.monotonic() + _START_S
    while True:
        try:
            _get(url)
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _get(url: str) -> None:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 -- our own child on the loopback address
        answer.read()
