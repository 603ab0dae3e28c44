"""How a host's key comes to be trusted."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from poller.failure import SessionError
from poller.ssh.host_key_trust import TrustedKeys, WrongFingerprintError, ask_known_hosts, checked_fingerprint, scan_for
from storage.database import Database
from storage.errors import InvalidInputError
from storage.host import NewHost
from storage.host_keys import HostKey, KeySource, fingerprint_of
from storage.reason import Reason
from tests.real_sshd import RealSshd, make_key, read_public_key


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[HostKey, HostKey]:
    folder = tmp_path_factory.mktemp("keys")
    made = []
    for name in ("new", "old"):
        public_key = read_public_key(make_key(folder / name))
        made.append(HostKey("web", 22, "ssh-ed25519", public_key, fingerprint_of(public_key)))
    return made[0], made[1]


def trusted_of(database: Database, address: str, port: int | None = None) -> TrustedKeys[NewHost]:
    return TrustedKeys(database, NewHost(name="web", address=address, port=port))


def of_server(database: Database, sshd: RealSshd) -> TrustedKeys[NewHost]:
    return trusted_of(database, sshd.address, sshd.port)


def know(home: Path, sshd: RealSshd, public_key: str) -> None:
    (home / ".ssh" / "known_hosts").write_text(f"[{sshd.address}]:{sshd.port} {public_key}\n")


def test_a_new_key_takes_the_place_of_all_older_ones(database: Database, keys: tuple[HostKey, HostKey]) -> None:
    new, old = keys
    trusted = trusted_of(database, "db1", 2222)
    trusted.trust([old], KeySource.PERSON, 0)
    trusted.trust([new], KeySource.PERSON, 0, replacing=True)
    assert [(key.address, key.port, key.fingerprint) for key in trusted.now()] == [("db1", 2222, new.fingerprint)]


async def test_known_hosts_is_looked_up_under_the_name_and_port_behind_an_alias(
    database: Database, keys: tuple[HostKey, HostKey], home: Path
) -> None:
    (home / ".ssh" / "config").write_text("Host shop\n HostName 192.0.2.7\n Port 2222\n")
    (home / ".ssh" / "known_hosts").write_text(f"[192.0.2.7]:2222 {keys[0].public_key}\n")
    trusted = trusted_of(database, "shop")
    assert [key.fingerprint for key in await trusted.import_known(0)] == [keys[0].fingerprint]
    assert [(key.address, key.port) for key in trusted.now()] == [("shop", 22)]


async def test_known_hosts_without_the_host_imports_nothing(database: Database) -> None:
    assert await trusted_of(database, "db1").import_known(0) == []


async def test_known_hosts_that_cannot_be_read_is_told(database: Database, home: Path) -> None:
    (home / ".ssh" / "known_hosts").mkdir()
    with pytest.raises(InvalidInputError, match="known_hosts"):
        await trusted_of(database, "db1").import_known(0)


async def test_a_ssh_configuration_that_cannot_be_understood_is_told(database: Database, home: Path) -> None:
    (home / ".ssh" / "config").write_text("Host *\n Port nonsense\n")
    with pytest.raises(SessionError):
        await trusted_of(database, "db1").import_known(0)


async def test_known_hosts_vouches_for_the_presented_key(database: Database, home: Path, sshd: RealSshd) -> None:
    know(home, sshd, sshd.host_key().public_key)
    word = await ask_known_hosts(of_server(database, sshd), sshd.host_key())
    assert word.vouched == sshd.host_key()
    assert word.contradiction is None


async def test_a_host_is_asked_for_the_kind_of_key_that_known_hosts_has(
    database: Database, home: Path, start_sshd: Callable[..., RealSshd]
) -> None:
    server = start_sshd(kinds=("ed25519", "rsa"))
    know(home, server, server.host_key("rsa").public_key)
    word = await ask_known_hosts(of_server(database, server), server.host_key())
    assert word.vouched == server.host_key("rsa")


async def test_a_key_that_known_hosts_contradicts_counts_as_changed(
    database: Database, home: Path, sshd: RealSshd, keys: tuple[HostKey, HostKey]
) -> None:
    know(home, sshd, keys[1].public_key)
    word = await ask_known_hosts(of_server(database, sshd), sshd.host_key())
    assert word.vouched is None
    assert word.contradiction is not None
    assert word.contradiction.reason is Reason.HOST_KEY_CHANGED
    assert [key.fingerprint for key in word.known] == [keys[1].fingerprint]


async def test_a_known_hosts_that_does_not_know_the_host_has_nothing_to_say(database: Database, sshd: RealSshd) -> None:
    word = await ask_known_hosts(of_server(database, sshd), sshd.host_key())
    assert (word.vouched, word.contradiction, word.known) == (None, None, ())


async def test_a_confirmed_key_is_found_whichever_of_its_keys_a_host_shows_first(
    database: Database, start_sshd: Callable[..., RealSshd], keys: tuple[HostKey, HostKey]
) -> None:
    server = start_sshd(kinds=("ed25519", "rsa"))
    trusted = [replace(keys[0], algorithm="ssh-rsa")]
    for kind in ("ed25519", "rsa"):
        wanted = server.host_key(kind)
        assert await scan_for(of_server(database, server), trusted, wanted.fingerprint) == wanted


async def test_another_key_than_the_confirmed_one_is_refused(
    database: Database, sshd: RealSshd, keys: tuple[HostKey, HostKey]
) -> None:
    with pytest.raises(WrongFingerprintError) as caught:
        await scan_for(of_server(database, sshd), [], keys[0].fingerprint)
    assert sshd.host_key().fingerprint in caught.value.message
    assert "Nothing was trusted" in caught.value.hint


@pytest.mark.parametrize("said", [None, 7, "", "MD5:00", "SHA256:" + "A" * 1000])
def test_what_is_no_fingerprint_is_refused(said: object) -> None:
    with pytest.raises(InvalidInputError):
        checked_fingerprint(said)


async def test_known_hosts_is_read_where_and_under_which_name_the_configuration_says(
    database: Database, keys: tuple[HostKey, HostKey], home: Path
) -> None:
    (home / ".ssh" / "config").write_text(
        f"Host shop\n Port 2222\n UserKnownHostsFile {home / 'known'}\n HostKeyAlias of-shop\n"
    )
    (home / "known").write_text(f"of-shop {keys[0].public_key}\n")
    (home / ".ssh" / "known_hosts").write_text(f"shop {keys[1].public_key}\n")
    assert [key.fingerprint for key in await trusted_of(database, "shop").in_known_hosts()] == [keys[0].fingerprint]


async def test_an_authority_that_signs_for_the_host_is_known(
    database: Database, keys: tuple[HostKey, HostKey], home: Path
) -> None:
    trusted = trusted_of(database, "db1.example.org", 2222)
    assert not await trusted.has_authority()
    (home / ".ssh" / "known_hosts").write_text(f"@cert-authority *.example.org {keys[0].public_key}\n")
    assert await trusted.has_authority()
    assert await trusted.in_known_hosts() == []
