from pathlib import Path

import pytest

from storage.poller_lock import poller_is_running
from tests.command_line import CommandLine
from tests.real_user_systemd import user_systemd


def test_a_service_is_installed_asked_after_and_removed(
    cli: CommandLine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with user_systemd(tmp_path / "login") as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        before = cli("service", "status", "--db", database_url)
        assert before.status == 1
        assert before.out.startswith("◌ absent")

        told = cli("service", "install", "--db", database_url)
        assert told.status == 0
        assert f"polls {tmp_path}/watchpost.db" in told.out
        assert "loginctl enable-linger" in told.out
        assert poller_is_running(database_url)

        status = cli("service", "status", "--db", database_url)
        assert status.status == 0
        assert status.out.startswith("✔ running")
        asked = cli("service", "status", "--json", "--db", database_url)
        assert asked.json["state"] == "running"
        assert asked.json["unit"].endswith("/.config/systemd/user/watchpost.service")

        assert cli("service", "remove", "--db", database_url).out == "The service is gone.\n"
        assert not poller_is_running(database_url)
        assert cli("service", "remove", "--db", database_url).out == "There is no service.\n"


def test_without_systemd_it_says_where_the_other_ways_are(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    told = cli("service", "install")
    assert told.status == 1
    assert "no systemd" in told.err
    assert "docs/operation.md" in told.err
    assert cli("service", "status", "--json").json["state"] == "unsupported"
