"""Against a real systemd of a user; only what that cannot be brought to do is played by a script."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from monitor_gui.surroundings import ServiceState
from storage.database import prepare_database
from storage.errors import AlreadyExistsError, InvalidInputError, PollerRunningError
from storage.poller_lock import PollerLock, poller_is_running
from tests.eventually import eventually
from tests.real_user_systemd import user_systemd
from watchpost import systemctl, user_service
from watchpost.systemctl import UserServiceError
from watchpost.user_service import UNIT, SystemdUserService


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The environment of a login whose systemd runs."""
    with user_systemd(tmp_path_factory.mktemp("login")) as environment:
        yield environment


@pytest.fixture
def service(session: Mapping[str, str], database_url: str) -> Iterator[SystemdUserService]:
    """The service for the database of the test; it is gone afterwards."""
    made = SystemdUserService(database_url, session)
    yield made
    made.remove()


def asked(session: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        ["systemctl", "--user", *arguments], check=False, env=dict(session), capture_output=True, text=True
    )
    return done.stdout.strip()


def test_it_is_installed_runs_at_every_login_and_is_removed(
    service: SystemdUserService, session: Mapping[str, str], database_url: str
) -> None:
    assert service.state() is ServiceState.ABSENT
    service.install()
    assert service.state() is ServiceState.RUNNING
    assert poller_is_running(database_url)
    assert asked(session, "is-enabled", UNIT) == "enabled"
    assert service.unit_path.stat().st_mode & 0o777 == 0o644
    assert not list(service.unit_path.parent.glob("*.draft"))
    service.remove()
    assert service.state() is ServiceState.ABSENT
    assert not poller_is_running(database_url)
    assert not service.unit_path.exists()
    assert asked(session, "is-enabled", UNIT) != "enabled"


def test_a_path_with_everything_that_systemd_takes_for_its_own_reaches_the_poller(
    session: Mapping[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / 'a $HOME ${X} %h "q" \\x41'
    folder.mkdir()
    url = f"sqlite:///{folder}/watch post.db"
    service = SystemdUserService(url, session)
    service.install()
    try:
        assert (folder / "watch post.db").exists()
        assert poller_is_running(url)
    finally:
        service.remove()


def test_stopped_by_hand_it_is_there_and_stopped(service: SystemdUserService, session: Mapping[str, str]) -> None:
    service.install()
    asked(session, "stop", UNIT)
    assert service.state() is ServiceState.STOPPED


def test_installing_again_restarts_it(service: SystemdUserService, session: Mapping[str, str]) -> None:
    service.install()
    before = asked(session, "show", "--property=MainPID", "--value", UNIT)
    service.install()
    assert service.state() is ServiceState.RUNNING
    assert asked(session, "show", "--property=MainPID", "--value", UNIT) != before


def test_it_comes_back_after_it_was_killed(service: SystemdUserService, session: Mapping[str, str]) -> None:
    service.install()
    asked(session, "kill", "--signal=KILL", UNIT)
    # The 15 s until it is started again are systemd's; meanwhile it counts as running.
    eventually(lambda: asked(session, "show", "--property=SubState", "--value", UNIT) == "auto-restart")
    assert service.state() is ServiceState.RUNNING


def test_while_another_poller_works_nothing_is_installed(service: SystemdUserService, database_url: str) -> None:
    with PollerLock(database_url), pytest.raises(PollerRunningError) as caught:
        service.install()
    assert "Stop it first" in caught.value.hint
    assert not service.unit_path.exists()


def test_a_service_for_another_database_is_left_alone(
    service: SystemdUserService, session: Mapping[str, str], tmp_path: Path
) -> None:
    service.install()
    prepare_database(str(tmp_path / "other.db"), now_ms=0)
    other = SystemdUserService(f"sqlite:///{tmp_path}/other.db", session)
    assert other.state() is ServiceState.ABSENT
    assert "another database" in other.explanation
    with pytest.raises(AlreadyExistsError) as caught:
        other.install()
    assert "watchpost service remove" in caught.value.hint
    assert service.state() is ServiceState.RUNNING


def test_a_poller_that_does_not_come_up_leaves_no_service_behind(
    session: Mapping[str, str], tmp_path: Path, home: Path
) -> None:
    (tmp_path / "folder.db").mkdir()
    service = SystemdUserService(f"sqlite:///{tmp_path}/folder.db", session)
    with pytest.raises(UserServiceError, match="does not come up") as caught:
        service.install()
    assert "watchpost run" in caught.value.hint
    assert not service.unit_path.exists()
    assert asked(session, "is-active", UNIT) == "inactive"


def test_what_was_chosen_in_the_environment_goes_along_and_secrets_do_not(
    session: Mapping[str, str], database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "passphrase").write_text("open sesame\n")
    environment = {
        **session,
        "LOG_LEVEL": "DEBUG",
        "WATCHPOST_KEYRING": "encrypted-file",
        "WATCHPOST_KEYRING_PASSPHRASE_FILE": str(tmp_path / "passphrase"),
        "SSH_AUTH_SOCK": f"{session['XDG_RUNTIME_DIR']}/keyring/ssh",
        "API_TOKEN": "hunter2",
    }
    service = SystemdUserService(database_url, environment)
    service.install()
    try:
        lines = set(service.unit_path.read_text().splitlines())
    finally:
        service.remove()
    assert {line for line in lines if line.startswith("Environment=")} == {
        'Environment="LOG_LEVEL=DEBUG"',
        'Environment="WATCHPOST_KEYRING=encrypted-file"',
        f'Environment="WATCHPOST_KEYRING_PASSPHRASE_FILE={tmp_path}/passphrase"',
        f'Environment="SSH_AUTH_SOCK={session["XDG_RUNTIME_DIR"]}/keyring/ssh"',
    }


def test_an_agent_with_another_name_after_every_login_is_not_carried(database_url: str) -> None:
    service = SystemdUserService(
        database_url, {"XDG_RUNTIME_DIR": "/run/user/7", "SSH_AUTH_SOCK": "/tmp/ssh-x/agent.1"}
    )
    assert service._carried() == {}


def test_where_the_unit_cannot_be_written_it_says_so(session: Mapping[str, str], database_url: str, home: Path) -> None:
    (home / "file").write_text("")
    service = SystemdUserService(database_url, {**session, "XDG_CONFIG_HOME": str(home / "file")})
    with pytest.raises(UserServiceError, match="cannot be written"):
        service.install()


def test_a_database_whose_name_is_no_text_is_refused(session: Mapping[str, str], tmp_path: Path) -> None:
    service = SystemdUserService(f"sqlite:///{tmp_path}/\udcff.db", session)
    with pytest.raises(InvalidInputError):
        service.install()


def test_a_login_without_a_systemd_of_its_own_says_why(database_url: str, tmp_path: Path) -> None:
    service = SystemdUserService(database_url, {"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(tmp_path)})
    assert service.state() is ServiceState.UNSUPPORTED
    assert "Failed to connect to bus" in service.explanation
    with pytest.raises(UserServiceError) as caught:
        service.install()
    assert "su" in caught.value.hint


def test_a_system_without_systemd_says_so(database_url: str, tmp_path: Path) -> None:
    service = SystemdUserService(database_url, {"PATH": str(tmp_path)})
    assert service.state() is ServiceState.UNSUPPORTED
    assert service.explanation == "This system has no systemd."


def test_removing_where_there_is_none_does_nothing(database_url: str, tmp_path: Path, home: Path) -> None:
    SystemdUserService(database_url, {"PATH": str(tmp_path)}).remove()


@pytest.fixture
def played(tmp_path: Path) -> dict[str, str]:
    """An environment whose `systemctl` is a script that fails, hangs or crashes as `HOW` says."""
    script = tmp_path / "bin" / "systemctl"
    script.parent.mkdir()
    script.write_text('#!/bin/sh\neval "$HOW"\n')
    script.chmod(0o755)
    return {"PATH": f"{script.parent}:{os.environ['PATH']}", "XDG_CONFIG_HOME": str(tmp_path)}


def test_what_systemd_complains_of_is_told_without_control_characters(
    played: dict[str, str], database_url: str
) -> None:
    service = SystemdUserService(database_url, {**played, "HOW": r"printf 'no \033[31mway\n' >&2; exit 1"})
    service.state()
    assert service.explanation == "The systemd of this login does not answer: no \ufffd[31mway"


def test_a_systemd_that_does_not_answer_is_not_waited_for(
    played: dict[str, str], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(systemctl.Systemctl._run, "__kwdefaults__", {"timeout_s": 0.2, "complaint": ""})
    service = SystemdUserService(database_url, {**played, "HOW": "exec sleep 60"})
    assert service.state() is ServiceState.UNSUPPORTED
    assert "no answer within" in service.explanation


def test_a_program_that_cannot_be_run_is_told(played: dict[str, str], database_url: str) -> None:
    Path(played["PATH"].split(":")[0], "systemctl").write_bytes(b"\x7fELF nonsense")
    service = SystemdUserService(database_url, played)
    assert service.state() is ServiceState.UNSUPPORTED
    assert "Exec format error" in service.explanation


def test_systems_other_than_linux_have_none(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    service = SystemdUserService(database_url, dict(os.environ))
    assert service.state() is ServiceState.UNSUPPORTED


def test_a_bundle_gives_the_systems_programs_their_own_libraries_back(
    played: dict[str, str], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    how = 'echo "$LD_LIBRARY_PATH" >&2; exit 1'
    bundled = {**played, "HOW": how, "LD_LIBRARY_PATH": "/bundle"}
    service = SystemdUserService(database_url, {**bundled, "LD_LIBRARY_PATH_ORIG": "/mine"})
    service.state()
    assert service.explanation.endswith(": /mine")
    service = SystemdUserService(database_url, bundled)
    service.state()
    assert service.explanation.endswith(": 1")


@pytest.mark.parametrize("lingers", [True, False])
def test_lingering_is_recommended_where_it_is_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, lingers: bool
) -> None:
    monkeypatch.setattr(user_service, "_LINGER_FOLDER", tmp_path)
    monkeypatch.setenv("LOGNAME", "kim")
    if lingers:
        (tmp_path / "kim").touch()
    assert user_service.lingers() is lingers
    assert ("enable-linger" in user_service.linger_hint()) is not lingers
