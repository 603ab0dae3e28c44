"""Which hosts `~/.ssh/config` knows by name, to be offered where hosts are added."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from fleet.host_sources.ssh_config import Condition, Section, read_sections
from fleet.ssh_alias import SshAlias
from storage.errors import InvalidInputError
from storage.host_rules import checked_host
from storage.printable import printable

CONFIG = Path("~/.ssh/config")
ALIASES_LIMIT = 5_000
GIT = "git"
"""The user of hosts that keep sources; such accounts run no commands."""
_JUMP_LIMIT = 255


def read_aliases(path: Path = CONFIG) -> list[SshAlias]:
    """The names that stand in `Host` lines without wildcards, in the order of the file; [] where there is none.

    Left out are names that no host can have here, and entries that log in as `git`: such accounts run no commands.

    Raises:
        InvalidInputError: the file cannot be read, or is far too large.
    """
    if not path.expanduser().exists():
        return []
    return list(islice((alias for alias in all_aliases(path) if alias.username != GIT), ALIASES_LIMIT))


def all_aliases(path: Path) -> Iterator[SshAlias]:
    """As `read_aliases`, of any number and for any user. The file has to be there."""
    sections = _Sections(read_sections(path.expanduser()))
    aliases = (sections.alias(name) for name in sections.names())
    return (alias for alias in aliases if alias is not None)


class _Sections:
    """The sections of a configuration, found by name: thousands of names times thousands of sections are too many."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sections
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._of_many: list[int] = []
        for place, section in enumerate(sections):
            own = section.conditions[-1] if section.conditions else None
            if own and own.keyword == "host" and not any(_is_pattern(word) for word in own.words):
                for word in dict.fromkeys(own.words):
                    self._by_name[word].append(place)
            else:
                self._of_many.append(place)

    def names(self) -> Iterable[str]:
        """What stands plainly in a `Host` line, each once."""
        heads = (condition for section in self._sections for condition in section.conditions[-1:])
        words = (word for head in heads if head.keyword == "host" for word in head.words)
        return dict.fromkeys(word for word in words if not _is_pattern(word))

    def alias(self, name: str) -> SshAlias | None:
        """What stands behind a name; None where it is not to be had, or can be no address here."""
        found: dict[str, str] = {}
        named = False
        own = set(self._by_name[name])
        for place in sorted({*own, *self._of_many}):
            section = self._sections[place]
            # What has the name plainly in its own head need not be compared with all the names there.
            conditions = section.conditions[:-1] if place in own else section.conditions
            if all(_holds(condition, name, found) for condition in conditions):
                found = {**section.settings, **found}
                named = named or place in own or any(name in condition.words for condition in conditions)
        return _alias(name, found) if named and _is_address(name) else None


def _alias(name: str, found: dict[str, str]) -> SshAlias:
    jump = found.get("proxyjump", "none")
    return SshAlias(
        alias=name,
        address=printable(found.get("hostname", name).replace("%h", name).replace("%%", "%")),
        username=printable(found["user"]) if "user" in found else None,
        port=_port(found.get("port", "")),
        jump=None if jump.lower() == "none" else printable(jump, _JUMP_LIMIT),
    )


def _port(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= 65_535 else None


def _is_address(name: str) -> bool:
    try:
        checked_host({"name": name, "address": name})
    except InvalidInputError:
        return False
    return True


def _is_pattern(word: str) -> bool:
    return word.startswith("!") or "*" in word or "?" in word


def _holds(condition: Condition, name: str, found: dict[str, str]) -> bool:
    if condition.keyword == "host":
        return matches_any(condition.words, name)
    return _match_holds(condition.words, name, found)


def _match_holds(words: Sequence[str], name: str, found: dict[str, str]) -> bool:
    """A `Match` line as far as it is about names. What asks for users, commands or networks counts as not met."""
    if [word.lower() for word in words] == ["all"]:
        return True
    subjects = {"originalhost": name, "host": found.get("hostname", name)}
    pairs = list(zip(words[::2], words[1::2], strict=False))
    if len(words) % 2 or not pairs:
        return False
    return all(
        subject.lower() in subjects and matches_any(patterns.split(","), subjects[subject.lower()])
        for subject, patterns in pairs
    )


def matches_any(patterns: Iterable[str], name: str) -> bool:
    """Whether one of the patterns fits and none that begins with `!` does."""
    fits = False
    for pattern in patterns:
        if pattern.startswith("!"):
            if matches(pattern[1:], name):
                return False
        else:
            fits = fits or matches(pattern, name)
    return fits


def matches(pattern: str, name: str) -> bool:
    """Whether a name is of that pattern: `*` stands for any characters, `?` for one. Never more than their product."""
    at = place = back = 0
    star = -1
    while place < len(name):
        if at < len(pattern) and pattern[at] == "*":
            star, back = at, place
            at += 1
        elif at < len(pattern) and pattern[at] in {"?", name[place]}:
            at, place = at + 1, place + 1
        elif star >= 0:
            back += 1
            at, place = star + 1, back
        else:
            return False
    return not pattern[at:].strip("*")
