from pathlib import Path

import pytest

from storage.errors import InvalidInputError
from watchpost.invocation import Said, configuration, said


@pytest.fixture(autouse=True)
def nothing_said() -> None:
    said.set(Said())


def test_what_stands_after_the_command_wins_over_what_stands_before() -> None:
    said.set(Said(database="/before.db"))
    assert configuration().database_url == "sqlite:////before.db"
    assert configuration("/after.db").database_url == "sqlite:////after.db"


def test_the_dotenv_of_the_current_folder_is_read(home: Path) -> None:
    assert configuration().database_url == f"sqlite:///{home}/.local/share/watchpost/watchpost.db"
    Path(".env").write_text("DATABASE_URL=/dotenv.db\n")
    assert configuration().database_url == "sqlite:////dotenv.db"


def test_a_dotenv_that_cannot_be_read_is_told() -> None:
    Path(".env").write_bytes(b"\xff")
    with pytest.raises(InvalidInputError, match=r"\.env"):
        configuration()
