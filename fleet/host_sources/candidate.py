"""What a source says about hosts, before anybody has judged it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from storage.errors import InvalidInputError
from storage.translation import _

HOSTS_LIMIT = 20_000
"""Hosts of one source."""


class Place(NamedTuple):
    """Where a host is; None where it is not said."""

    address: str
    port: int | None = None
    username: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A host as a source describes it.

    Attributes:
        where: where in the source it stands, such as `line 12`; may be empty.
        said: fields of `NewHost`, unchecked; a name at least.
        also: other places that are known to be the same host.
        twin: name of an earlier candidate that seems to be the same host, as it has its host key.
        notes: sentences on what is not taken over.
    """

    where: str
    said: Mapping[str, Any]
    also: tuple[Place, ...] = ()
    twin: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is to be called."""
        return str(self.said.get("name", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """An entry that no host can be made of.

    Attributes:
        where: where in the source it stands.
        name: what it is called, as far as one can tell.
        why: a sentence.
    """

    where: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class SourceReading:
    """All that a source says.

    Attributes:
        candidates: hosts, in its order.
        unusable: entries that are none.
        notes: sentences about the source as a whole.
    """

    candidates: Sequence[Candidate] = ()
    unusable: Sequence[Unusable] = ()
    notes: Sequence[str] = ()


def at_line(number: int) -> str:
    """Where an entry stands."""
    return _("line {number}").format(number=number)


def check_count(count: int) -> None:
    """Raises InvalidInputError when a source has more hosts than are looked at."""
    if count > HOSTS_LIMIT:
        raise InvalidInputError(f"There are more than {HOSTS_LIMIT} hosts in it.", hint="Divide it into several files.")
