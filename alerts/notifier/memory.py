"""What the notifier remembers from one look to the next, and after a restart: as values, and as bytes of rows."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from alerts.notifier.deduplication import Told
from alerts.notifier.flapping import Flapping
from alerts.notifier.grouping import GroupKey
from alerts.notifier.rate_limit import Allowance
from storage.alerting.notifier_memory_rows import MemoryRow

TOLD, ALLOWANCE, FLAPPING = "told", "allowance", "flapping"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Memory:
    """All of it.

    Attributes:
        told: what was said last, by group.
        allowances: what is left of each receiver's limit, by its name.
        flapping: when alerts changed lately, by identity; only of those that have come back within the hour.
    """

    told: Mapping[GroupKey, Told] = field(default_factory=dict)
    allowances: Mapping[str, Allowance] = field(default_factory=dict)
    flapping: Mapping[str, Flapping] = field(default_factory=dict)


class _ToldBody(msgspec.Struct, frozen=True):
    group: GroupKey
    told: Told


class _AllowanceBody(msgspec.Struct, frozen=True):
    receiver: str
    allowance: Allowance


class _FlappingBody(msgspec.Struct, frozen=True):
    identity: str
    flapping: Flapping


_encode = msgspec.msgpack.Encoder(order="sorted").encode


def rows_of(memory: Memory) -> list[MemoryRow]:
    """As rows; the same memory gives the same bytes."""
    return [
        *(_row(TOLD, str(group), _ToldBody(group, told)) for group, told in memory.told.items()),
        *(_row(ALLOWANCE, name, _AllowanceBody(name, each)) for name, each in memory.allowances.items()),
        *(_row(FLAPPING, name, _FlappingBody(name, each)) for name, each in memory.flapping.items()),
    ]


def memory_of(rows: Iterable[MemoryRow]) -> Memory:
    """From rows; what cannot be read is forgotten, which costs a message at the most."""
    told: dict[GroupKey, Told] = {}
    allowances: dict[str, Allowance] = {}
    flapping: dict[str, Flapping] = {}
    for row in rows:
        if row.kind == TOLD and (said := _decoded(row.body, _ToldBody)):
            told[said.group] = said.told
        elif row.kind == ALLOWANCE and (left := _decoded(row.body, _AllowanceBody)):
            allowances[left.receiver] = left.allowance
        elif row.kind == FLAPPING and (seen := _decoded(row.body, _FlappingBody)):
            flapping[seen.identity] = seen.flapping
    return Memory(told, allowances, flapping)


def _row(kind: str, about: str, body: msgspec.Struct) -> MemoryRow:
    return MemoryRow(kind, hashlib.sha256(about.encode()).hexdigest(), _encode(body))


def _decoded(body: bytes, shape: type[_T]) -> _T | None:
    try:
        return msgspec.msgpack.decode(body, type=shape)
    except msgspec.MsgspecError:
        return None
