from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from storage.errors import InvalidInputError
from storage.secret_keeper import KeyringChoice
from watchpost.configuration import Configuration, Folders, configure, keyring_choice, platform_folders

FOLDERS = Folders(Path("/data"), Path("/log"), Path("/state"))


def configured(database: str | None = None, dotenv: dict[str, str] | None = None, **environment: str) -> Configuration:
    return configure(database, environment, dotenv or {}, FOLDERS)


def test_without_anything_the_database_lies_in_the_data_folder() -> None:
    chosen = configured()
    assert chosen.database_url == "sqlite:////data/watchpost.db"
    assert (chosen.log_level, chosen.keyring, chosen.time_zone) == ("INFO", None, None)


def test_the_option_wins_over_the_environment_and_that_over_dotenv() -> None:
    dotenv = {"WATCHPOST_DATABASE_URL": "/dotenv.db", "DATABASE_URL": "/general-dotenv.db"}
    assert configured(dotenv={"DATABASE_URL": "/d.db"}).database_url == "sqlite:////d.db"
    assert configured(dotenv=dotenv).database_url == "sqlite:////dotenv.db"
    assert configured(dotenv=dotenv, WATCHPOST_DATABASE_URL="/env.db").database_url == "sqlite:////env.db"
    assert configured(DATABASE_URL="/general.db").database_url == "sqlite:////general.db"
    said = configured("sqlite:////said.db", dotenv, WATCHPOST_DATABASE_URL="/env.db")
    assert said.database_url == "sqlite:////said.db"


def test_dotenv_sets_the_documented_names_and_nothing_else() -> None:
    dotenv = {"CPU_THRESHOLD": "70", "LOG_LEVEL": "debug", "PATH": "/evil", "SSH_AUTH_SOCK": "/evil", "HOME": "/evil"}
    chosen = configured(dotenv=dotenv, PATH="/bin")
    assert dict(chosen.environment) == {"CPU_THRESHOLD": "70", "LOG_LEVEL": "debug", "PATH": "/bin"}
    assert chosen.log_level == "DEBUG"


def test_an_empty_variable_counts_as_not_set() -> None:
    chosen = configured(WATCHPOST_DATABASE_URL="", DATABASE_URL="/x.db", LOG_LEVEL=" ", WATCHPOST_TIME_ZONE="")
    assert (chosen.database_url, chosen.log_level, chosen.time_zone) == ("sqlite:////x.db", "INFO", None)


def test_a_named_time_zone_and_keyring_are_taken() -> None:
    chosen = configured(WATCHPOST_TIME_ZONE="Asia/Seoul", WATCHPOST_KEYRING="encrypted-file")
    assert chosen.time_zone == ZoneInfo("Asia/Seoul")
    assert chosen.keyring is KeyringChoice.ENCRYPTED_FILE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_LEVEL", "LOUD"),
        ("WATCHPOST_KEYRING", "plain"),
        ("WATCHPOST_TIME_ZONE", "Mars/Olympus"),
        ("WATCHPOST_TIME_ZONE", "../../etc/passwd"),
        ("WATCHPOST_TIME_ZONE", "Europe"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_variable(name: str, value: str) -> None:
    with pytest.raises(InvalidInputError, match=name) as caught:
        configure(None, {name: value}, {}, FOLDERS)
    assert caught.value.hint


def test_control_characters_of_a_value_do_not_reach_the_text() -> None:
    with pytest.raises(InvalidInputError) as caught:
        configured(LOG_LEVEL="\x1b[31mred")
    assert "\x1b" not in caught.value.message


def test_a_database_url_with_a_password_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="password"):
        configured("postgresql://me:hunter2@db/x")


def test_no_choice_of_keyring_is_no_choice() -> None:
    assert keyring_choice("", "nothing") is None


def test_the_representation_leaves_the_environment_out() -> None:
    assert "hunter2" not in repr(configured(AWS_SECRET="hunter2"))


def test_the_platforms_folders_lie_in_the_home(home: Path) -> None:
    folders = platform_folders()
    assert folders.data.is_relative_to(home)
    assert folders.log.is_relative_to(home)


def test_what_waits_for_its_database_lies_in_the_state_folder_or_where_one_says() -> None:
    usual = configure(None, {}, {}, FOLDERS)
    assert (usual.spools, usual.spool_limit_bytes) == (Path("/state/spool"), None)
    chosen = configure(None, {"WATCHPOST_SPOOL_DIR": "/srv/spool", "WATCHPOST_SPOOL_LIMIT_MB": "10"}, {}, FOLDERS)
    assert (chosen.spools, chosen.spool_limit_bytes) == (Path("/srv/spool"), 10 * 2**20)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", "٣", "1" * 12])
def test_a_limit_of_the_spool_that_is_no_number_of_megabytes_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="WATCHPOST_SPOOL_LIMIT_MB"):
        configure(None, {"WATCHPOST_SPOOL_LIMIT_MB": text}, {}, FOLDERS)
