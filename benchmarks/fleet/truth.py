"""Which hosts had a reason to be silent, by what the fleet itself has written down."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from simulated_fleet.scenario import ScenarioKind
from simulated_fleet.truth import Label

_LABEL = msgspec.json.Decoder(Label)


def hosts_out_of_reach(labels: Iterable[bytes], since: int, until: int) -> frozenset[str]:
    """Names of those that something kept from being read at some time.

    A host that has shown another key waits for a person, and there is none here.

    Args:
        labels: lines of `truth.jsonl`.
        since: UTC milliseconds; a host that was well by then is not excused.
        until: UTC milliseconds.
    """
    found: set[str] = set()
    for line in labels:
        label = _LABEL.decode(line)
        lasts = _ms(label.start) < until and (_ms(label.end) > since or label.kind == ScenarioKind.HOST_KEY_CHANGED)
        if lasts and any(expected.reasons for expected in label.expected):
            found.update(label.hosts)
    return frozenset(found)


def _ms(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000)
