import os
import subprocess
import sys
import threading
from typing import Any

import psutil
import pytest

from remote_probe.psutil_import import FREEBSD, LINUX, MACOS, WINDOWS
from remote_probe.psutil_processes import PsutilProcesses
from remote_probe.users import UserNames
from tests.eventually import eventually
from tests.remote_probe import psutil_stand_in as stand_in
from tests.remote_probe.psutil_stand_in import GIB

_TROUBLES = (stand_in.Error, psutil.Error, OSError, AttributeError)


def _processes(module: Any, system: str, top: int = 20) -> PsutilProcesses:  # noqa: ANN401
    return PsutilProcesses(module, system, top, UserNames("/nowhere", lambda uid: f"user{uid}"), _TROUBLES)


def _rows(module: Any, system: str) -> dict[str, tuple[Any, ...]]:  # noqa: ANN401
    processes = _processes(module, system)
    processes.read()
    return {row[1]: row for row in processes.top}


def test_a_process_is_told_with_its_secret_hidden_and_its_cpu_use() -> None:
    child = subprocess.Popen([sys.executable, "-c", "while True: pass", "--token", "hunter2"])
    try:
        processes = PsutilProcesses(psutil, LINUX, 100, UserNames(), _TROUBLES)
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

    processes = _processes(Vanishing, LINUX)
    assert processes.read() == [2]
    assert [row[0] for row in processes.top] == [os.getpid()]


@pytest.mark.parametrize(
    ("module", "system", "idleness"),
    [(stand_in.windows(), WINDOWS, "System Idle Process"), (stand_in.freebsd(), FREEBSD, "idle")],
)
def test_doing_nothing_is_no_work(module: Any, system: str, idleness: str) -> None:  # noqa: ANN401
    rows = _rows(module, system)
    assert rows
    assert idleness not in rows


def test_what_an_ordinary_account_may_not_know_is_absent_and_no_crash() -> None:
    rows = _rows(stand_in.windows(), WINDOWS)
    assert rows["sqlservr.exe"][2:6] == ("[sqlservr.exe]", "", 0.0, 4 * GIB)
    assert rows["python.exe"][2:4] == ("python -p --token ***", "CORP\\ann")
    assert "Registry" not in rows
    assert list(_rows(stand_in.macos(), MACOS)) == ["zsh"]
    assert {"kernel_task", "launchd"} <= set(_rows(stand_in.macos(root=True), MACOS))


def test_users_have_the_names_that_the_system_knows_them_by() -> None:
    assert _rows(stand_in.macos(), MACOS)["zsh"][3] == "user12345"


def test_a_domain_that_does_not_answer_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remote_probe.psutil_processes._DEADLINE_S", 0.1)
    released = threading.Event()
    windows = stand_in.windows()
    python = windows.Process(4711)
    python.username = released.wait
    processes = _processes(windows, WINDOWS)
    try:
        assert processes.read() == [6]
        rows = {row[1]: row for row in processes.top}
        assert rows["python.exe"][2:4] == ("[python.exe]", "")
    finally:
        released.set()


def test_cpu_use_is_what_was_used_since_the_last_look() -> None:
    freebsd = stand_in.freebsd()
    processes = _processes(freebsd, FREEBSD)
    processes.read()
    freebsd.Process(800).seconds += 1000
    processes.read()
    assert processes.top[0][1] == "nginx"
    assert processes.top[0][4] > 100
