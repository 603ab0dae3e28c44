from pathlib import Path

import pytest

from tests.command_line import PROGRAM, CommandLine, program_environment
from tests.terminal import on_terminal

pytestmark = pytest.mark.usefixtures("encrypted_file")


def stored(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_a_secret_from_a_pipe_is_stored_and_shown_nowhere(cli: CommandLine, home: Path) -> None:
    told = cli("credentials", "add", "office", stdin="hunter2\r\n")
    assert told.status == 0
    assert "hunter2" not in told.out + told.err
    assert b"hunter2" not in stored(home)
    assert (home / ".local" / "share" / "watchpost" / "secrets.cfg").stat().st_mode & 0o777 == 0o600
    assert cli("credentials", "list", "--json").json["credentials"][0]["kind"] == "password"


def test_a_secret_comes_from_a_file_or_from_standard_input(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2\n")
    told = cli("credentials", "add", "key", "--kind", "passphrase", "--from-file", f"{tmp_path}/secret")
    assert told.status == 0
    assert cli("credentials", "add", "office", "--from-file", "-", stdin="hunter2\n").status == 0
    kinds = {each["name"]: each["kind"] for each in cli("credentials", "list", "--json").json["credentials"]}
    assert kinds == {"key": "passphrase", "office": "password"}


@pytest.mark.parametrize("content", [b"", b"\n", b"hunter2\nmore\n", b"hunter2\xff\n", b"hunter2" * 2000])
def test_what_cannot_be_a_secret_is_refused_and_not_quoted(cli: CommandLine, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret").write_bytes(content)
    told = cli("credentials", "add", "office", "--from-file", f"{tmp_path}/secret")
    assert told.status == 1
    assert "hunter2" not in told.out + told.err
    assert cli("credentials", "list", "--json").json["credentials"] == []


def test_a_file_that_is_not_there_is_named(cli: CommandLine, tmp_path: Path) -> None:
    told = cli("credentials", "add", "office", "--from-file", f"{tmp_path}/gone")
    assert told.status == 1
    assert f"{tmp_path}/gone cannot be read" in told.err


def test_a_name_that_is_taken_is_refused_and_the_way_out_named(cli: CommandLine) -> None:
    assert cli("credentials", "add", "office", stdin="one\n").status == 0
    refused = cli("credentials", "add", "office", stdin="two\n")
    assert refused.status == 1
    assert "watchpost credentials rotate office" in refused.err


def test_a_kind_that_there_is_not_is_wrong_usage(cli: CommandLine) -> None:
    assert cli("credentials", "add", "office", "--kind", "key", stdin="x\n").status == 2


def test_at_a_terminal_the_secret_is_asked_for_twice_and_not_shown(
    cli: CommandLine, home: Path, encrypted_file: Path
) -> None:
    environment = {
        "HOME": str(home),
        "WATCHPOST_KEYRING": "encrypted-file",
        "WATCHPOST_KEYRING_PASSPHRASE_FILE": str(encrypted_file),
    }
    command = [*PROGRAM, "credentials", "add", "office"]
    with on_terminal(command, environment=program_environment(environment), folder=home) as terminal:
        terminal.read_until("Password for “office”: ")
        terminal.type("hunter2\n")
        terminal.read_until("again: ")
        terminal.type("hunter3\n")
        assert terminal.wait() == 1
        assert "not the same" in terminal.text
        assert "hunter" not in terminal.text
    with on_terminal(command, environment=program_environment(environment), folder=home) as terminal:
        terminal.read_until("Password for “office”: ")
        terminal.type("hunter2\n")
        terminal.read_until("again: ")
        terminal.type("hunter2\n")
        assert terminal.wait() == 0
        assert "hunter" not in terminal.text


def test_at_a_terminal_the_passphrase_of_a_new_file_is_asked_for_twice(home: Path) -> None:
    environment = program_environment({"HOME": str(home), "WATCHPOST_KEYRING": "encrypted-file"})
    command = [*PROGRAM, "credentials", "add", "office"]
    with on_terminal(command, environment=environment, folder=home) as terminal:
        for prompt, answer in (
            ("Password for “office”: ", "hunter2"),
            ("Password for “office”, again: ", "hunter2"),
            ("Passphrase of the encrypted file: ", "sesame"),
            ("Passphrase of the encrypted file, again: ", "sesame"),
        ):
            terminal.read_until(prompt)
            terminal.type(f"{answer}\n")
        assert terminal.wait() == 0
        assert "sesame" not in terminal.text
    command = [*PROGRAM, "credentials", "backend"]
    with on_terminal(command, environment=environment, folder=home) as terminal:
        terminal.read_until("Passphrase of the encrypted file: ")
        terminal.type("wrong\n")
        assert terminal.wait() == 1
        assert "does not open" in terminal.text
