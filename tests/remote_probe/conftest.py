"""Fixtures for the probe's own room."""

import sys
from collections.abc import Iterator

import pytest

from tests.remote_probe.probe_child import Probe, StartProbe


@pytest.fixture
def start_probe() -> Iterator[StartProbe]:
    """Starts probes: with options, by a program that runs it, or by a shell; ends them with the test."""
    probes: list[Probe] = []

    def start(*options: str, program: str = "", flags: str = "-B", script: str = "") -> Probe:
        command = [sys.executable, "-B", "-m", "remote_probe", *options]
        if program:
            command = [sys.executable, flags, "-c", program]
        elif script:
            command = ["/bin/sh", "-c", script]
        probes.append(Probe(command))
        return probes[-1]

    yield start
    for probe in probes:
        probe.end()
