"""By what a receiver of webhooks sees that they are ours, and fresh. Pure.

As Stripe and GitHub do it: HMAC-SHA256 over the time, a dot and the body, byte for byte as it was sent.
"""

import hashlib
import hmac
import re

HEADER = "Watchpost-Signature"
TOLERANCE_S = 300
_FORM = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def signature(body: bytes, key: str, at_s: int) -> str:
    """The header's value, `t=1767225600,v1=…`. The time is in UTC seconds."""
    return f"t={at_s},v1={_mac(body, key, at_s)}"


def is_genuine(header: str, body: bytes, key: str, now_s: int, tolerance_s: int = TOLERANCE_S) -> bool:
    """Whether the body was signed with that key, and not long ago: what a receiver should check."""
    match = _FORM.fullmatch(header)
    if match is None:
        return False
    at_s = int(match[1])
    return hmac.compare_digest(_mac(body, key, at_s), match[2]) and abs(now_s - at_s) <= tolerance_s


def _mac(body: bytes, key: str, at_s: int) -> str:
    return hmac.new(key.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
