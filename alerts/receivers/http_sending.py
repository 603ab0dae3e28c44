"""Posts to a web address that somebody else runs: it may be down, slow, wrong or hostile."""

import http.client
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from alerts.receivers.addresses import checked_url

ANSWER_LIMIT = 16_384
"""Bytes of an answer that are looked at; what is behind them is not even fetched."""
REDIRECTS_LIMIT = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DEFAULT_PORTS = {"http": 80, "https": 443}


class PostError(Exception):
    """Nobody has answered, or not in a way that can be gone along with. The text is for people and names no path."""

    def __init__(self, text: str, *, again: bool = True) -> None:
        super().__init__(text)
        self.text = text
        self.again = again


@dataclass(frozen=True, slots=True)
class Posted:
    """What the server said: its status, and the beginning of its text."""

    status: int
    text: str


def post(url: str, body: bytes, headers: Mapping[str, str], limit_s: float) -> Posted:
    """Posts, and follows the server to another path of itself, or from http to https, but to no other server.

    Raises:
        PostError: there was no answer, or one that leads elsewhere.
        InvalidInputError: it is no web address.
    """
    until = time.monotonic() + limit_s
    for _ in range(REDIRECTS_LIMIT + 1):
        with _opened(url, body, headers, until) as response:
            if response.status not in _REDIRECTS:
                return Posted(response.status, _beginning(response, until))
            url = _elsewhere(url, response.status, response.headers.get("Location", ""))
    raise PostError(f"The server redirects more than {REDIRECTS_LIMIT} times.", again=False)


def _opened(url: str, body: bytes, headers: Mapping[str, str], until: float) -> Any:  # noqa: ANN401 - urllib's type
    # What is no address may be a secret as a whole, which no error is to quote.
    server = checked_url(url, "The URL of this receiver").hostname
    request = urllib.request.Request(url, body, {"User-Agent": "Watchpost", **headers}, method="POST")  # noqa: S310
    try:
        return _opener().open(request, timeout=max(until - time.monotonic(), 0.1))
    except urllib.error.URLError as error:
        raise _explained(error.reason, server) from None
    except (OSError, http.client.HTTPException) as error:
        raise _explained(error, server) from None


def _opener() -> urllib.request.OpenerDirector:
    """Without what follows redirects, reads files, or takes a status for an error."""
    opener = urllib.request.OpenerDirector()
    opener.add_handler(urllib.request.ProxyHandler())
    opener.add_handler(urllib.request.HTTPHandler())
    opener.add_handler(urllib.request.HTTPSHandler(context=ssl.create_default_context()))
    return opener


def _explained(reason: object, server: str | None) -> PostError:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return PostError(f"The certificate of {server} is not trusted: {reason.verify_message}.")
    if isinstance(reason, TimeoutError):
        return PostError(f"{server} did not answer in time.")
    if isinstance(reason, http.client.HTTPException):
        return PostError(f"{server} answered with something that is not HTTP ({type(reason).__name__}).")
    if isinstance(reason, OSError):
        return PostError(f"{server}: {reason.strerror or reason}")
    return PostError(f"{server} cannot be reached ({type(reason).__name__}).")


def _beginning(response: Any, until: float) -> str:  # noqa: ANN401 - urllib's type
    """As much of the text as there is time and room for. That it breaks off changes nothing: the status counts."""
    read = b""
    try:
        while len(read) < ANSWER_LIMIT and time.monotonic() < until:
            part = response.read1(ANSWER_LIMIT - len(read))
            if not part:
                break
            read += part
    except (OSError, http.client.HTTPException):
        pass
    return read.decode("utf-8", "replace")


def _elsewhere(url: str, status: int, location: str) -> str:
    """Where the server leads to. Raises PostError where that is not for us to follow."""
    old = urlsplit(url)
    try:
        new = urlsplit(urljoin(url, location))
        same = _origin(new) == _origin(old)
        secured = (old.scheme, new.scheme) == ("http", "https") and new.hostname == old.hostname
    except ValueError:
        raise PostError("The server redirects to something that is no address.", again=False) from None
    if status != 303 and location and (same or secured):
        return new.geturl()
    whither = f"to {new.hostname}" if new.hostname and not same else "to a page"
    raise PostError(f"HTTP {status}: the server redirects {whither}; give the address that is meant.", again=False)


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)
