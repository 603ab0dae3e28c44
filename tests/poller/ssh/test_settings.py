"""What is said to asyncssh of every login."""

from pathlib import Path

from poller.ssh.settings import SshTarget, default_key_files, login_options, resolve


def test_host_keys_are_checked_by_nobody_but_us() -> None:
    # Neither None (no checking) nor empty (asyncssh's own files).
    assert login_options()["known_hosts"] == ([], [], [])


def test_no_configuration_is_read_behind_our_back_and_the_agent_is_lent_to_nobody() -> None:
    options = login_options()
    assert (options["config"], options["agent_forwarding"], options["host_based_auth"]) == ([], False, False)


async def test_asyncssh_reads_the_file_that_was_named(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text("Host db\n HostName 10.1.2.3\n Port 2200\n")
    settings = await resolve(SshTarget("db", username="bob", ssh_config=file))
    assert (settings.host, settings.port, settings.username) == ("10.1.2.3", 2200, "bob")


def test_the_usual_keys_are_those_that_need_nobodys_finger(home: Path) -> None:
    assert [path.name for path in default_key_files()] == ["id_ed25519", "id_ecdsa", "id_rsa"]
    assert all(path.parent == home / ".ssh" for path in default_key_files())


def test_the_secret_of_a_target_shows_in_no_text() -> None:
    assert "hunter2" not in repr(SshTarget("db", secret="hunter2"))
