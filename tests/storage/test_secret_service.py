from contextlib import closing
from pathlib import Path

import pytest
import secretstorage
from secretstorage.defines import SS_PATH, SS_PREFIX
from secretstorage.util import DBusAddressWrapper

from storage.errors import KeyringUnavailableError
from storage.secret_service import open_default_collection
from tests.real_secret_service import dbus_session, keyring_daemon


def test_an_open_keyring_is_fine_and_one_without_a_default_is_as_good_as_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dbus_session(tmp_path / "bus") as environment, keyring_daemon(environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        open_default_collection(prompt_s=None, ways_out="ways out")
        with closing(secretstorage.dbus_init()) as bus:
            service = DBusAddressWrapper(SS_PATH, f"{SS_PREFIX}Service", bus)
            service.call("SetAlias", "so", "default", "/")
        with pytest.raises(KeyringUnavailableError, match="locked") as caught:
            open_default_collection(prompt_s=None, ways_out="ways out")
    assert "Unlock it" in caught.value.hint
    assert "ways out" in caught.value.hint


def test_a_service_that_dies_on_the_way_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with dbus_session(tmp_path / "bus") as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with keyring_daemon(environment):
            open_default_collection(prompt_s=None, ways_out="ways out")
        with pytest.raises(KeyringUnavailableError, match="no Secret Service") as caught:
            open_default_collection(prompt_s=1, ways_out="ways out")
    assert caught.value.hint == "ways out"
