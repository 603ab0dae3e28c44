"""The picture that OpenSSH draws of a key: two of them are told apart at a glance. Pure."""

import base64
import hashlib

WIDTH, HEIGHT = 17, 9
_MARKS = " .o+=*BOX@%&#/^SE"
_START, _END = len(_MARKS) - 2, len(_MARKS) - 1
_TITLES = {"ssh-ed25519": "ED25519", "ssh-rsa": "RSA", "ssh-dss": "DSA"}


def randomart(public_key: str) -> str:
    """The picture of a key in OpenSSH form, eleven lines, as `ssh-keygen -lv` shows it; empty where it is none."""
    algorithm, _, encoded = public_key.partition(" ")
    try:
        blob = base64.b64decode(encoded.split()[0], validate=True)
    except (ValueError, IndexError):
        return ""
    rows = _walk(hashlib.sha256(blob).digest())
    lines = ["".join(_MARKS[value] for value in row) for row in rows]
    return "\n".join((_frame(_title(algorithm, blob)), *(f"|{line}|" for line in lines), _frame("[SHA256]")))


def _walk(digest: bytes) -> list[list[int]]:
    """A bishop goes over the field, two bits a step; a place counts how often he was there."""
    field = [[0] * WIDTH for _ in range(HEIGHT)]
    x, y = WIDTH // 2, HEIGHT // 2
    for byte in digest:
        for shift in (0, 2, 4, 6):
            step = byte >> shift
            x = min(max(x + (1 if step & 1 else -1), 0), WIDTH - 1)
            y = min(max(y + (1 if step & 2 else -1), 0), HEIGHT - 1)
            # The two marks of the ends are never reached by counting.
            field[y][x] = min(field[y][x] + 1, _START - 1)
    field[HEIGHT // 2][WIDTH // 2] = _START
    field[y][x] = _END
    return field


def _title(algorithm: str, blob: bytes) -> str:
    name = "ECDSA" if algorithm.startswith("ecdsa-") else _TITLES.get(algorithm, "KEY")
    return f"[{name} {_bits(algorithm, blob)}]"


def _bits(algorithm: str, blob: bytes) -> int:
    if algorithm.startswith("ecdsa-"):
        return int(algorithm.rpartition("nistp")[2] or 0)
    if algorithm != "ssh-rsa":
        return 256
    # The last part of the blob is the modulus.
    place = last = 0
    while place + 4 <= len(blob):
        last = place + 4
        place = last + int.from_bytes(blob[place:last], "big")
    return int.from_bytes(blob[last:], "big").bit_length()


def _frame(title: str) -> str:
    left = (WIDTH - len(title)) // 2
    return f"+{'-' * left}{title}{'-' * (WIDTH - len(title) - left)}+"
