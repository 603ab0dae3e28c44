from pathlib import Path

from storage.secret_keeper import KeyringChoice
from watchpost.demo.isolation import demo_configuration, demo_environment
from watchpost.demo.place import DemoPlace

PLACE = DemoPlace(Path("/tmp/watchpost-demo-x"))
USER = {
    "PATH": "/usr/bin",
    "HOME": "/home/user",
    "LANG": "ko_KR.UTF-8",
    "DATABASE_URL": "postgresql://watch@db/production",
    "WATCHPOST_DATABASE_URL": "mine.db",
    "WATCHPOST_KEYRING": "system",
    "WATCHPOST_SPOOL_DIR": "/home/user/spool",
    "CPU_THRESHOLD": "1",
    "SSH_AUTH_SOCK": "/run/user/agent",
    "XDG_DATA_HOME": "/home/user/data",
    "CREDENTIALS_DIRECTORY": "/run/credentials",
    "NOTIFY_SOCKET": "/run/notify",
}


def test_what_is_started_knows_nothing_of_its_users_own_watchpost() -> None:
    environment = demo_environment(USER, PLACE)
    assert {name: environment[name] for name in ("PATH", "LANG")} == {"PATH": "/usr/bin", "LANG": "ko_KR.UTF-8"}
    gone = {"DATABASE_URL", "WATCHPOST_DATABASE_URL", "CPU_THRESHOLD", "SSH_AUTH_SOCK", "XDG_DATA_HOME"}
    assert gone.isdisjoint(environment)
    assert {"CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET"}.isdisjoint(environment)
    assert not [name for name, value in environment.items() if "/home/user" in value]
    assert environment["HOME"] == str(PLACE.home)


def test_secrets_go_into_a_keyring_of_its_own() -> None:
    chosen = demo_configuration(USER, PLACE)
    assert chosen.keyring is KeyringChoice.ENCRYPTED_FILE
    assert chosen.environment["WATCHPOST_KEYRING_PASSPHRASE_FILE"] == str(PLACE.passphrase_file)
    assert chosen.folders.data.is_relative_to(PLACE.path)


def test_the_database_the_log_and_the_spool_are_its_own() -> None:
    chosen = demo_configuration(USER, PLACE)
    assert chosen.database_url == PLACE.database_url
    for path in (chosen.folders.log, chosen.folders.state, chosen.spools):
        assert path.is_relative_to(PLACE.path)
