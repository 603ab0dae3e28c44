"""Which names of `~/.ssh/config` are worth offering. Pure."""

from collections.abc import Iterable, Sequence

from fleet.ssh_alias import SshAlias
from storage.host import NewHost
from storage.printable import printable
from storage.translation import _

_SHOWN_LIMIT = 80


def still_to_add(aliases: Iterable[SshAlias], hosts: Iterable[NewHost]) -> list[SshAlias]:
    """Those that no host has as its address or name yet."""
    there = {text.casefold() for host in hosts for text in (host.address, host.name) if text}
    return [alias for alias in aliases if alias.alias.casefold() not in there]


def found(aliases: Sequence[SshAlias], words: str) -> list[SshAlias]:
    """Those that have every word somewhere."""
    wanted = words.casefold().split()
    return [alias for alias in aliases if all(word in _searchable(alias) for word in wanted)]


def behind(alias: SshAlias) -> str:
    """What stands behind a name, as ssh would write it: `kim@10.0.0.7:2222 via gate`; empty where that is itself."""
    user = f"{alias.username}@" if alias.username else ""
    port = f":{alias.port}" if alias.port and alias.port != 22 else ""
    address = f"[{alias.address}]" if ":" in alias.address and port else alias.address
    place = f"{user}{address}{port}"
    if alias.jump:
        return printable(_("{place} via {jump}").format(place=place, jump=alias.jump), _SHOWN_LIMIT)
    return "" if place == alias.alias else printable(place, _SHOWN_LIMIT)


def host_of(alias: SshAlias, taken: Iterable[str]) -> NewHost:
    """The host that an alias is added as: user, port and jump hosts stay where they are, in the configuration."""
    used = {name.casefold() for name in taken}
    names = (alias.alias, *(f"{alias.alias}-{number}" for number in range(2, len(used) + 3)))
    return NewHost(name=next(name for name in names if name.casefold() not in used), address=alias.alias)


def _searchable(alias: SshAlias) -> str:
    return f"{alias.alias} {alias.address} {alias.username or ''} {alias.jump or ''}".casefold()
