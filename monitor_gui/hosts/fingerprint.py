"""Fingerprints for people to compare: grouped to be read aloud, and judged as they are pasted. Pure."""

import re
from enum import StrEnum

_PREFIX = "SHA256:"
_GROUP = 4
_FOUND = re.compile(r"SHA256:([A-Za-z0-9+/]{10,})")
_SHORT = re.compile(r"[A-Za-z0-9+/]+=?")


class Comparison(StrEnum):
    """How an expected fingerprint compares with the one that is presented."""

    EMPTY = "empty"
    """Nothing was pasted."""
    SAME = "same"
    DIFFERENT = "different"
    UNREADABLE = "unreadable"
    """What was pasted is no SHA-256 fingerprint."""


def grouped(fingerprint: str) -> str:
    """The fingerprint in groups of four, without its prefix: 43 characters in a row cannot be compared by eye."""
    digest = fingerprint.removeprefix(_PREFIX)
    return " ".join(digest[place : place + _GROUP] for place in range(0, len(digest), _GROUP))


def compare(pasted: str, fingerprint: str) -> Comparison:
    """Whether what somebody pasted is the fingerprint.

    Taken are the fingerprint with or without its prefix, in groups, and whole lines of `ssh-keygen -l`; one of several
    fingerprints is enough, as a host has several keys.
    """
    text = pasted.strip()
    if not text:
        return Comparison.EMPTY
    digest = fingerprint.removeprefix(_PREFIX)
    found = _FOUND.findall(text)
    if not found:
        joined = "".join(text.removeprefix(_PREFIX).split()).rstrip("=")
        if not _SHORT.fullmatch(joined) or len(joined) != len(digest):
            return Comparison.UNREADABLE
        found = [joined]
    return Comparison.SAME if digest in found else Comparison.DIFFERENT
