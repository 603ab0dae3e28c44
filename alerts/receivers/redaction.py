"""Takes what is secret out of what a server or a library says. Pure."""

import base64
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus, unquote, urlsplit

HIDDEN = "•••"
_PIECE_MINIMUM = 4
_WORD_MAXIMUM = 10
_BETWEEN = re.compile(r"[/?&=:@+,;#\s]+")


def redacted(text: str, secret: str | None) -> str:
    """The text without the secret, and without any piece of it that could be one by itself: a token, a password."""
    if not secret:
        return text
    for piece in sorted(_pieces(secret), key=len, reverse=True):
        text = text.replace(piece, HIDDEN)
    return text


def _pieces(secret: str) -> set[str]:
    kept = set(_public(secret))
    found = {secret, *secret.split()}
    found |= {piece for piece in _BETWEEN.split(secret) if _may_be_secret(piece, of_web=secret.startswith("http"))}
    written = set()
    for piece in found - kept:
        written |= {piece, quote(piece), quote(piece, safe=""), quote_plus(piece), unquote(piece)}
        # How passwords travel in SMTP and in the headers of HTTP.
        written |= {base64.b64encode(form).decode() for form in (piece.encode(), b"\0" + piece.encode())}
    return {piece for piece in written if len(piece) >= _PIECE_MINIMUM or piece == secret} - kept


def _may_be_secret(piece: str, *, of_web: bool) -> bool:
    """Words such as `hook` in the path of a web address are none; elsewhere a short one may be a password."""
    if of_web and piece.isalpha():
        return len(piece) >= _WORD_MAXIMUM
    return len(piece) >= _PIECE_MINIMUM


def _public(secret: str) -> Iterator[str]:
    """The server of a web address may be named: without it, no error says anything. So may the scheme."""
    yield from ("http", "https")
    if secret.startswith(("http://", "https://")):
        try:
            parts = urlsplit(secret.split(maxsplit=1)[0])
            yield parts.hostname or ""
            yield str(parts.port or "")
        except ValueError:
            return
    elif "://" in secret:
        yield secret.partition("://")[0]
