from collections.abc import Callable
from pathlib import Path

import pytest

from storage.database import Database
from storage.host import NewHost, Transport
from storage.host_keys import HostKey, KeySource, fingerprint_of, trust_host_key
from storage.hosts import add_host
from tests.command_line import PROGRAM, CommandLine, Outcome, program_environment
from tests.real_sshd import RealSshd, make_key, read_public_key
from tests.running_poller import running_poller
from tests.terminal import on_terminal

Trust = Callable[..., Outcome]


@pytest.fixture
def trust(cli: CommandLine, database: Database, sshd: RealSshd) -> Trust:
    with database.writing() as connection:
        add_host(connection, NewHost(name="web", address=sshd.address, port=sshd.port), 0)

    def call(*options: str) -> Outcome:
        return cli("hosts", "trust", "web", *options, "--db", database.url)

    return call


def trust_another(database: Database, sshd: RealSshd, folder: Path) -> str:
    """Trusts the key of another server for this one, as if it had been set up anew since; gives its fingerprint."""
    public_key = read_public_key(make_key(folder / "former"))
    fingerprint = fingerprint_of(public_key)
    former = HostKey(sshd.address, sshd.port, "ssh-ed25519", public_key, fingerprint)
    with database.writing() as connection:
        trust_host_key(connection, former, KeySource.PERSON, 0, replace=True)
    return fingerprint


def fingerprints(outcome: Outcome) -> list[str]:
    return [key["fingerprint"] for key in outcome.json["host_keys"]]


def test_nobody_to_ask_trusts_nothing(trust: Trust, sshd: RealSshd) -> None:
    told = trust("--json")
    assert (told.status, told.error["kind"]) == (1, "host_key_unknown")
    assert sshd.host_key().fingerprint in told.error["hint"]


def test_a_first_key_is_accepted_where_that_was_said(trust: Trust, sshd: RealSshd) -> None:
    assert fingerprints(trust("--accept-new", "--json")) == [sshd.host_key().fingerprint]
    again = trust()
    assert again.status == 0
    assert "is trusted already" in again.out


def test_the_right_fingerprint_is_trusted_and_a_wrong_one_is_not(trust: Trust, sshd: RealSshd) -> None:
    wrong = trust("--fingerprint", "SHA256:" + "A" * 43, "--json")
    assert (wrong.status, wrong.error["kind"]) == (1, "wrong_fingerprint")
    assert trust("--fingerprint", "MD5:12:34", "--json").error["kind"] == "invalid_input"
    right = sshd.host_key().fingerprint
    assert fingerprints(trust("--fingerprint", right, "--json")) == [right]


def test_a_changed_key_is_shown_beside_the_old_one_and_never_accepted_as_new(
    trust: Trust, database: Database, sshd: RealSshd, tmp_path: Path
) -> None:
    old = trust_another(database, sshd, tmp_path)
    told = trust("--accept-new", "--json")
    assert (told.status, told.error["kind"]) == (1, "host_key_changed")
    assert old in told.error["message"]
    assert sshd.host_key().fingerprint in told.error["message"]
    assert fingerprints(trust("--yes", "--json")) == [sshd.host_key().fingerprint]


def test_a_person_sees_both_keys_of_a_changed_host(
    trust: Trust, database: Database, sshd: RealSshd, home: Path
) -> None:
    old = trust_another(database, sshd, home)
    command = [*PROGRAM, "hosts", "trust", "web", "--db", database.url]
    with on_terminal(command, environment=program_environment({"HOME": str(home)}), folder=home) as terminal:
        text = terminal.read_until("Trust it? [y/N]")
        assert old in text
        assert sshd.host_key().fingerprint in text
        assert "It has changed" in text
        terminal.type("y\n")
        assert terminal.wait() == 0


def test_a_running_poller_looks_at_the_key(trust: Trust, database: Database, sshd: RealSshd, home: Path) -> None:
    with running_poller(database.url, environment={"HOME": str(home)}, folder=home) as poller:
        assert fingerprints(trust("--accept-new", "--json")) == [sshd.host_key().fingerprint]
        assert "request_answered" in poller.log


def test_this_machine_has_no_key(cli: CommandLine, database: Database) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="here", transport=Transport.LOCAL), 0)
    assert cli("hosts", "trust", "here", "--json", "--db", database.url).error["kind"] == "invalid_input"
