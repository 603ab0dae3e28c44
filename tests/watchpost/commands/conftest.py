"""What several commands' tests need."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real_secret_service import dbus_session, keyring_daemon


@pytest.fixture
def encrypted_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Chooses the encrypted file through the environment, with its passphrase in a file."""
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("open sesame\n")
    passphrase.chmod(0o600)
    monkeypatch.setenv("WATCHPOST_KEYRING", "encrypted-file")
    monkeypatch.setenv("WATCHPOST_KEYRING_PASSPHRASE_FILE", str(passphrase))
    return passphrase


@pytest.fixture(scope="module")
def secret_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A real, unlocked Secret Service; gives the environment in which it is found."""
    with dbus_session(tmp_path_factory.mktemp("bus")) as environment, keyring_daemon(environment):
        yield environment


@pytest.fixture
def system_keyring(secret_service: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A desktop session with that Secret Service."""
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, secret_service[name])
