"""What a login needs of the database and the keyring."""

import asyncio
from dataclasses import replace

import pytest

from poller.stored_trust import StoredTrust
from poller.trust import Grant
from storage.credentials import add_credential
from storage.database import Database
from storage.errors import NotFoundError
from storage.host import NewHost
from storage.host_keys import HostKey, KeySource, fingerprint_of, trust_host_key
from storage.secret_keeper import CredentialKind, KeyringChoice, NewCredential, SecretKeeper
from tests.no_secrets import NoSecrets
from tests.real_sshd import make_key, read_public_key

WEB = NewHost(name="web", address="Web.example", port=2222)


class Kept(NoSecrets):
    """Keeps secrets in memory."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}

    def read(self, name: str) -> str | None:
        return self.secrets.get(name)

    def write(self, name: str, secret: str) -> None:
        self.secrets[name] = secret


@pytest.fixture
def key(tmp_path_factory: pytest.TempPathFactory) -> HostKey:
    public_key = " ".join(read_public_key(make_key(tmp_path_factory.mktemp("key") / "key")).split()[:2])
    return HostKey("web.example", 2222, public_key.split()[0], public_key, fingerprint_of(public_key))


def trust(database: Database, *keys: HostKey) -> None:
    with database.writing() as connection:
        for key in keys:
            trust_host_key(connection, key, KeySource.PERSON, 0, replace=False)


async def test_each_of_many_hosts_gets_its_own_keys_and_no_others(database: Database, key: HostKey) -> None:
    trust(database, key, replace(key, address="db.example", port=22), replace(key, port=22))
    stored = StoredTrust(database, SecretKeeper(KeyringChoice.SYSTEM, NoSecrets()))
    hosts = [WEB, NewHost(name="db", address="db.example"), NewHost(name="new", address="new.example")]
    grants = await asyncio.gather(*(stored.of(host) for host in hosts))
    assert [[(found.address, found.port) for found in grant.trusted_keys] for grant in grants] == [
        [("web.example", 2222)],
        [("db.example", 22)],
        [],
    ]


async def test_a_key_that_is_trusted_now_is_known_at_once(database: Database, key: HostKey) -> None:
    stored = StoredTrust(database, SecretKeeper(KeyringChoice.SYSTEM, NoSecrets()))
    assert await stored.of(WEB) == Grant()
    trust(database, key)
    assert await stored.of(WEB) == Grant(trusted_keys=(key,))


async def test_hosts_that_share_a_credential_share_its_secret_and_one_that_is_missing_is_no_hindrance(
    database: Database,
) -> None:
    keeper = SecretKeeper(KeyringChoice.SYSTEM, Kept())
    add_credential(database, NewCredential("ops", CredentialKind.PASSWORD, "s3cret-ops"), now_ms=0, keeper=keeper)
    stored = StoredTrust(database, keeper)
    asked = [replace(WEB, credential="ops"), replace(WEB, credential="gone"), replace(WEB, credential="ops")]
    first, missing, second = await asyncio.gather(*(stored.of(host) for host in asked), return_exceptions=True)
    assert isinstance(first, Grant)
    assert isinstance(second, Grant)
    assert first.secret == second.secret == "s3cret-ops"
    assert isinstance(missing, NotFoundError)
    assert "s3cret-ops" not in repr(first)
