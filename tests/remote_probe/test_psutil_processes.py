import os
import subprocess
import sys

import psutil

from remote_probe.psutil_processes import PsutilProcesses
from tests.eventually import eventually


def test_a_process_is_told_with_its_secret_hidden_and_its_cpu_use() -> None:
    child = subprocess.Popen([sys.executable, "-c", "while True: pass", "--token", "hunter2"])
    try:
        processes = PsutilProcesses(psutil, 100)
        processes.read()
        eventually(lambda: psutil.Process(child.pid).cpu_times().user > 0.3)
        assert processes.read()[0] > 1
        row = next(row for row in processes.top if row[0] == child.pid)
    finally:
        child.kill()
        child.wait()
    assert row[2] == f"{sys.executable} -c while True: pass --token ***"
    assert row[3] == psutil.Process().username()
    assert row[4] > 5
    assert 0 < row[5] < row[6]


def test_processes_that_end_between_listing_and_looking_do_no_harm() -> None:
    class Vanishing:
        """psutil, with an id in its list that nobody has any more."""

        Error = psutil.Error
        Process = psutil.Process

        @staticmethod
        def pids() -> list[int]:
            return [os.getpid(), 2**22 + 1]

    processes = PsutilProcesses(Vanishing, 20)
    assert processes.read() == [2]
    assert [row[0] for row in processes.top] == [os.getpid()]
