import pytest

from remote_probe.secret_names import glued_flag, is_secret_flag, is_secret_name, looks_like_token


@pytest.mark.parametrize(
    "name",
    [
        "--password",
        "-Dspring.datasource.password",
        "PGPASSWORD",
        "MYSQL_PWD",
        "clientSecret",
        "AWS_SECRET_ACCESS_KEY",
        "--api-key",
        "X-Api-Key",
        "accountkey",
        "--auth-token",
        "access_token",
        "accessToken",
        "storepass",
        "Authorization",
        "Cookie",
        "--passphrase",
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "--",
        "--port",
        "PATH",
        "--max-tokens",
        "--tokenizer",
        "--password-file",
        "--no-password",
        "--bypass",
        "keyboard",
        "monkey",
        "author",
        "https://x?token",
    ],
)
def test_names_of_what_is_no_secret(name: str) -> None:
    assert not is_secret_name(name)


def test_a_short_flag_means_a_secret_with_some_programs_only() -> None:
    assert glued_flag({"mysqldump"}, "-phunter2") == "-p"
    assert glued_flag({"ssh"}, "-p22") == ""
    assert glued_flag({"mysql"}, "-p") == ""
    assert is_secret_flag({"sshpass"}, "-p")
    assert not is_secret_flag({"ps"}, "-p")


def test_tokens_of_well_known_services_are_known_by_their_start() -> None:
    assert looks_like_token("ghp_abcdefghijklmnopqrstuvwxyz")
    assert not looks_like_token("ghp_short")
    assert not looks_like_token("/usr/bin/some-long-program-name")
