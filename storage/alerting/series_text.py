"""Labels of a series as the key of an alert: short enough for an index of any database."""

import hashlib

SERIES_LIMIT = 1_000
"""Bytes. PostgreSQL takes 2,700 for all columns of an index together, and an owner may have 1,020."""
_DIGEST = 32


def short_series(text: str) -> str:
    """The text itself, or where it is too long its beginning and a digest of the whole; the same one for the same."""
    encoded = text.encode(errors="replace")
    if len(encoded) <= SERIES_LIMIT:
        return text
    digest = hashlib.sha256(encoded).hexdigest()[:_DIGEST]
    kept = encoded[: SERIES_LIMIT - _DIGEST - len("…".encode())].decode(errors="ignore")
    return f"{kept}…{digest}"
