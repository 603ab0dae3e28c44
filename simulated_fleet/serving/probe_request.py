"""What a poller asks of the probe, taken out of what it sends. Nothing of what comes is ever run."""

import ast
import math
import re
import zlib
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from simulated_fleet.checks import Check

START_WORD = "watchpost_probe"
"""The last word of the command that every poller runs (docs/probe-protocol.md, Start)."""

LINE_LIMIT = 8192
PAYLOAD_LIMIT = 1 << 20
_TEXT_LIMIT = 8 << 20
"""What a payload may inflate to: it has 160 KB of sources in it."""
_STUB = re.compile(rb"watchpost_probe=(\d{1,7});")
_ENTRY = re.compile(r"^ +wanted = (\{.*\})$", re.MULTILINE)
_PAUSE = re.compile(rb"sys\.exit\(run\(([\d.]{1,12})\)\)")
_SHELL_PAUSE = re.compile(rb"^first_pause=(\d{1,12})$", re.MULTILINE)
_SUDO = b"case $(id -u"
_SHELL = b"C=; N="
_SHELL_END = b"\n#end\n"
_SHELL_SETTING = re.compile(rb"^(interval_s|top|count)=([\d.]{1,12})$", re.MULTILINE)
_SHORTEST_S, _LONGEST_S = 0.1, 86_400.0
_LONGEST_PAUSE = 1.5
"""Intervals."""


class BadRequestError(ValueError):
    """What came is not what a poller sends."""


@dataclass(frozen=True, slots=True)
class ProbeRequest:
    """What the probe is to do.

    Attributes:
        interval_s: between two lines, 0.1 s to a day.
        count: lines to write before the end; None is endless.
        first_pause_s: between the first line and the second; None is an interval.
        checks: what is asked besides.
        checks_s: between two rounds of these.
    """

    interval_s: float = 5.0
    count: int | None = None
    first_pause_s: float | None = None
    checks: tuple[Check, ...] = ()
    checks_s: float = 30.0


class RequestReader:
    """Fed with what comes on a session's standard input until the request is complete."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> ProbeRequest | None:
        """Takes the next bytes; returns the request once it is there.

        Raises:
            BadRequestError: this is no start of a probe.
        """
        self._held += data
        line, newline, rest = self._held.partition(b"\n")
        if newline and line.startswith(_SUDO):
            # Everybody is root on a simulated host.
            self._held = rest
            return self.feed(b"")
        if len(line) > LINE_LIMIT:
            raise BadRequestError("The first line is too long.")
        if not newline:
            return None
        if line.startswith(_SHELL):
            return _shell_request(rest)
        return self._python_request(line, rest)

    def _python_request(self, line: bytes, rest: bytes) -> ProbeRequest | None:
        stub = _STUB.search(line)
        if stub is None or int(stub[1]) > PAYLOAD_LIMIT:
            raise BadRequestError("The first line starts no probe.")
        size = int(stub[1])
        if len(rest) < size:
            return None
        return _with_pause(request_in(rest[:size]), _PAUSE.search(line), 1.0)


@lru_cache(maxsize=64)
def request_in(payload: bytes) -> ProbeRequest:
    """The request in a compressed payload, whose last line calls the probe with its options.

    Kept: a thousand hosts are started by the same payload, and to inflate one takes 1 ms.

    Raises:
        BadRequestError: it is none.
    """
    inflate = zlib.decompressobj()
    try:
        text = inflate.decompress(payload, _TEXT_LIMIT).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise BadRequestError("The payload cannot be read.") from error
    found = _ENTRY.findall(text)
    if not inflate.eof or not found:
        raise BadRequestError("The payload calls no probe.")
    try:
        options = ast.literal_eval(found[-1])
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        raise BadRequestError("The options are no literals.") from error
    return _request(options)


def _shell_request(rest: bytes) -> ProbeRequest | None:
    if _SHELL_END not in rest:
        if len(rest) > PAYLOAD_LIMIT:
            raise BadRequestError("The source does not end.")
        return None
    said = _request({name.decode(): value.decode() for name, value in _SHELL_SETTING.findall(rest)})
    return _with_pause(said, _SHELL_PAUSE.search(rest), 0.01)


def _with_pause(request: ProbeRequest, found: re.Match[bytes] | None, unit_s: float) -> ProbeRequest:
    """The request with the pause that stands beside it: it differs from host to host, and the rest does not."""
    if found is None:
        return request
    try:
        pause_s = float(found[1]) * unit_s
    except ValueError as error:
        raise BadRequestError("The first pause is no number.") from error
    return replace(request, first_pause_s=min(pause_s, _LONGEST_PAUSE * request.interval_s))


def _request(options: dict[str, Any]) -> ProbeRequest:
    count = options.get("count")
    try:
        interval_s = min(max(_SHORTEST_S, _finite(options.get("interval_s", 5.0))), _LONGEST_S)
        return ProbeRequest(
            interval_s=interval_s,
            count=None if count is None else max(1, int(count)),
            checks=tuple(_check(*check) for check in options.get("checks") or ()),
            checks_s=min(max(interval_s, _finite(options.get("checks_s", 30.0))), _LONGEST_S),
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise BadRequestError("An option is not what it should be.") from error


def _check(name: object, kind: object, target: object) -> Check:
    return str(name), str(kind), str(target)


def _finite(value: Any) -> float:  # noqa: ANN401 - of any literal
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number
