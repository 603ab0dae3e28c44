"""Which event loop holds which host: evenly, and with as few moves as can be. Pure.

A place is the number of a loop: 0 is the poller's own, from 1 on come the workers.
"""

from collections.abc import Collection, Container, Mapping, Sequence
from heapq import heapify, heappop, heappush, heapreplace

UNEVEN = 1.25
"""A place that has so many times its fair share gives some away; below, it is not worth a single move."""


def places_of(workers: int) -> range:
    """Where hosts may be when there are so many workers."""
    return range(1, workers + 1) if workers else range(1)


def shared_out(loads: Mapping[int, float], at: Mapping[int, int], places: Collection[int]) -> dict[int, int]:
    """Where each host is to be.

    Args:
        loads: scrapes a second, of each host by its id.
        at: where hosts are; one that is new is nowhere.
        places: where they may be, one at least.
    """
    target = {host_id: at[host_id] for host_id in loads if at.get(host_id) in places}
    carried = dict.fromkeys(places, 0.0)
    for host_id, place in target.items():
        carried[place] += loads[host_id]
    emptiest = [(load, place) for place, load in carried.items()]
    heapify(emptiest)
    for host_id, load in loads.items():
        if host_id not in target:
            carries, place = emptiest[0]
            target[host_id] = place
            heapreplace(emptiest, (carries + load, place))
    return _evened(target, loads, emptiest)


def next_moves(at: Mapping[int, int], target: Mapping[int, int], ready: Container[int], limit: int) -> Sequence[int]:
    """The hosts that are to move now: the first so many of those whose new place is ready for them."""
    moves: list[int] = []
    for host_id, place in at.items():
        if target.get(host_id, place) != place and target[host_id] in ready:
            moves.append(host_id)
            if len(moves) == limit:
                break
    return moves


def _evened(target: dict[int, int], loads: Mapping[int, float], carried: Sequence[tuple[float, int]]) -> dict[int, int]:
    fair = sum(loads.values()) / len(carried)
    emptiest = list(carried)
    for full, place in sorted(carried, reverse=True):
        if full <= fair * UNEVEN:
            break
        emptiest.remove((full, place))
        heapify(emptiest)
        left = full
        # The newest first: those that have been there for long stay.
        for host_id in [host_id for host_id in reversed(target) if target[host_id] == place]:
            load = loads[host_id]
            if left - fair < load / 2 or not emptiest or emptiest[0][0] + load > left - load:
                break
            carries, other = heappop(emptiest)
            target[host_id] = other
            left -= load
            heappush(emptiest, (carries + load, other))
        emptiest.append((left, place))
    return target
