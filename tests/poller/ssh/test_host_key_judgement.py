"""Trusted, unknown or changed."""

from pathlib import Path

import asyncssh
import pytest

from poller.ssh.host_key_judgement import host_key_algorithms, host_key_of, judge_host_key, judge_revoked
from storage.host_key import HostKey
from storage.reason import Reason
from tests.real_sshd import make_key


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, HostKey]:
    made = {name: make_key(tmp_path / name, name.split("-")[0]) for name in ("ed25519-a", "ed25519-b", "ecdsa", "rsa")}
    return {name: host_key_of(asyncssh.read_public_key(f"{path}.pub"), "db1", 22) for name, path in made.items()}


def test_a_trusted_key_is_let_in(keys: dict[str, HostKey]) -> None:
    assert judge_host_key([keys["rsa"], keys["ed25519-a"]], keys["ed25519-a"]) is None


def test_a_comment_behind_a_trusted_key_does_not_matter(keys: dict[str, HostKey]) -> None:
    key = keys["ed25519-a"]
    commented = HostKey(key.address, key.port, key.algorithm, f"{key.public_key} root@db1", key.fingerprint)
    assert judge_host_key([commented], key) is None


def test_without_trusted_keys_it_is_unknown_and_the_key_is_there_to_be_confirmed(keys: dict[str, HostKey]) -> None:
    failure = judge_host_key([], keys["ed25519-a"])
    assert failure is not None
    assert failure.reason is Reason.HOST_KEY_UNKNOWN
    assert failure.host_key == keys["ed25519-a"]
    assert keys["ed25519-a"].fingerprint in failure.message


@pytest.mark.parametrize("presented", ["ed25519-b", "ecdsa"], ids=["another key", "a key of another algorithm"])
def test_any_other_key_has_changed_and_both_fingerprints_are_told(keys: dict[str, HostKey], presented: str) -> None:
    failure = judge_host_key([keys["ed25519-a"]], keys[presented])
    assert failure is not None
    assert failure.reason is Reason.HOST_KEY_CHANGED
    assert failure.host_key == keys[presented]
    assert keys["ed25519-a"].fingerprint in failure.message
    assert keys[presented].fingerprint in failure.message


def test_the_host_is_asked_for_its_trusted_kinds_first(keys: dict[str, HostKey]) -> None:
    assert host_key_algorithms([])[0] == "ssh-ed25519"
    assert host_key_algorithms([keys["ecdsa"]])[:2] == ["ecdsa-sha2-nistp256", "ssh-ed25519"]
    assert host_key_algorithms([keys["rsa"]])[:4] == ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa", "ssh-ed25519"]
    assert sorted(host_key_algorithms([keys["rsa"]])) == sorted(host_key_algorithms([]))


def test_a_trusted_key_of_an_unknown_kind_is_not_asked_for() -> None:
    strange = HostKey("db1", 22, "ssh-dss", "ssh-dss AAAA", "SHA256:x")
    assert host_key_algorithms([strange]) == host_key_algorithms([])


def test_certificates_are_asked_for_first_where_somebody_is_known_who_signs_them(keys: dict[str, HostKey]) -> None:
    names = host_key_algorithms([keys["rsa"]], certificates=True)
    assert names[:2] == ["rsa-sha2-512-cert-v01@openssh.com", "rsa-sha2-256-cert-v01@openssh.com"]
    assert [name for name in names if "-cert-" not in name] == host_key_algorithms([keys["rsa"]])
    assert not any("-cert-" in name for name in host_key_algorithms([keys["rsa"]]))


def test_a_configuration_that_names_algorithms_is_heeded(keys: dict[str, HostKey]) -> None:
    allowed = ("ssh-dss", "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-ed25519-cert-v01@openssh.com")
    assert host_key_algorithms([keys["ecdsa"]], allowed) == ["ecdsa-sha2-nistp256", "ssh-ed25519", "ssh-dss"]
    assert host_key_algorithms([], allowed, certificates=True)[0] == "ssh-ed25519-cert-v01@openssh.com"


def test_a_revoked_key_is_refused_and_not_offered_to_be_trusted(keys: dict[str, HostKey]) -> None:
    failure = judge_revoked({keys["rsa"].public_key}, keys["rsa"])
    assert failure is not None
    assert failure.reason is Reason.HOST_KEY_CHANGED
    assert keys["rsa"].fingerprint in failure.message
    assert failure.host_key is None
    assert judge_revoked({keys["rsa"].public_key}, keys["ecdsa"]) is None
