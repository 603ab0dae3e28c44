import os
import pwd
import threading
from pathlib import Path

import pytest

from remote_probe import clock, users
from remote_probe.users import UserNames


def _nobody_knows(uid: int) -> str:
    raise KeyError(uid)


def test_a_local_user_is_found_in_the_file_without_asking_the_system(tmp_path: Path) -> None:
    (tmp_path / "passwd").write_text("root:x:0:0::/root:/bin/sh\nodd line\napp:x:1001:1001::/:/bin/false\n")
    names = UserNames(str(tmp_path / "passwd"), _nobody_knows)
    assert [names.name(0), names.name(1001)] == ["root", "app"]


def test_our_own_name_is_what_the_system_says() -> None:
    assert UserNames().name(os.getuid()) == pwd.getpwuid(os.getuid()).pw_name
    assert UserNames("/nowhere").name(0) == "root"


def test_a_user_that_nobody_knows_is_a_number_and_asked_for_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    now = 1000.0
    monkeypatch.setattr(clock, "steady", lambda: now)

    def look_up(uid: int) -> str:
        asked.append(uid)
        if len(asked) == 1:
            raise KeyError(uid)
        return "directory-user"

    names = UserNames("/nowhere", look_up)
    assert [names.name(7), names.name(7)] == ["7", "7"]
    assert len(asked) == 1
    now += 61
    assert names.name(7) == "directory-user"


def test_a_directory_server_that_hangs_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "_DEADLINE_S", 0.05)
    released = threading.Event()

    def look_up(_: int) -> str:
        released.wait()
        return "late"

    try:
        assert UserNames("/nowhere", look_up).name(7) == "7"
    finally:
        released.set()
