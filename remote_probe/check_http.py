"""Asks a URL, in bounded time and memory. Certificates are checked against the host's own store."""

import io
import time

from remote_probe.check_connect import connect, left

BODY_LIMIT = 65536
_REDIRECTS_LIMIT = 5
_REDIRECTS = (301, 302, 303, 307, 308)
# What an answer may take before its body; Python itself takes 100 header lines of 64 KiB.
_HEADERS_LIMIT = 131072
_URL_LIMIT = 8192
_PIECE = 65536
# A bundle of certificates takes 30 ms and 1 MB to load; one that was replaced is noticed after this long.
_TRUST_FOR_S = 3600.0


def check_http(url, until):
    """Asks for a URL, following redirects.

    Args:
        url: http or https.
        until: deadline on the monotonic clock.

    Returns:
        1 or 0; seconds until the headers of the final answer were there; its status. None where there was no answer.
        An answer that breaks off within its first 64 KiB is none.
    """
    prepare(url)
    began_at = time.monotonic()
    try:
        answer = ask(url, until, BODY_LIMIT)
    except (OSError, ValueError):
        return 0, None, None
    return int(answer.status < 400), answer.headers_at - began_at, answer.status


class Answer:
    """What came back: `status`, `headers_at` on the monotonic clock, and `body`, cut at the limit."""

    def __init__(self, status, location, headers_at, body):
        self.status = status
        self.location = location
        self.headers_at = headers_at
        self.body = body


def prepare(url):
    """Loads what asking takes: half of a first answer's time would be that."""
    import http.client  # noqa: F401
    import urllib.parse  # noqa: F401

    if url.startswith("https"):
        _trust.context()


def ask(url, until, body_limit):
    """The answer to GET, after at most five redirects. Raises OSError, ValueError."""
    import http.client
    import urllib.parse

    try:
        for _ in range(_REDIRECTS_LIMIT + 1):
            answer = _ask_once(urllib.parse.urlsplit(url), until, body_limit)
            if answer.status not in _REDIRECTS or not answer.location:
                return answer
            url = urllib.parse.urljoin(url, answer.location[:_URL_LIMIT])
    except http.client.HTTPException as error:
        raise ValueError(type(error).__name__) from None
    raise ValueError("too many redirects")


def _ask_once(parts, until, body_limit):
    import http.client

    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not a URL to be asked")
    is_safe = parts.scheme == "https"
    connection = _connected(parts.hostname, parts.port or (443 if is_safe else 80), is_safe, until)
    try:
        connection.settimeout(left(until))
        connection.sendall(_request(parts))
        incoming = _Incoming(connection, until, _HEADERS_LIMIT + body_limit)
        response = http.client.HTTPResponse(incoming, method="GET")  # type: ignore[arg-type]
        response.begin()
        headers_at = time.monotonic()
        return Answer(response.status, response.getheader("location"), headers_at, _body(response, body_limit))
    finally:
        connection.close()


def _body(response, limit):
    """The body, up to the limit. Raises ValueError when it breaks off before its end."""
    body = bytearray()
    while len(body) < limit:
        # In pieces: older Pythons set aside all that is asked for.
        chunk = response.read(min(_PIECE, limit - len(body)))
        if not chunk:
            if response.length:
                raise ValueError("the answer broke off")
            break
        body += chunk
    return body


def _connected(name, port, is_safe, until):
    import socket

    raw = connect(name, port, until)
    connection = socket.socket(raw.family, raw.type, raw.proto, fileno=raw.detach())
    try:
        connection.settimeout(left(until))
        return _trust.context().wrap_socket(connection, server_hostname=name) if is_safe else connection
    except BaseException:
        connection.close()
        raise


class _Trust:
    """How certificates are checked: by the host's own store, names included."""

    def __init__(self):
        self._context = None
        self._loaded_at = 0.0

    def context(self):
        """Loaded when it is first asked for, and again now and then."""
        import ssl

        now = time.monotonic()
        if self._context is None or now - self._loaded_at > _TRUST_FOR_S:
            self._context = ssl.create_default_context()
            self._loaded_at = now
        return self._context


_trust = _Trust()


def _request(parts):
    target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    host = parts.netloc.rpartition("@")[2]
    # A space or a line break would end the line: a redirect may have one.
    if not all("!" <= character <= "~" for character in target + host):
        raise ValueError("not a URL to be asked")
    lines = (
        "GET " + target + " HTTP/1.1",
        "Host: " + host,
        "User-Agent: watchpost",
        "Accept: text/plain;version=0.0.4, */*;q=0.5",
        "Accept-Encoding: identity",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


class _Incoming(io.RawIOBase):
    """What comes over a connection, as `HTTPResponse` reads it: one deadline and one limit for all of it."""

    def __init__(self, connection, until, limit):
        self._connection = connection
        self._until = until
        self._left = limit

    def makefile(self, _mode):
        """What `HTTPResponse` asks a socket for."""
        return io.BufferedReader(self)

    def readable(self):
        """It is."""
        return True

    def readinto(self, buffer):
        """How many bytes have come, 0 at the end. Raises OSError."""
        if self._left <= 0:
            raise OSError("the answer is too long")
        self._connection.settimeout(left(self._until))
        count = self._connection.recv_into(buffer, min(len(buffer), self._left))
        self._left -= count
        return count
