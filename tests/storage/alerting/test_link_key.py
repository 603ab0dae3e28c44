"""The key of links in messages."""

from pathlib import Path

import pytest

from storage.alerting.link_key import link_credential, link_key, make_link_key
from storage.alerting.receiver_rows import Keeping
from storage.database import Database
from storage.errors import AlreadyExistsError, InvalidInputError
from storage.keyrings import open_keeper
from storage.secret_keeper import KeyringChoice
from storage.settings import read_setting, write_setting


def test_it_is_drawn_once_and_read_from_the_keyring(database: Database, tmp_path: Path) -> None:
    keeper = open_keeper(KeyringChoice.ENCRYPTED_FILE, file=tmp_path / "secrets", passphrase=lambda _: "open sesame")
    with database.reading() as connection:
        assert link_credential(connection) is None
    made = make_link_key(database, Keeping(keeper), now_ms=1)
    with database.reading() as connection:
        assert link_credential(connection) == made
    assert len(link_key(keeper.secret(made))) == 32
    with pytest.raises(AlreadyExistsError):
        make_link_key(database, Keeping(keeper), now_ms=2)


@pytest.mark.parametrize("secret", ["", "zz", "00" * 31])
def test_what_is_no_key_is_refused(secret: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of two origins
        link_key(secret)


def test_where_the_pages_are_is_a_setting(database: Database) -> None:
    with database.writing() as connection:
        assert read_setting(connection, "alerts_base_url") is None
        write_setting(connection, "alerts_base_url", "https://watch.example.org/")
        assert read_setting(connection, "alerts_base_url") == "https://watch.example.org"
        for wrong in ("watch.example.org", "javascript:alert(1)", "https://", "https://x/?a=b", 3):
            with pytest.raises(InvalidInputError):
                write_setting(connection, "alerts_base_url", wrong)
