"""What systemd says of units."""

import time
from pathlib import Path

import pytest

from remote_probe.check_units import check_units
from tests.real_user_systemd import user_systemd


def say(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A `systemctl` that runs this."""
    program = folder / "systemctl"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def check(*units: str, within_s: float = 10.0) -> list[int | None]:
    found: list[int | None] = check_units(units, time.monotonic() + within_s)
    return found


def test_a_real_systemd_is_asked_of_all_units_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with user_systemd(tmp_path / "systemd") as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        say(tmp_path, monkeypatch, 'exec /usr/bin/systemctl --user "$@"')
        assert check("basic.target", "no-such.service", "-.slice") == [1, 0, 1]


def test_every_word_of_systemctl_is_understood_and_others_are_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["active", "reloading", "inactive", "failed", "activating", "deactivating", "bogus", "\x1b[31mactive"]
    say(tmp_path, monkeypatch, f"printf '%b\\n' {' '.join(words)}; exit 3".replace("\x1b", "'\\033'"))
    assert check(*"abcdefgh") == [1, 1, 0, 0, 0, 0, None, None]


@pytest.mark.parametrize(
    "script",
    ["echo Failed to connect to bus >&2; exit 1", "echo active", "yes active", "sleep 60", "printf '\\377\\n\\377\\n'"],
    ids=["no systemd", "too few", "endless", "hangs", "not text"],
)
def test_without_a_sensible_answer_nothing_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    say(tmp_path, monkeypatch, script)
    assert check("a.service", "b.service", within_s=0.5) == [None, None]


def test_without_systemctl_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert check("a.service") == [None]
