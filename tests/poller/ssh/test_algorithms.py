"""What is given to asyncssh of a configuration's algorithms."""

from typing import Any

import pytest

from poller.failure import SessionError
from poller.ssh.algorithms import algorithm_options, known_host_key_algorithms
from poller.ssh.answer import SshConfiguration
from storage.reason import Reason


def options(*, compression: bool = False, **chosen: Any) -> dict[str, object]:  # noqa: ANN401 - any field of it
    return algorithm_options(SshConfiguration(host="db", username="me", **chosen), compression=compression)


def test_aes_128_gcm_comes_first_unless_the_configuration_names_ciphers() -> None:
    assert options() == {"compression_algs": None, "encryption_algs": "^aes128-gcm@openssh.com"}
    assert options(ciphers=("aes256-ctr", "rot13"))["encryption_algs"] == ["aes256-ctr"]


def test_what_is_named_is_taken_as_far_as_it_is_known() -> None:
    found = options(
        kex_algorithms=("sntrup4591761x25519", "curve25519-sha256"),
        macs=("hmac-sha2-256",),
        pubkey_algorithms=("ssh-ed25519-cert-v01@openssh.com", "rsa-sha2-512"),
    )
    assert found["kex_algs"] == ["curve25519-sha256"]
    assert found["mac_algs"] == ["hmac-sha2-256"]
    assert found["signature_algs"] == ["ssh-ed25519", "rsa-sha2-512"]


@pytest.mark.parametrize(
    ("keyword", "chosen"),
    [
        ("Ciphers", {"ciphers": ("rot13",)}),
        ("KexAlgorithms", {"kex_algorithms": ("rot13",)}),
        ("MACs", {"macs": ("rot13",)}),
        ("PubkeyAcceptedAlgorithms", {"pubkey_algorithms": ("rot13",)}),
    ],
)
def test_where_nothing_that_is_named_is_known_that_is_told(keyword: str, chosen: dict[str, Any]) -> None:
    with pytest.raises(SessionError) as caught:
        options(**chosen)
    assert caught.value.reason is Reason.CREDENTIAL
    assert keyword in caught.value.message
    assert "rot13" in caught.value.message


def test_compression_is_offered_where_it_is_asked_for() -> None:
    assert options(compression=True)["compression_algs"] == ("zlib@openssh.com", "zlib", "none")


def test_host_keys_that_nobody_here_could_check_are_not_asked_for() -> None:
    names = ["ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com", "ssh-rot13", "ssh-rot13-cert-v01@openssh.com"]
    assert known_host_key_algorithms(names) == names[:2]
