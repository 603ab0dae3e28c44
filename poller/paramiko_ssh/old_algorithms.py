"""Algorithms of old servers, which paramiko gave up in version 5: all that rests on SHA-1.

They come last, and only for hosts that somebody set to paramiko because nothing else reaches them.
"""

from hashlib import sha1

from cryptography.hazmat.primitives import hashes
from paramiko.kex_gex import KexGexSHA256
from paramiko.kex_group14 import KexGroup14SHA256
from paramiko.rsakey import RSAKey

KEY_EXCHANGES = (
    "diffie-hellman-group-exchange-sha1",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group1-sha1",
)
SIGNATURES = ("ssh-rsa",)


class RsaKey(RSAKey):  # type: ignore[misc]
    """A host's RSA key, whose signature may be of SHA-1."""

    HASHES = {**RSAKey.HASHES, "ssh-rsa": hashes.SHA1}  # noqa: RUF012  # as paramiko has it


class KexGroupExchange(KexGexSHA256):  # type: ignore[misc]
    """RFC 4419 with SHA-1."""

    name = "diffie-hellman-group-exchange-sha1"
    hash_algo = sha1


class KexGroup14(KexGroup14SHA256):  # type: ignore[misc]
    """RFC 4253, 2,048 bits."""

    name = "diffie-hellman-group14-sha1"
    hash_algo = sha1


class KexGroup1(KexGroup14):
    """RFC 2409, 1,024 bits: all that switches and boards of before 2010 know."""

    name = "diffie-hellman-group1-sha1"
    P = int(
        "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
        "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
        "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
        16,
    )


KEX_CLASSES = {kind.name: kind for kind in (KexGroupExchange, KexGroup14, KexGroup1)}
