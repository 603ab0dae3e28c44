"""`watchpost alerts receivers …`: from adding to removing."""

from pathlib import Path

import pytest

from tests.command_line import PROGRAM, CommandLine, program_environment
from tests.terminal import on_terminal

pytestmark = pytest.mark.usefixtures("encrypted_file")

TOKEN = "s3cret-t0ken-4711"
KEY = "0123456789abcdef"
HOOK = f"https://hooks.example.org/{TOKEN} {KEY}\n"
MAIL = ("-o", "server=smtp.example.org", "-o", "sender=w@example.org", "-o", "to=ops@example.org,boss@example.org")


def everything_in(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_a_webhook_is_added_listed_shown_and_removed_and_its_url_shown_nowhere(cli: CommandLine, home: Path) -> None:
    outcomes = [
        cli("alerts", "receivers", "add", "hook", "--by", "webhook", "-o", "language=ko", stdin=HOOK),
        cli("alerts", "receivers", "list"),
        cli("alerts", "receivers", "list", "--json"),
        cli("alerts", "receivers", "show", "hook"),
        cli("alerts", "receivers", "show", "hook", "--json"),
        cli("credentials", "list"),
        cli("alerts", "receivers", "remove", "hook"),
    ]
    assert [told.status for told in outcomes] == [0] * len(outcomes)
    assert not any(TOKEN in told.out + told.err or KEY in told.out + told.err for told in outcomes)
    assert TOKEN.encode() not in everything_in(home)
    assert outcomes[0].err == ""
    (listed,) = outcomes[2].json["receivers"]
    assert listed == outcomes[4].json
    assert (listed["kind"], listed["enabled"], listed["options"]) == ("webhook", True, {"language": "ko"})
    assert "receiver hook" in outcomes[5].out
    assert cli("alerts", "receivers", "list", "--json").json == {"receivers": []}
    assert cli("credentials", "list", "--json").json["credentials"] == []


def test_mails_need_no_secret_unless_there_is_a_user(cli: CommandLine) -> None:
    assert cli("alerts", "receivers", "add", "ops", "--by", "email", *MAIL).status == 0
    assert "ops@example.org, boss@example.org, through smtp.example.org:587" in cli("alerts", "receivers", "list").out
    told = cli("alerts", "receivers", "add", "two", "--by", "email", *MAIL, "-o", "user=w", stdin="hunter2-Zr9\n")
    assert told.status == 0
    shown = cli("alerts", "receivers", "show", "two")
    assert "the credential “receiver two”" in shown.out
    assert "hunter2" not in told.out + told.err + shown.out


def test_what_is_not_advisable_is_said(cli: CommandLine) -> None:
    told = cli("alerts", "receivers", "add", "hook", "--by", "webhook", stdin=f"http://h.example.org/{TOKEN}\n")
    assert told.status == 0
    assert told.err.count("Beware: ") == 2
    assert TOKEN not in told.err


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (("--by", "webhook"), f"ftp://x/{TOKEN}\n", "does not begin with https://"),
        (("--by", "webhook", "-o", "lang=ko"), HOOK, "Did you mean “language”?"),
        (("--by", "webhook", "-o", "language"), HOOK, "is no option"),
        (("--by", "webhook", "-o", "burst=1", "-o", "burst=2"), HOOK, "there twice"),
        (("--by", "webhook"), "", "is empty"),
        (("--by", "slack"), f"https://hooks.example.org/{TOKEN}\n", "no URL of a Slack webhook"),
        (("--by", "apprise"), f"tgarm://{TOKEN}/1\n", "Did you mean"),
        (("--by", "email", "-o", "server=x"), "", "There has to be an option"),
        (("--by", "email", *MAIL, "-o", "port=no"), "", "port"),
    ],
)
def test_what_cannot_work_is_refused_and_nothing_is_kept(
    cli: CommandLine, arguments: tuple[str, ...], stdin: str, said: str
) -> None:
    cli("alerts", "receivers", "add", "desk", "--by", "desktop")
    told = cli("alerts", "receivers", "add", "x", *arguments, stdin=stdin)
    assert told.status == 1
    assert said in told.err
    assert TOKEN not in told.out + told.err
    assert [each["name"] for each in cli("alerts", "receivers", "list", "--json").json["receivers"]] == ["desk"]
    assert cli("credentials", "list", "--json").json["credentials"] == []


def test_a_way_that_there_is_not_is_wrong_usage(cli: CommandLine) -> None:
    assert cli("alerts", "receivers", "add", "x", "--by", "pigeon").status == 2
    assert cli("alerts", "receivers", "add", "x").status == 2


def test_an_edit_changes_what_is_named_and_nothing_else(cli: CommandLine) -> None:
    cli("alerts", "receivers", "add", "hook", "--by", "webhook", "-o", "burst=3", stdin=HOOK)
    edited = cli(
        "alerts", "receivers", "edit", "hook", "--name", "new", "-o", "language=ko", "--unset", "burst", "--disable"
    )
    assert edited.status == 0
    shown = cli("alerts", "receivers", "show", "new", "--json").json
    assert (shown["options"], shown["enabled"]) == ({"language": "ko"}, False)
    again = cli("alerts", "receivers", "edit", "new", "--enable", "--new-secret", stdin=f"http://127.0.0.1:1/ {KEY}\n")
    assert again.status == 0
    assert cli("alerts", "receivers", "show", "new", "--json").json["enabled"] is True
    # The other URL is the one that counts now.
    assert "Connection refused" in cli("alerts", "test", "new").err


def test_an_edit_that_cannot_work_changes_nothing(cli: CommandLine) -> None:
    cli("alerts", "receivers", "add", "ops", "--by", "email", *MAIL)
    told = cli("alerts", "receivers", "edit", "ops", "-o", "to=nobody")
    assert told.status == 1
    assert "no mail address" in told.err
    assert "boss@example.org" in cli("alerts", "receivers", "list").out


def test_a_credential_of_a_receiver_is_not_made_by_hand(cli: CommandLine) -> None:
    told = cli("credentials", "add", "x", "--kind", "receiver", stdin=HOOK)
    assert told.status == 1
    assert "watchpost alerts receivers add" in told.err


def test_at_a_terminal_the_url_and_the_key_are_asked_for_and_not_shown(home: Path, encrypted_file: Path) -> None:
    environment = program_environment(
        {
            "HOME": str(home),
            "WATCHPOST_KEYRING": "encrypted-file",
            "WATCHPOST_KEYRING_PASSPHRASE_FILE": str(encrypted_file),
        }
    )
    command = [*PROGRAM, "alerts", "receivers", "add", "hook", "--by", "webhook"]
    with on_terminal(command, environment=environment, folder=home) as terminal:
        terminal.read_until("URL of the webhook: ")
        terminal.type(f"https://hooks.example.org/{TOKEN}\n")
        terminal.read_until("Key to sign with (empty for none): ")
        terminal.type(f"{KEY}\n")
        assert terminal.wait() == 0
        assert TOKEN not in terminal.text
        assert KEY not in terminal.text
        assert "Beware" not in terminal.text
