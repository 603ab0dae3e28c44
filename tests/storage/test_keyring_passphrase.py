from pathlib import Path

import pytest

from storage.errors import KeyringUnavailableError
from storage.keyring_passphrase import passphrase_file, passphrase_source


def never(new: bool) -> str:
    raise AssertionError("nobody is to be asked")


def test_the_named_file_comes_first_and_its_last_line_break_is_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "pass").write_text("  open sesame \r\n")
    environment = {"WATCHPOST_KEYRING_PASSPHRASE_FILE": f"{tmp_path}/pass", "CREDENTIALS_DIRECTORY": "/nowhere"}
    assert passphrase_source(environment, never)(False) == "  open sesame "


def test_systemd_hands_it_over_in_its_credentials_folder(tmp_path: Path) -> None:
    (tmp_path / "watchpost-keyring").write_text("open sesame\n")
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert passphrase_file(environment) == tmp_path / "watchpost-keyring"
    assert passphrase_source(environment, None)(True) == "open sesame"


def test_a_credentials_folder_for_other_secrets_leads_to_the_question(tmp_path: Path) -> None:
    asked = []

    def ask(new: bool) -> str:
        asked.append(new)
        return "typed"

    assert passphrase_source({"CREDENTIALS_DIRECTORY": str(tmp_path)}, ask)(True) == "typed"
    assert asked == [True]


def test_where_nobody_can_be_asked_the_text_names_both_files() -> None:
    with pytest.raises(KeyringUnavailableError, match="nobody is here") as caught:
        passphrase_source({}, None)(False)
    assert "WATCHPOST_KEYRING_PASSPHRASE_FILE" in caught.value.hint
    assert "LoadCredential=watchpost-keyring" in caught.value.hint


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"\n", "empty"), (b"   ", "empty"), (b"x" * 5000, "larger than"), (b"secret\xff", "UTF-8")],
)
def test_a_file_that_cannot_be_a_passphrase_is_refused_and_not_quoted(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    (tmp_path / "pass").write_bytes(content)
    with pytest.raises(KeyringUnavailableError, match=complaint) as caught:
        passphrase_source({"WATCHPOST_KEYRING_PASSPHRASE_FILE": f"{tmp_path}/pass"}, never)(False)
    assert "secret" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyringUnavailableError, match=r"gone.*No such file"):
        passphrase_source({"WATCHPOST_KEYRING_PASSPHRASE_FILE": f"{tmp_path}/gone"}, never)(False)


def test_an_empty_answer_is_refused() -> None:
    with pytest.raises(KeyringUnavailableError, match="empty"):
        passphrase_source({}, lambda _: " ")(True)
