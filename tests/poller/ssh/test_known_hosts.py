"""Keys out of known_hosts."""

import os
import subprocess
from pathlib import Path

import pytest

from poller.ssh.known_hosts import SIZE_LIMIT, HostMarks, keys_from_known_hosts, read_marks
from storage.errors import InvalidInputError
from storage.host_keys import fingerprint_of
from tests.real_sshd import make_key, read_public_key


@pytest.fixture
def one(tmp_path: Path) -> str:
    return read_public_key(make_key(tmp_path / "one"))


@pytest.fixture
def other(tmp_path: Path) -> str:
    return read_public_key(make_key(tmp_path / "other", "ecdsa"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "known_hosts"


def found(file: Path, address: str, port: int = 22) -> list[str]:
    return [key.public_key for key in keys_from_known_hosts(file, address, port)]


def test_a_hosts_keys_are_found_in_order(file: Path, one: str, other: str) -> None:
    file.write_text(f"# mine\n\ndb1,10.0.0.1 {one} a comment\nweb {other}\ndb1 {other}\n")
    assert found(file, "db1") == [one, other]
    assert found(file, "DB1") == [one, other]
    assert found(file, "10.0.0.1") == [one]
    assert found(file, "db2") == []


def test_a_key_is_as_it_would_be_trusted(file: Path, one: str) -> None:
    file.write_text(f"db1 {one} a comment\n")
    (key,) = keys_from_known_hosts(file, "db1", 22)
    assert (key.address, key.port, key.algorithm) == ("db1", 22, "ssh-ed25519")
    assert key.fingerprint == fingerprint_of(one)


def test_hashed_names_are_found(file: Path, one: str) -> None:
    file.write_text(f"db1 {one}\n[db1]:2222 {one}\n")
    subprocess.run(("ssh-keygen", "-q", "-H", "-f", file), check=True, capture_output=True)
    assert "db1" not in file.read_text()
    assert found(file, "db1") == [one]
    assert found(file, "db1", 2222) == [one]
    assert found(file, "db2") == []


def test_patterns_match_as_for_ssh(file: Path, one: str) -> None:
    file.write_text(f"*.example.org,!bad.example.org {one}\n")
    assert found(file, "db1.example.org") == [one]
    assert found(file, "bad.example.org") == []


def test_an_entry_without_a_port_is_for_port_22_alone(file: Path, one: str, other: str) -> None:
    file.write_text(f"db1 {one}\n[db1]:2222 {other}\n")
    assert found(file, "db1", 22) == [one]
    assert found(file, "db1", 2222) == [other]
    assert found(file, "db1", 2223) == []


def test_revoked_keys_and_authorities_are_left_out(file: Path, one: str, other: str) -> None:
    file.write_text(f"@cert-authority db1 {other}\ndb1 {one}\n@revoked * {one}\n")
    assert found(file, "db1") == []


def test_lines_that_cannot_be_read_are_skipped(file: Path, one: str) -> None:
    file.write_bytes(b"|1|broken\n\xff\xfe\n@unknown db1 x y\ndb1 ssh-ed25519 AAAA\ndb1\n" + f"db1 {one}\n".encode())
    assert found(file, "db1") == [one]


def test_a_missing_file_knows_nothing(file: Path) -> None:
    assert found(file, "db1") == []


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="cannot be read"):
        found(tmp_path, "db1")


def test_a_file_of_absurd_size_is_refused(file: Path) -> None:
    with file.open("wb") as out:
        out.truncate(SIZE_LIMIT + 1)
    with pytest.raises(InvalidInputError, match="larger"):
        found(file, "db1")


def test_a_pattern_is_not_led_astray_by_brackets_and_ports(file: Path, one: str, other: str) -> None:
    file.write_text(f"[*.example.org]:2222 {one}\n[d?1]:* {other}\n")
    assert found(file, "db1.example.org", 2222) == [one]
    assert found(file, "db1", 2200) == [other]
    assert found(file, "b") == []


def test_a_file_that_has_changed_is_read_anew(file: Path, one: str, other: str) -> None:
    file.write_text(f"db1 {one}\n")
    assert found(file, "db1") == [one]
    file.write_text(f"db1 {other}\ndb2 {one}\n")
    assert found(file, "db1") == [other]


# What is said of keys besides.


def marks(file: Path, name: str, port: int = 22) -> HostMarks:
    return read_marks([file], name, port)


def test_authorities_and_revoked_keys_are_found_by_name_pattern_and_hash(file: Path, one: str, other: str) -> None:
    file.write_text(f"@cert-authority *.example.org,!bad.example.org {one}\n@revoked db1 {other}\n")
    assert marks(file, "DB1.example.org") == HostMarks(frozenset({one}), frozenset())
    assert marks(file, "bad.example.org") == HostMarks()
    assert marks(file, "db1") == HostMarks(frozenset(), frozenset({other}))
    subprocess.run(("ssh-keygen", "-q", "-H", "-f", file), check=True, capture_output=True)
    assert marks(file, "db1") == HostMarks(frozenset(), frozenset({other}))


def test_a_mark_without_a_port_is_for_any_port_as_for_ssh(file: Path, one: str, other: str) -> None:
    file.write_text(f"@cert-authority *.example.org {one}\n@revoked [db1.example.org]:2222 {other}\n")
    assert marks(file, "db1.example.org", 2222) == HostMarks(frozenset({one}), frozenset({other}))
    assert marks(file, "db1.example.org", 2223) == HostMarks(frozenset({one}), frozenset())


def test_an_authority_that_is_revoked_is_none(tmp_path: Path, one: str) -> None:
    files = [tmp_path / "of_the_user", tmp_path / "of_the_system"]
    files[0].write_text(f"@cert-authority * {one}\n")
    files[1].write_text(f"@revoked * {one}\n")
    assert read_marks(files, "db1", 22) == HostMarks(frozenset(), frozenset({one}))


def test_what_cannot_be_read_marks_nothing(tmp_path: Path, file: Path, one: str) -> None:
    file.write_bytes(b"@cert-authority\n@revoked *\n@cert-authority * x\n\xff\xfe\n@revoked * " + one.encode() + b"\n")
    os.mkfifo(tmp_path / "pipe")
    assert read_marks([tmp_path, tmp_path / "pipe", tmp_path / "nowhere", file], "db1", 22).revoked == {one}
