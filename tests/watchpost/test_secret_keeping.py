import pytest

from storage.database import Database
from storage.errors import InvalidInputError
from storage.secret_keeper import KeyringChoice
from storage.settings import write_setting
from watchpost.configuration import Configuration, configure, platform_folders
from watchpost.secret_keeping import chosen_backend, persons_keeper, typed_passphrase, without_line_break


def configured(**environment: str) -> Configuration:
    return configure(None, environment, {}, platform_folders())


def test_the_environment_wins_over_the_setting_and_nothing_falls_back_by_itself(database: Database) -> None:
    assert chosen_backend(configured(), database) is KeyringChoice.SYSTEM
    with database.writing() as connection:
        write_setting(connection, "keyring_backend", "encrypted-file")
    assert chosen_backend(configured(), database) is KeyringChoice.ENCRYPTED_FILE
    assert chosen_backend(configured(WATCHPOST_KEYRING="system"), database) is KeyringChoice.SYSTEM
    assert persons_keeper(configured(), database).choice is KeyringChoice.ENCRYPTED_FILE


def test_a_setting_that_names_no_place_is_told(database: Database) -> None:
    with database.writing() as connection:
        write_setting(connection, "keyring_backend", "keyring.backends.null")
    with pytest.raises(InvalidInputError, match="keyring_backend"):
        chosen_backend(configured(), database)


def test_no_passphrase_is_asked_for_where_none_is_needed(database: Database) -> None:
    assert typed_passphrase(configured(), database) is None
    assert typed_passphrase(configured(WATCHPOST_KEYRING="encrypted-file"), database) is None


def test_one_line_break_at_the_end_is_no_part_of_a_secret() -> None:
    assert without_line_break(b"hunter2\r\n") == "hunter2"
    assert without_line_break(b"hunter2") == "hunter2"
    assert without_line_break(b" a b \n\n") == " a b \n"
    with pytest.raises(InvalidInputError) as caught:
        without_line_break(b"hunter2\xff")
    assert "hunter2" not in str(caught.value)
