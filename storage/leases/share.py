"""Shares hosts out among the pollers that live: by rendezvous hashing, and moved only where that is needed.

A poller that joins gets its share from all others, and nothing else moves between those; one that leaves gives each
of its hosts to whoever is next for that host.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

DUTIES = 0
"""The lease of what one poller alone does: sealing, forgetting, rows for scripts. Ids of hosts begin at 1."""


class Life(Enum):
    """What is known of another poller."""

    ALIVE = auto()
    """Its heart has beaten while we looked."""
    UNKNOWN = auto()
    """We have not looked for long enough."""
    GONE = auto()
    """It has been silent for too long, or has ended and not come back."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another poller.

    Attributes:
        name: by which it is told from others; its share depends on it alone.
        life: what is known of it.
    """

    name: str
    life: Life


@dataclass(frozen=True, slots=True)
class Share:
    """What one poller is to do so that everybody has their share.

    Attributes:
        acquire: hosts that nobody holds.
        take_over: hosts of pollers that are gone, by the id of the poller.
        release: hosts of ours that belong to another, or to nobody.
    """

    acquire: Sequence[int] = ()
    take_over: Mapping[str, Sequence[int]] = field(default_factory=dict)
    release: Sequence[int] = ()

    def __bool__(self) -> bool:
        return bool(self.acquire or self.take_over or self.release)


def owners(host_ids: Sequence[int], names: Sequence[str]) -> list[str]:
    """Whose each host is, where pollers of these names live; the same whatever their order."""
    ordered = sorted(set(names))
    ids = np.asarray(host_ids, dtype=np.uint64)
    weights = np.stack([_mixed(ids ^ _seed(name)) for name in ordered])
    return [ordered[place] for place in np.argmax(weights, axis=0)]


def decide_share(
    hosts: Sequence[int], leases: Mapping[int, str], peers: Mapping[str, Peer], me: str, my_name: str
) -> Share:
    """What to do next.

    Args:
        hosts: ids of those that are to be read.
        leases: who holds what, poller ids by host id; also hosts that are not to be read any more.
        peers: the other pollers, by id; one that has a lease and is missing here is gone.
        me: our id.
        my_name: our name.
    """
    living = [my_name, *(peer.name for peer in peers.values() if peer.life is Life.ALIVE)]
    # Who may live yet gets nothing, but what would be theirs is left for them until that is known.
    possible = [*living, *(peer.name for peer in peers.values() if peer.life is Life.UNKNOWN)]
    wanted = {*hosts, DUTIES}
    acquire: list[int] = []
    release = [host_id for host_id, holder in leases.items() if holder == me and host_id not in wanted]
    taken: dict[str, list[int]] = {}
    if hosts:
        for host_id, now, later in zip(hosts, owners(hosts, living), owners(hosts, possible), strict=True):
            holder = leases.get(host_id)
            if holder is None:
                if later == my_name:
                    acquire.append(host_id)
            elif holder == me:
                if now != my_name:
                    release.append(host_id)
            elif now == my_name and _is_gone(peers.get(holder)):
                taken.setdefault(holder, []).append(host_id)
    _share_duties(leases, peers, me, acquire, taken)
    return Share(acquire, taken, release)


def _share_duties(
    leases: Mapping[int, str],
    peers: Mapping[str, Peer],
    me: str,
    acquire: list[int],
    taken: dict[str, list[int]],
) -> None:
    """Duties stay with whoever has them for as long as that poller lives: to move them would gain nothing."""
    holder = leases.get(DUTIES)
    if holder is None:
        acquire.append(DUTIES)
    elif holder != me and _is_gone(peers.get(holder)):
        taken.setdefault(holder, []).append(DUTIES)


def _is_gone(peer: Peer | None) -> bool:
    return peer is None or peer.life is Life.GONE


def _seed(name: str) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big"))


def _mixed(numbers: Hashes) -> Hashes:
    """Each number's splitmix64, whose bits are as good as random: ids that follow one another fall everywhere."""
    with np.errstate(over="ignore"):
        mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
