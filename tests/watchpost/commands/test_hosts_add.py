from pathlib import Path

import pytest

from tests.command_line import PROGRAM, CommandLine, program_environment, run_program
from tests.host_certificates import sign_host
from tests.real_sshd import (
    RealSshd,
    current_user,
    free_port,
    make_key,
    read_public_key,
    running_agent,
    running_sshd,
    throwaway_account,
)
from tests.running_poller import running_poller
from tests.terminal import on_terminal


def place_of(sshd: RealSshd) -> str:
    return f"{current_user()}@{sshd.address}:{sshd.port}"


def test_a_server_is_registered_its_key_accepted_and_the_connection_tested(cli: CommandLine, sshd: RealSshd) -> None:
    told = cli("hosts", "add", "web", place_of(sshd), "--identity", str(sshd.identity), "--accept-new")
    assert told.status == 0, told.err
    assert sshd.host_key().fingerprint in told.out
    ticks = [line.strip() for line in told.out.splitlines() if "✔" in line]
    assert ticks == [
        "✔ address found",
        "✔ connected",
        "✔ host key trusted",
        "✔ logged in",
        "✔ probe started",
        "✔ first reading received",
    ]
    assert "It works: " in told.out
    (listed,) = cli("hosts", "list", "--json").json["hosts"]
    assert (listed["name"], listed["port"], listed["username"]) == ("web", sshd.port, current_user())


def test_for_a_script_all_of_it_is_one_json_document(cli: CommandLine, sshd: RealSshd) -> None:
    told = cli("hosts", "add", "web", place_of(sshd), "--identity", str(sshd.identity), "--accept-new", "--json")
    assert (told.status, told.err) == (0, "")
    assert told.json["host"]["address"] == sshd.address
    assert told.json["host_keys"][0]["fingerprint"] == sshd.host_key().fingerprint
    assert told.json["test"]["ok"] is True
    assert [step["step"] for step in told.json["test"]["steps"]][-1] == "first_reading"


def test_a_key_that_nobody_vouches_for_keeps_the_host_and_says_how_to_trust_it(
    cli: CommandLine, sshd: RealSshd
) -> None:
    told = cli("hosts", "add", "my web", place_of(sshd), "--identity", str(sshd.identity), "--json")
    assert told.status == 1
    assert told.error["kind"] == "host_key_unknown"
    fingerprint = sshd.host_key().fingerprint
    assert fingerprint in told.error["message"]
    assert f"watchpost hosts trust 'my web' --fingerprint {fingerprint}" in told.error["hint"]
    assert "watchpost hosts remove 'my web'" in told.error["hint"]
    trusted = cli("hosts", "trust", "my web", "--fingerprint", fingerprint)
    assert trusted.status == 0
    assert cli("hosts", "test", "my web").status == 0


def test_a_key_that_known_hosts_has_is_imported_and_said_so(cli: CommandLine, sshd: RealSshd, home: Path) -> None:
    key = sshd.host_key()
    (home / ".ssh" / "known_hosts").write_text(f"[{key.address}]:{key.port} {key.public_key}\n")
    told = cli("hosts", "add", "web", place_of(sshd), "--identity", str(sshd.identity))
    assert told.status == 0, told.err
    assert f"Trusted from ~/.ssh/known_hosts: {key.algorithm} {key.fingerprint}" in told.out


def test_an_alias_of_the_ssh_configuration_finds_the_key_of_its_real_name(
    cli: CommandLine, sshd: RealSshd, home: Path
) -> None:
    key = sshd.host_key()
    (home / ".ssh" / "config").write_text(
        f"Host shop\n HostName {sshd.address}\n Port {sshd.port}\n IdentityFile {sshd.identity}\n"
    )
    (home / ".ssh" / "known_hosts").write_text(f"[{key.address}]:{key.port} {key.public_key}\n")
    told = cli("hosts", "add", "web", "shop")
    assert told.status == 0, told.err
    assert cli("hosts", "show", "web", "--json").json["host_keys"][0]["fingerprint"] == key.fingerprint


def test_a_certificate_that_known_hosts_vouches_for_needs_nobody_to_confirm_a_key(
    cli: CommandLine, home: Path, tmp_path: Path
) -> None:
    authority = make_key(tmp_path / "authority")
    certificate = sign_host(authority, tmp_path / "server")
    with running_sshd(tmp_path / "server", f"HostCertificate {certificate}") as server:
        line = f"@cert-authority [{server.address}]:* {read_public_key(authority)}\n"
        (home / ".ssh" / "known_hosts").write_text(line, encoding="ascii")
        told = cli("hosts", "add", "web", place_of(server), "--identity", str(server.identity))
    assert told.status == 0, told.err
    assert "no key has to be confirmed" in told.out


def test_a_refused_login_keeps_the_host_and_says_why(cli: CommandLine, sshd: RealSshd, tmp_path: Path) -> None:
    stranger = make_key(tmp_path / "stranger")
    told = cli("hosts", "add", "web", place_of(sshd), "--identity", str(stranger), "--accept-new")
    assert told.status == 1
    assert "✖ logging in" in told.out
    assert "refused" in told.err
    assert "watchpost hosts remove web" in told.err
    assert "Traceback" not in told.err
    assert cli("hosts", "show", "web").status == 0


def test_a_server_that_is_not_there_keeps_the_host_and_says_why(cli: CommandLine) -> None:
    told = cli("hosts", "add", "web", f"127.0.0.1:{free_port()}", "--json")
    assert (told.status, told.error["kind"]) == (1, "refused")
    assert cli("hosts", "show", "web").status == 0


def test_without_a_test_nothing_is_connected_to(cli: CommandLine) -> None:
    told = cli("hosts", "add", "web", "nowhere.invalid", "--no-test")
    assert told.status == 0
    assert "watchpost hosts trust web" in told.out


def test_without_a_test_but_with_accept_new_the_key_is_fetched(cli: CommandLine, sshd: RealSshd) -> None:
    told = cli("hosts", "add", "web", place_of(sshd), "--no-test", "--accept-new", "--json")
    assert told.status == 0
    assert told.json["host_keys"][0]["fingerprint"] == sshd.host_key().fingerprint
    assert told.json["test"] is None


def test_how_it_is_read_is_said_with_it(cli: CommandLine) -> None:
    told = cli("hosts", "add", "nas", "nowhere.invalid", "--no-test", "--reader", "shell", "--sudo", "--json")
    assert (told.json["host"]["reader"], told.json["host"]["sudo"]) == ("shell", True)


def test_this_machine_needs_no_address(cli: CommandLine) -> None:
    told = cli("hosts", "add", "here", "--local", "--json")
    assert told.json["host"]["transport"] == "local"
    assert told.json["test"]["ok"] is True


@pytest.mark.parametrize(
    "arguments",
    [
        ["web"],
        ["web", "db1", "--local"],
        ["", "db1"],
        ["we\nb", "db1"],
        ["web", "db1:0"],
        ["web", "db 1"],
        ["web", "db1", "--interval", "0"],
        ["web", "db1", "--credential", "office", "--ask-password"],
        ["web", "--local", "--ask-password"],
        ["web", "--local", "--identity", "key"],
    ],
)
def test_what_cannot_be_a_host_is_refused_and_not_registered(cli: CommandLine, arguments: list[str]) -> None:
    told = cli("hosts", "add", *arguments, "--json")
    assert (told.status, told.error["kind"]) == (1, "invalid_input")
    cli("hosts", "add", "other", "--local", "--no-test")
    assert [host["name"] for host in cli("hosts", "list", "--json").json["hosts"]] == ["other"]


def test_a_name_that_is_taken_is_refused_before_anything_else(cli: CommandLine) -> None:
    cli("hosts", "add", "web", "nowhere.invalid", "--no-test")
    told = cli("hosts", "add", "web", "elsewhere.invalid", "--ask-password", "--json")
    assert (told.status, told.error["kind"]) == (1, "already_exists")
    assert cli("hosts", "show", "web", "--json").json["address"] == "nowhere.invalid"


def test_an_unknown_credential_is_told(cli: CommandLine) -> None:
    told = cli("hosts", "add", "web", "db1", "--credential", "office", "--json")
    assert (told.status, told.error["kind"]) == (1, "not_found")


def test_a_key_of_the_agent_is_offered(cli: CommandLine, sshd: RealSshd, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_agent(sshd.identity) as socket:
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        assert cli("hosts", "add", "web", place_of(sshd), "--accept-new").status == 0


def test_a_password_from_a_pipe_is_stored_as_a_credential_and_logs_in(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    (tmp_path / "passphrase").write_text("open sesame\n")
    monkeypatch.setenv("WATCHPOST_KEYRING", "encrypted-file")
    monkeypatch.setenv("WATCHPOST_KEYRING_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    with throwaway_account() as account, running_sshd(tmp_path / "sshd", "PasswordAuthentication yes") as sshd:
        told = cli(
            "hosts",
            "add",
            "web",
            f"{account.name}@{sshd.address}:{sshd.port}",
            "--ask-password",
            "--accept-new",
            stdin=f"{account.password}\n",
        )
        assert told.status == 0, told.err
        assert account.password not in told.out + told.err
        stored = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
        assert account.password.encode() not in stored
        cli("credentials", "rotate", "web", stdin="wrong\n")
        refused = cli("hosts", "test", "web", "--json")
        assert (refused.status, refused.error["kind"]) == (1, "auth")
    (credential,) = cli("credentials", "list", "--json").json["credentials"]
    assert (credential["name"], credential["hosts"]) == ("web", ["web"])


def test_a_host_that_cannot_be_registered_leaves_no_password_behind(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "passphrase").write_text("open sesame\n")
    monkeypatch.setenv("WATCHPOST_KEYRING", "encrypted-file")
    monkeypatch.setenv("WATCHPOST_KEYRING_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    told = cli("hosts", "add", "web", "db1", "--ask-password", "--no-test", stdin="\n")
    assert told.status == 1
    assert cli("hosts", "list", "--json").json["hosts"] == []
    assert cli("credentials", "list", "--json").json["credentials"] == []


def test_without_a_keyring_a_password_is_refused_with_both_ways_out(cli: CommandLine) -> None:
    told = cli("hosts", "add", "web", "db1", "--ask-password", "--json", stdin="hunter2\n")
    assert (told.status, told.error["kind"]) == (1, "keyring_unavailable")
    assert "gnome-keyring" in told.error["hint"]
    assert "watchpost credentials backend encrypted-file" in told.error["hint"]
    assert "hunter2" not in told.err
    assert cli("hosts", "list", "--json").json["hosts"] == []


def test_where_a_poller_runs_it_makes_the_test_and_looks_at_the_key(
    cli: CommandLine, sshd: RealSshd, database_url: str, home: Path, tmp_path: Path
) -> None:
    with running_poller(database_url, environment={"HOME": str(home)}, folder=tmp_path) as poller:
        told = cli(
            "hosts",
            "add",
            "web",
            place_of(sshd),
            "--identity",
            str(sshd.identity),
            "--accept-new",
            "--db",
            database_url,
        )
        assert told.status == 0, told.err
        assert "✔ first reading received" in told.out
        assert poller.log.count("request_answered") == 2


def test_a_person_at_a_terminal_is_shown_the_fingerprint_and_asked(sshd: RealSshd, home: Path, tmp_path: Path) -> None:
    command = [*PROGRAM, "hosts", "add", "web", place_of(sshd), "--identity", str(sshd.identity)]
    environment = program_environment({"HOME": str(home)})
    with on_terminal(command, environment=environment, folder=tmp_path) as terminal:
        assert sshd.host_key().fingerprint in terminal.read_until("Trust it? [y/N]")
        terminal.type("y\n")
        assert terminal.wait() == 0
        assert "first reading received" in terminal.text


def test_a_person_who_says_no_has_trusted_nothing(sshd: RealSshd, home: Path, tmp_path: Path) -> None:
    command = [*PROGRAM, "hosts", "add", "web", place_of(sshd), "--identity", str(sshd.identity)]
    environment = program_environment({"HOME": str(home)})
    with on_terminal(command, environment=environment, folder=tmp_path) as terminal:
        terminal.read_until("Trust it? [y/N]")
        terminal.type("\n")
        assert terminal.wait() == 1
    shown = run_program("hosts", "show", "web", "--json", environment={"HOME": str(home)}, folder=tmp_path)
    assert shown.json["host_keys"] == []
