"""Hosts that somebody has logged in to before: the readable names of a known_hosts file. Pure."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from fleet.host_sources.candidate import Candidate, Place, SourceReading, Unusable, at_line, check_count
from storage.printable import printable
from storage.translation import _, ngettext

_SHOWN_LIMIT = 5
_SSH_PORT = 22
_WITH_PORT = re.compile(r"\[([^\[\]]+)\]:([0-9]{1,5})")


class _Entry(NamedTuple):
    """One line: its number, the places that it names, and its key."""

    line: int
    places: tuple[Place, ...]
    key: str


def read_known_hosts(text: str) -> SourceReading:
    """The hosts that a known_hosts file names.

    Several names in one line are one host, called by the first of them. A later line with the key of an earlier one is
    a twin of that. Left out are revoked keys, certificate authorities and patterns; hashed names cannot be read.

    Raises:
        InvalidInputError: there are more than 20,000.
    """
    return _Reading().read(text)


class _Reading:
    """One pass over a file."""

    def __init__(self) -> None:
        self._hashed = self._patterns = self._marked = 0
        self._unusable: list[Unusable] = []

    def read(self, text: str) -> SourceReading:
        named: dict[Place, list[_Entry]] = {}
        for entry in self._entries(text):
            named.setdefault(entry.places[0], []).append(entry)
            check_count(len(named))
        candidates: list[Candidate] = []
        owners: dict[str, str] = {}
        names: dict[str, int] = {}
        for place, entries in named.items():
            candidate = _candidate(place, entries, names, owners)
            owners.update((entry.key, candidate.name) for entry in entries if entry.key not in owners)
            candidates.append(candidate)
        return SourceReading(candidates, self._unusable, self._notes())

    def _entries(self, text: str) -> Iterator[_Entry]:
        for number, line in enumerate(text.splitlines(), 1):
            words = line.split(None, 3)
            if not words or words[0].startswith("#"):
                continue
            if words[0].startswith("@"):
                self._marked += 1
            elif len(words) < 3:
                self._refuse(number, words[0], _("The line has no key in it."))
            elif words[0].startswith("|"):
                self._hashed += 1
            elif places := self._places(number, words[0]):
                yield _Entry(number, places, words[2])

    def _places(self, number: int, names: str) -> tuple[Place, ...]:
        places = []
        for name in filter(None, names.split(",")):
            if any(sign in name for sign in "*?!|"):
                self._patterns += 1
                continue
            if (place := _place(name)) is None:
                self._refuse(number, name, _("This is neither NAME nor [NAME]:PORT."))
            else:
                places.append(place)
        return tuple(places)

    def _refuse(self, number: int, name: str, why: str) -> None:
        self._unusable.append(Unusable(where=at_line(number), name=printable(name), why=why))

    def _notes(self) -> tuple[str, ...]:
        counted = (
            (
                self._hashed,
                ngettext(
                    "{count} name is hashed and cannot be read.",
                    "{count} names are hashed and cannot be read.",
                    self._hashed,
                ),
            ),
            (
                self._patterns,
                ngettext("{count} pattern is left out.", "{count} patterns are left out.", self._patterns),
            ),
            (
                self._marked,
                ngettext(
                    "{count} revoked key or certificate authority is left out.",
                    "{count} revoked keys and certificate authorities are left out.",
                    self._marked,
                ),
            ),
        )
        return tuple(text.format(count=count) for count, text in counted if count)


def _place(name: str) -> Place | None:
    """`web`, or `[web]:2222` where the port is not the usual one."""
    matched = _WITH_PORT.fullmatch(name)
    address, port = (matched[1], int(matched[2])) if matched else (name, _SSH_PORT)
    if any(bracket in address for bracket in "[]") or not 1 <= port <= 65_535:
        return None
    if ":" in address and not _is_ipv6(address):
        return None
    return Place(address, None if port == _SSH_PORT else port)


def _candidate(place: Place, entries: list[_Entry], names: dict[str, int], owners: dict[str, str]) -> Candidate:
    """The host of these lines, under a name that no earlier one has; `owners` has the hosts of the keys so far."""
    name = (
        place.address if names.setdefault(place.address, place.port or _SSH_PORT) == (place.port or _SSH_PORT) else ""
    )
    name = name or f"{place.address}-{place.port or _SSH_PORT}"
    said: dict[str, Any] = {"name": name, "address": place.address, "port": place.port}
    others = tuple(dict.fromkeys(other for entry in entries for other in entry.places if other != place))
    twin = next((owners[entry.key] for entry in entries if entry.key in owners), None)
    notes = (_("Also known as {names}.").format(names=_listed(others)),) if others else ()
    return Candidate(where=at_line(entries[0].line), said=said, also=others, twin=twin, notes=notes)


def _listed(places: tuple[Place, ...]) -> str:
    shown = [printable(_shown(place)) for place in places[:_SHOWN_LIMIT]]
    return ", ".join(shown) + (" …" if len(places) > _SHOWN_LIMIT else "")


def _shown(place: Place) -> str:
    if place.port is None:
        return place.address
    return f"[{place.address}]:{place.port}" if _is_ipv6(place.address) else f"{place.address}:{place.port}"


def _is_ipv6(address: str) -> bool:
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    return True
