import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from storage.credentials import (
    add_credential,
    credentials_mark,
    find_credential,
    hosts_using,
    list_credentials,
    move_secrets,
    remove_credential,
    replace_secret,
    secret_of,
)
from storage.database import Database, open_database, prepare_database
from storage.errors import AlreadyExistsError, InvalidInputError, KeyringUnavailableError, NotFoundError
from storage.host import NewHost
from storage.hosts import add_host, edit_host, find_host, remove_host, restore_host
from storage.keyrings import SystemKeyring, open_keeper
from storage.secret_keeper import Credential, CredentialKind, KeyringChoice, NewCredential, SecretKeeper
from tests.real_secret_service import dbus_session, keyring_daemon

SECRET = "hunter2-Zr9çø密"
OFFICE = NewCredential("office", CredentialKind.PASSWORD, SECRET)
PASSPHRASE = "open sesame"
ROOT = Path(__file__).parents[2]
NOW = 1_700_000_000_000


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with dbus_session(tmp_path_factory.mktemp("bus")) as environment:
        yield environment


@pytest.fixture(scope="module")
def unlocked(session: dict[str, str]) -> Iterator[dict[str, str]]:
    with keyring_daemon(session):
        yield session


def enter(environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def never_asked(new: bool) -> str:
    raise AssertionError("nothing here has a passphrase")


@pytest.fixture
def system(unlocked: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> SecretKeeper:
    """The keeper of a real Secret Service."""
    enter(unlocked, monkeypatch)
    return open_keeper(KeyringChoice.SYSTEM, file=Path("/nowhere"), passphrase=never_asked)


def file_keeper(folder: Path, passphrase: str = PASSPHRASE) -> SecretKeeper:
    return open_keeper(KeyringChoice.ENCRYPTED_FILE, file=folder / "secrets", passphrase=lambda _: passphrase)


def reopened() -> SecretKeeper:
    return open_keeper(KeyringChoice.SYSTEM, file=Path("/nowhere"), passphrase=never_asked)


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


# In a real Secret Service


def test_a_secret_comes_back_from_the_secret_service_to_another_keeper(
    database: Database, system: SecretKeeper
) -> None:
    add_credential(database, OFFICE, now_ms=NOW, keeper=system)
    with database.reading() as connection:
        assert secret_of(connection, "office", reopened()) == SECRET
        (listed,) = list_credentials(connection)
    assert (listed.name, listed.kind) == ("office", CredentialKind.PASSWORD)
    system.check()


def test_two_databases_with_one_keyring_do_not_share_its_entries(
    database: Database, system: SecretKeeper, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/other.db"
    prepare_database(url, now_ms=NOW)
    other = open_database(url)
    add_credential(database, OFFICE, now_ms=NOW, keeper=system)
    add_credential(other, NewCredential("office", CredentialKind.PASSWORD, "another"), now_ms=NOW, keeper=system)
    remove_credential(other, "office", keeper=system)
    other.close()
    with database.reading() as connection:
        assert secret_of(connection, "office", reopened()) == SECRET


def test_a_removed_credential_leaves_nothing_in_the_keyring(database: Database, system: SecretKeeper) -> None:
    office = add_credential(database, OFFICE, now_ms=NOW, keeper=system)
    remove_credential(database, "office", keeper=system)
    with database.reading() as connection:
        assert list_credentials(connection) == []
    with pytest.raises(KeyringUnavailableError, match="not in the keyring"):
        reopened().secret(office)


def test_removing_a_credential_whose_secret_is_gone_already_is_no_error(
    database: Database, system: SecretKeeper
) -> None:
    office = add_credential(database, OFFICE, now_ms=NOW, keeper=system)
    reopened().forget(office.id)
    remove_credential(database, "office", keeper=system)
    with database.reading() as connection:
        assert list_credentials(connection) == []


def test_a_replaced_secret_reaches_a_keeper_that_knew_the_old_one(database: Database, system: SecretKeeper) -> None:
    add_credential(database, OFFICE, now_ms=NOW, keeper=system)
    pollers_own = reopened()
    with database.reading() as connection:
        assert secret_of(connection, "office", pollers_own) == SECRET
        before = credentials_mark(connection)
    # The clock was set back in between.
    replace_secret(database, "office", "rotated", now_ms=NOW - 5_000, keeper=system)
    with database.reading() as connection:
        assert secret_of(connection, "office", pollers_own) == "rotated"
        assert credentials_mark(connection) != before


def test_without_a_d_bus_session_the_text_names_both_ways_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database: Database
) -> None:
    enter({"XDG_RUNTIME_DIR": str(tmp_path)}, monkeypatch)
    with pytest.raises(KeyringUnavailableError, match="no working D-Bus session") as caught:
        add_credential(database, OFFICE, now_ms=NOW, keeper=reopened())
    assert "gnome-keyring" in caught.value.hint
    assert "watchpost credentials backend encrypted-file" in caught.value.hint
    with database.reading() as connection:
        assert list_credentials(connection) == []


def test_a_d_bus_session_whose_socket_is_gone_counts_as_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    enter({"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/gone"}, monkeypatch)
    with pytest.raises(KeyringUnavailableError, match="no working D-Bus session"):
        reopened().check()


def test_a_d_bus_session_without_a_secret_service_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with dbus_session(tmp_path / "bare") as environment:
        enter(environment, monkeypatch)
        with pytest.raises(KeyringUnavailableError, match="no Secret Service runs"):
            reopened().check()


@pytest.mark.parametrize("passphrase", [None, "not the right one"])
def test_a_locked_keyring_is_told_and_nobody_is_prompted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, passphrase: str | None
) -> None:
    with dbus_session(tmp_path / "bus") as environment:
        with keyring_daemon(environment):
            enter(environment, monkeypatch)
            reopened().keep(7, SECRET, NOW)
        with keyring_daemon(environment, passphrase):
            with pytest.raises(KeyringUnavailableError, match="locked") as caught:
                reopened().secret(Credential(7, "office", CredentialKind.PASSWORD, NOW))
            assert "Unlock it" in caught.value.hint
        with keyring_daemon(environment):
            assert reopened().secret(Credential(7, "office", CredentialKind.PASSWORD, NOW)) == SECRET


def test_where_a_prompt_is_allowed_but_there_is_no_display_the_keyring_stays_locked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with dbus_session(tmp_path / "bus") as environment:
        with keyring_daemon(environment):
            pass
        with keyring_daemon(environment, None):
            enter(environment, monkeypatch)
            with pytest.raises(KeyringUnavailableError, match="locked"):
                SystemKeyring(may_prompt=True).read("7")


def test_a_keyring_that_never_answers_is_given_up(tmp_path: Path) -> None:
    script = """
from storage.keyrings import SystemKeyring
from storage.errors import KeyringUnavailableError
try:
    SystemKeyring(may_prompt=False, deadline_s=0.3).read("7")
except KeyringUnavailableError as error:
    print(error)
"""
    with dbus_session(tmp_path / "bus", answering=False) as environment:
        child = subprocess.run(
            [sys.executable, "-c", script], check=True, env=environment, cwd=ROOT, capture_output=True, text=True
        )
    assert "has not answered" in child.stdout


# In the encrypted file


def test_no_secret_reaches_the_database_the_log_or_the_encrypted_file_in_plain(
    sqlite_database: Database, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    keeper = file_keeper(tmp_path)
    with capture_logs() as logged:
        office = add_credential(sqlite_database, OFFICE, now_ms=NOW, keeper=keeper)
        structlog.get_logger().info("added", credential=office, new=OFFICE, keeper=keeper, store=keeper.__dict__.keys())
    stored = everything_in(tmp_path)
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o600
    assert b"office" in stored  # the name may be seen
    for secret in (SECRET.encode(), b"hunter2", b"open sesame"):
        assert secret not in stored
    told = f"{logged} {office!r} {OFFICE!r} {keeper!r} {capfd.readouterr()}"
    assert "hunter2" not in told
    assert "sesame" not in told
    assert file_keeper(tmp_path).secret(office) == SECRET


def test_a_wrong_passphrase_is_told_and_harms_nothing(tmp_path: Path) -> None:
    credential = Credential(7, "office", CredentialKind.PASSWORD, NOW)
    file_keeper(tmp_path).keep(7, SECRET, NOW)
    before = everything_in(tmp_path)
    wrong = file_keeper(tmp_path, "open barley")
    for attempt in (wrong.check, lambda: wrong.secret(credential), lambda: wrong.keep(8, "other", NOW)):
        with pytest.raises(KeyringUnavailableError, match="passphrase does not open"):
            attempt()
    assert everything_in(tmp_path) == before
    assert file_keeper(tmp_path).secret(credential) == SECRET


def test_a_secret_that_was_read_is_not_decrypted_again(tmp_path: Path) -> None:
    keeper = file_keeper(tmp_path)
    keeper.keep(7, SECRET, NOW)
    assert keeper.secret(Credential(7, "office", CredentialKind.PASSWORD, NOW)) == SECRET
    (tmp_path / "secrets").unlink()
    assert keeper.secret(Credential(7, "office", CredentialKind.PASSWORD, NOW)) == SECRET
    with pytest.raises(KeyringUnavailableError):
        keeper.secret(Credential(7, "office", CredentialKind.PASSWORD, NOW + 1))


# Names and rules


@pytest.mark.parametrize("name", ["", " office", "of\nfice", "x" * 256, "\x1b[31m"])
def test_a_name_that_cannot_be_used_is_refused_and_not_added(
    database: Database, system: SecretKeeper, name: str
) -> None:
    with pytest.raises(InvalidInputError, match="name"):
        add_credential(
            database,
            NewCredential(name, CredentialKind.PASSWORD, SECRET),
            now_ms=NOW,
            keeper=system,
        )
    with database.reading() as connection:
        assert list_credentials(connection) == []


@pytest.mark.parametrize("secret", ["", "hunter2\nmore", "hunter2" * 1000, "hunter2\0", "hunter2\udcff"])
def test_a_secret_that_no_server_would_take_is_refused_and_not_quoted(
    database: Database, system: SecretKeeper, secret: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        add_credential(
            database,
            NewCredential("office", CredentialKind.PASSWORD, secret),
            now_ms=NOW,
            keeper=system,
        )
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_a_name_that_is_taken_keeps_its_secret(database: Database, system: SecretKeeper) -> None:
    add_credential(database, OFFICE, now_ms=NOW, keeper=system)
    with pytest.raises(AlreadyExistsError, match="office") as caught:
        add_credential(database, NewCredential("office", CredentialKind.PASSPHRASE, "other"), now_ms=NOW, keeper=system)
    assert "watchpost credentials rotate office" in caught.value.hint
    with database.reading() as connection:
        assert secret_of(connection, "office", reopened()) == SECRET


def test_an_unknown_credential_is_told_with_those_that_there_are(database: Database, system: SecretKeeper) -> None:
    with database.reading() as connection, pytest.raises(NotFoundError) as caught:
        find_credential(connection, "ofice")
    assert "watchpost credentials add ofice" in caught.value.hint
    add_credential(database, OFFICE, now_ms=NOW, keeper=system)
    with database.reading() as connection, pytest.raises(NotFoundError) as caught:
        find_credential(connection, "ofice")
    assert "office" in caught.value.hint
    with pytest.raises(NotFoundError):
        replace_secret(database, "ofice", "x", now_ms=NOW, keeper=system)


def test_a_credential_in_use_is_not_removed_and_its_hosts_are_named(database: Database, system: SecretKeeper) -> None:
    office = add_credential(database, OFFICE, now_ms=NOW, keeper=system)
    with database.writing() as connection:
        for number in range(12):
            add_host(connection, NewHost(name=f"web{number:02}", address="192.0.2.1", credential="office"), NOW)
    with pytest.raises(InvalidInputError, match=r"web00, web01.* and 2 more"):
        remove_credential(database, "office", keeper=system)
    with database.reading() as connection:
        assert len(hosts_using(connection, office)) == 12
        assert secret_of(connection, "office", system) == SECRET


def test_a_removed_host_does_not_hold_its_credential_back(database: Database, system: SecretKeeper) -> None:
    add_credential(database, OFFICE, now_ms=NOW, keeper=system)
    with database.writing() as connection:
        add_host(connection, NewHost(name="web", address="192.0.2.1", credential="office"), NOW)
        remove_host(connection, "web", NOW)
    remove_credential(database, "office", keeper=system)
    with database.writing() as connection:
        restore_host(connection, "web")
        assert find_host(connection, "web").credential is None


def test_a_secret_that_cannot_be_taken_out_of_the_keyring_is_told(database: Database, tmp_path: Path) -> None:
    add_credential(database, OFFICE, now_ms=NOW, keeper=file_keeper(tmp_path))
    with pytest.raises(KeyringUnavailableError, match="removed, but its secret is still in the keyring"):
        remove_credential(database, "office", keeper=file_keeper(tmp_path, "wrong"))
    with database.reading() as connection:
        assert list_credentials(connection) == []


def test_secrets_move_from_the_keyring_to_the_encrypted_file(
    database: Database, system: SecretKeeper, tmp_path: Path
) -> None:
    office = add_credential(database, OFFICE, now_ms=NOW, keeper=system)
    key = add_credential(database, NewCredential("key", CredentialKind.PASSPHRASE, "k"), now_ms=NOW, keeper=system)
    reopened().forget(key.id)
    assert move_secrets([office, key], reopened(), file_keeper(tmp_path)) == [key]
    assert file_keeper(tmp_path).secret(office) == SECRET
    with pytest.raises(KeyringUnavailableError):
        reopened().secret(office)


def test_secrets_stay_where_they_are_when_the_new_place_cannot_be_opened(system: SecretKeeper, tmp_path: Path) -> None:
    office = Credential(11, "office", CredentialKind.PASSWORD, NOW)
    system.keep(11, SECRET, NOW)
    file_keeper(tmp_path).keep(7, "x", NOW)
    with pytest.raises(KeyringUnavailableError):
        move_secrets([office], system, file_keeper(tmp_path, "wrong"))
    assert reopened().secret(office) == SECRET


def test_the_mark_changes_with_every_credential(database: Database, system: SecretKeeper) -> None:
    marks = set()
    for act in (
        lambda: None,
        lambda: add_credential(database, OFFICE, now_ms=NOW, keeper=system),
        lambda: replace_secret(database, "office", "b", now_ms=NOW, keeper=system),
        lambda: remove_credential(database, "office", keeper=system),
    ):
        act()
        with database.reading() as connection:
            marks.add(credentials_mark(connection))
    assert len(marks) == 3  # none, one, one with another secret, none again


def test_a_host_keeps_its_credential_when_both_are_renamed(database: Database, system: SecretKeeper) -> None:
    add_credential(database, OFFICE, now_ms=NOW, keeper=system)
    with database.writing() as connection:
        add_host(connection, NewHost(name="web", address="192.0.2.1", credential="office"), NOW)
        assert edit_host(connection, "web", {"name": "www"}).credential == "office"
