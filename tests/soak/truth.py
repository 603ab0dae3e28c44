"""What a store must hold, computed from the made-up readings alone; nothing here is shared with what is checked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from storage.chunks.chunk_rows import read_chunks, read_process_chunks
from storage.chunks.process_chunk import decode_processes
from storage.chunks.rollup_chunk import decode_rolled
from storage.columns import ColumnReader, Span
from storage.connection import Connection
from storage.known_layouts import read_layouts
from storage.process_rows import unpack_processes
from storage.schema import head, process_snapshots
from storage.scrape import Cadence
from storage.tier import BUCKET_MS, Tier
from tests.soak.made_up import HOSTS, LOAD, RATE, SWITCHES, load, processes, switches

FOREVER = 2**52
LONGEST_GAP_MS = 15_000
Buckets = dict[int, list[float]]


def stored_moments(connection: Connection, host_id: int) -> dict[int, int]:
    """Every reading of a host, with the session it was read in. Each must be the right one, and there once."""
    found: dict[int, int] = {}
    for stretch in ColumnReader(connection, [LOAD, SWITCHES]).read(Span(host_id, Cadence.FAST, 0, FOREVER)):
        names = [key.name for key in stretch.layout.series]
        for ts, row in zip(stretch.ts.tolist(), stretch.values.tolist(), strict=True):
            assert ts not in found
            found[ts] = stretch.session_at
            assert dict(zip(names, row, strict=True)) == {LOAD: load(ts), SWITCHES: switches(ts)}
    return found


def rows_in_chunks_and_head(connection: Connection, host_id: int) -> int:
    """How many rows there are, in whatever place."""
    sealed = read_chunks(connection, host_id, Cadence.FAST, Tier.RAW, 0, FOREVER)
    waiting = connection.execute(select(head.c.id).where(head.c.host_id == host_id)).all()
    return sum(chunk.rows for chunk in sealed) + len(waiting)


def check_processes(connection: Connection, host_id: int, moments: Iterable[int]) -> None:
    """The process tables of these moments are there, once, and the right ones."""
    query = select(process_snapshots.c.ts, process_snapshots.c.rows).where(process_snapshots.c.host_id == host_id)
    found = [(row.ts, bytes(row.rows)) for row in connection.execute(query)]
    for chunk in read_process_chunks(connection, host_id, 0, FOREVER):
        found += decode_processes(chunk.frame)
    assert len(found) == len(dict(found))
    wanted = {ts for ts in moments if processes(ts)}
    assert wanted <= dict(found).keys()
    for ts, packed in found:
        assert unpack_processes(packed) == processes(ts)


def direct_buckets(moments: dict[int, int]) -> dict[tuple[Tier, str], Buckets]:
    """The values of each bucket of each tier, by series."""
    found: dict[tuple[Tier, str], Buckets] = defaultdict(lambda: defaultdict(list))
    ordered = sorted(moments)
    before: dict[int, int] = {}
    for ts in ordered:
        values = {LOAD: load(ts)}
        last = before.get(moments[ts])
        if last is not None and ts - last <= LONGEST_GAP_MS:
            values[RATE] = (switches(ts) - switches(last)) / ((ts - last) / 1000)
        before[moments[ts]] = ts
        for tier, length in BUCKET_MS.items():
            for name, value in values.items():
                found[tier, name][ts // length * length].append(value)
    return found


def stored_buckets(connection: Connection, host_id: int, tier: Tier) -> dict[str, dict[int, Sequence[float]]]:
    """Total, smallest, largest and count of each bucket, by series, as they were rolled up when they were sealed."""
    found: dict[str, dict[int, Sequence[float]]] = defaultdict(dict)
    chunks = read_chunks(connection, host_id, Cadence.FAST, tier, 0, FOREVER)
    layouts = read_layouts(connection, {chunk.layout_id for chunk in chunks})
    for chunk in chunks:
        rolled = decode_rolled(chunk.frame, layouts[chunk.layout_id])
        for column, key in enumerate(rolled.layout.series):
            for row, ts in enumerate(rolled.ts.tolist()):
                if rolled.count[row, column]:
                    assert ts not in found[key.name]
                    statistics = (rolled.total, rolled.minimum, rolled.maximum, rolled.count)
                    found[key.name][ts] = [float(part[row, column]) for part in statistics]
    return found


def check_host(connection: Connection, host_id: int, acknowledged: set[int]) -> int:
    """Checks all that there is of a host; returns how many buckets were compared."""
    moments = stored_moments(connection, host_id)
    mine = {ts for ts in acknowledged if ts % 5_000 == host_id}
    assert mine <= moments.keys(), sorted(mine - moments.keys())[:20]
    assert rows_in_chunks_and_head(connection, host_id) == len(moments)
    check_processes(connection, host_id, mine)
    direct = direct_buckets(moments)
    compared = 0
    for tier in BUCKET_MS:
        stored = stored_buckets(connection, host_id, tier)
        assert set(stored) == {LOAD, RATE}
        for name, buckets in stored.items():
            wanted = direct[tier, name]
            assert buckets.keys() == wanted.keys(), (tier, name)
            compared += sum(compare(statistics, wanted[ts], (tier, name, ts)) for ts, statistics in buckets.items())
    return compared


def compare(statistics: Sequence[float], values: Sequence[float], place: object) -> bool:
    """Derived values are kept with 16 significant bits."""
    wanted = (sum(values), min(values), max(values), len(values))
    close = all(abs(is_ - should) <= 2e-5 * abs(should) + 1e-9 for is_, should in zip(statistics, wanted, strict=True))
    assert close, (place, statistics, wanted)
    return close


def check_all(connection: Connection, acknowledged: set[int]) -> int:
    """All hosts; returns how many buckets were compared."""
    return sum(check_host(connection, host_id, acknowledged) for host_id in HOSTS)
