import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from storage.database import Database
from storage.errors import InvalidInputError
from storage.host_keys import (
    HostKey,
    KeySource,
    fingerprint_of,
    forget_host_keys,
    host_keys_mark,
    trust_host_key,
    trusted_keys,
)
from storage.schema import host_keys


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.writing() as opened:
        yield opened


def key(number: int, address: str = "db1.example", port: int = 22) -> HostKey:
    blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + number.to_bytes(32, "big")
    public_key = f"ssh-ed25519 {base64.b64encode(blob).decode()}"
    return HostKey(address, port, "ssh-ed25519", public_key, fingerprint_of(public_key))


def trust(connection: Connection, new: HostKey, *, replace: bool = False, at: int = 1_000) -> None:
    trust_host_key(connection, new, KeySource.PERSON, at, replace=replace)


def test_a_fingerprint_is_the_one_that_ssh_keygen_shows(tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "id"], check=True)
    algorithm, encoded, *_ = (tmp_path / "id.pub").read_text().split()
    shown = subprocess.run(["ssh-keygen", "-l", "-f", tmp_path / "id.pub"], check=True, capture_output=True, text=True)
    assert fingerprint_of(f"{algorithm} {encoded}") in shown.stdout


def test_a_trusted_key_counts_for_its_address_and_port_alone(connection: Connection) -> None:
    trust(connection, key(1))
    trust(connection, key(2, port=2222))
    assert trusted_keys(connection, "db1.example", 22) == [key(1)]
    assert trusted_keys(connection, "db1.example", 2222) == [key(2, port=2222)]
    assert trusted_keys(connection, "db2.example", 22) == []


def test_the_case_of_an_address_does_not_matter(connection: Connection) -> None:
    trust(connection, key(1, address="DB1.Example"))
    assert trusted_keys(connection, "db1.EXAMPLE", 22) == [key(1)]


def test_a_server_may_have_several_keys_and_each_is_kept_once(connection: Connection) -> None:
    trust(connection, key(1), at=1_000)
    trust(connection, key(2), at=2_000)
    trust(connection, key(1), at=3_000)
    assert trusted_keys(connection, "db1.example", 22) == [key(1), key(2)]
    assert connection.execute(select(host_keys.c.source)).scalars().all() == ["person", "person"]


def test_replacing_forgets_the_other_keys_of_that_server_only(connection: Connection) -> None:
    trust(connection, key(1))
    trust(connection, key(2))
    trust(connection, key(3, port=2222))
    trust(connection, key(4), replace=True)
    assert trusted_keys(connection, "db1.example", 22) == [key(4)]
    assert trusted_keys(connection, "db1.example", 2222) == [key(3, port=2222)]


def test_forgetting_says_how_many_there_were(connection: Connection) -> None:
    trust(connection, key(1))
    trust(connection, key(2))
    assert forget_host_keys(connection, "DB1.example", 22) == 2
    assert forget_host_keys(connection, "db1.example", 22) == 0


def test_the_mark_differs_after_every_change(connection: Connection) -> None:
    marks = [host_keys_mark(connection)]
    trust(connection, key(1), at=1_000)
    marks.append(host_keys_mark(connection))
    trust(connection, key(2), at=2_000)
    marks.append(host_keys_mark(connection))
    trust(connection, key(3), replace=True, at=3_000)
    marks.append(host_keys_mark(connection))
    forget_host_keys(connection, "db1.example", 22)
    assert len(set(marks)) == 4
    assert host_keys_mark(connection) == marks[0]


@pytest.mark.parametrize(
    "public_key",
    ["", "ssh-ed25519", "ssh-ed25519 !!!", "ssh-rsa AAAAC3NzaC1lZDI1NTE5", "ssh-ed25519 QUFB", " AAAA", "ü " + "A" * 8],
)
def test_what_is_no_public_key_is_refused(connection: Connection, public_key: str) -> None:
    with pytest.raises(InvalidInputError, match="no public key"):
        trust(connection, HostKey("db1", 22, "ssh-ed25519", public_key, "SHA256:x"))


def test_a_key_beyond_all_measure_is_refused() -> None:
    blob = b"\0\0\0\x0bssh-ed25519" + b"x" * 16_000
    with pytest.raises(InvalidInputError):
        fingerprint_of(f"ssh-ed25519 {base64.b64encode(blob).decode()}")


def test_a_key_must_be_what_it_says(connection: Connection) -> None:
    good = key(1)
    with pytest.raises(InvalidInputError, match="fingerprint"):
        trust(connection, HostKey("db1", 22, good.algorithm, good.public_key, key(2).fingerprint))
    with pytest.raises(InvalidInputError, match="ssh-rsa"):
        trust(connection, HostKey("db1", 22, "ssh-rsa", good.public_key, good.fingerprint))
    with pytest.raises(InvalidInputError, match="address and a port"):
        trust(connection, HostKey("", 22, good.algorithm, good.public_key, good.fingerprint))
    assert trusted_keys(connection, "db1", 22) == []
