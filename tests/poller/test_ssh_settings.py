"""What the SSH configuration makes of a target."""

from pathlib import Path

import pytest

from poller.ssh_settings import SshTarget, ciphers, configured, login_options, resolve

CONFIG = """\
Host db
  HostName 10.1.2.3
  Port 2200
  User alice
  IdentityFile ~/.ssh/one
  IdentityFile ~/.ssh/two
  UserKnownHostsFile none
  StrictHostKeyChecking no
  ForwardAgent yes
  Compression yes
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config"
    file.write_text(CONFIG)
    return file


async def test_an_alias_is_completed(config: Path) -> None:
    settings = await resolve(SshTarget("db", ssh_config=config))
    assert (settings.host, settings.port, settings.username) == ("10.1.2.3", 2200, "alice")
    assert [Path(name).name for name in configured(settings, "IdentityFile")] == ["one", "two"]


async def test_what_was_registered_wins(config: Path) -> None:
    settings = await resolve(SshTarget("db", port=22, username="bob", ssh_config=config))
    assert (settings.host, settings.port, settings.username) == ("10.1.2.3", 22, "bob")


async def test_no_configuration_switches_the_checking_of_host_keys_off(config: Path) -> None:
    settings = await resolve(SshTarget("db", ssh_config=config))
    # Neither None (no checking) nor empty (asyncssh's own files).
    assert settings.known_hosts == ([], [], [])


async def test_the_agent_is_not_lent_to_watched_hosts_and_nothing_is_compressed(config: Path) -> None:
    settings = await resolve(SshTarget("db", ssh_config=config))
    assert settings.agent_forward_path is None
    assert settings.compression_algs == [b"none"]


async def test_the_configuration_at_its_usual_place_is_read_if_it_is_there(home: Path) -> None:
    assert (await resolve(SshTarget("db"))).host == "db"
    (home / ".ssh/config").write_text(CONFIG)
    assert (await resolve(SshTarget("db"))).host == "10.1.2.3"
    assert (await resolve(SshTarget("db", ssh_config=None))).host == "db"


async def test_aes_128_gcm_comes_first_unless_the_configuration_names_ciphers(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text("Host old\n  Ciphers aes256-ctr\n")
    assert ciphers(await resolve(SshTarget("db", ssh_config=file))) == {"encryption_algs": "^aes128-gcm@openssh.com"}
    assert ciphers(await resolve(SshTarget("old", ssh_config=file))) == {}


def test_the_secret_of_a_target_shows_in_no_text() -> None:
    target = SshTarget("db", secret="hunter2")
    assert "hunter2" not in repr(target)
    assert "hunter2" not in repr(login_options(target))
