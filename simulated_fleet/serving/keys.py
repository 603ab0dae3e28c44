"""Keys of simulated hosts, made from the seed: a fleet that is started again has the same ones. Worth no secret."""

import hashlib
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

ALGORITHM = "ssh-ed25519"


def host_key(seed: int, index: int, generation: int = 0) -> Ed25519PrivateKey:
    """The key that a host presents; another generation is another key. About 40 µs."""
    return _key(seed, f"host {index} {generation}")


def client_key(seed: int) -> Ed25519PrivateKey:
    """The key with which the whole fleet can be logged in to."""
    return _key(seed, "client")


@cache
def password(seed: int) -> str:
    """The password with which the whole fleet can be logged in to."""
    return _bytes(seed, "password").hex()[:24]


def public_line(key: Ed25519PrivateKey) -> str:
    """In OpenSSH form: algorithm and base64."""
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")


def private_file(key: Ed25519PrivateKey) -> bytes:
    """As a file that every SSH client reads; not encrypted."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())


def pkcs8(key: Ed25519PrivateKey) -> bytes:
    """As PKCS #8 in DER, which is the cheapest to hand over."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _key(seed: int, what: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_bytes(seed, what))


def _bytes(seed: int, what: str) -> bytes:
    return hashlib.blake2b(f"{seed} {what}".encode(), digest_size=32, person=b"watchpost fleet").digest()
