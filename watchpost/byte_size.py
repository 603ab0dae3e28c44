"""Sizes as people write them: `500MB`, `10GB`."""

import re

from storage.errors import InvalidInputError

_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_SIZE = re.compile(r"(\d{1,12}(?:\.\d{1,3})?)\s*([kmgt]?)(ib|b)?", re.ASCII | re.IGNORECASE)


def parse_size(text: str) -> int:
    """Bytes of a size: 2G and 2GB are 2,000,000,000, 2GiB are 2,147,483,648.

    Raises:
        InvalidInputError: it is none.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None or ((match[3] or "").lower() == "ib" and not match[2]):
        raise InvalidInputError(f"“{text.strip()[:40]}” is no size.", hint="Write 500MB or 10GB; off for no limit.")
    base = 1024 if (match[3] or "").lower() == "ib" else 1000
    return round(float(match[1]) * float(base) ** _POWERS[match[2].lower()])
