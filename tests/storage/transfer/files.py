"""Exports written into memory and imported from there."""

import io
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import delete, select

from storage.chunks.raw_chunk import RawReadings, encode_raw
from storage.database import Database
from storage.hosts import list_hosts
from storage.known_layouts import read_layouts
from storage.rollup import Interval
from storage.schema import chunks, head
from storage.scrape import Cadence
from storage.series import SeriesKey
from storage.tier import Tier, window_start
from storage.transfer.csv_export import write_csv
from storage.transfer.file_reading import TextForm
from storage.transfer.measurement_import import ImportReport, ImportWish, OnSamples, import_measurements
from storage.transfer.openmetrics_export import write_openmetrics
from storage.transfer.refusals import RefusalReason
from storage.transfer.selection import select as select_series
from storage.transfer.selection import stored_metrics

NOW_MS = 1_790_000_000_000
FAR_MS = NOW_MS + 100_000


def exported(database: Database, form: TextForm, metrics: Sequence[str] = (), interval: Interval = Interval.RAW) -> str:
    """Everything up to now; without metrics all that are stored."""
    out = io.StringIO(newline="")
    with database.reading() as connection:
        hosts, names = list_hosts(connection), metrics or stored_metrics()
        if form is TextForm.CSV:
            write_csv(out, connection, hosts=hosts, metrics=names, start=0, end=FAR_MS, interval=interval)
        else:
            write_openmetrics(out, connection, select_series(connection, hosts, names, (0, FAR_MS), interval))
    return out.getvalue()


def imported(
    database: Database,
    text: str | bytes,
    on_samples: OnSamples = lambda _done, _total: None,
    **wish: Any,  # noqa: ANN401 - of any field
) -> ImportReport:
    content: io.BufferedReader = io.BufferedReader(io.BytesIO(text.encode() if isinstance(text, str) else text))
    return import_measurements(database, content, ImportWish(now_ms=NOW_MS, **wish), on_samples=on_samples)


def refused(report: ImportReport) -> Mapping[RefusalReason, list[int]]:
    """The first lines by reason."""
    return {reason: found.first for reason, found in report.refusals.found.items()}


def stored(database: Database) -> dict[tuple[int, int, SeriesKey], bytes]:
    """The bits of every value in `head` by host, moment and series."""
    found = {}
    with database.reading() as connection:
        for row in connection.execute(select(head)):
            layout = read_layouts(connection, {row.layout_id})[row.layout_id]
            for key, value in zip(layout.series, np.frombuffer(row.vector, dtype="<f8"), strict=True):
                if not np.isnan(value):
                    found[row.host_id, row.ts, key] = value.tobytes()
    return found


def sealed(database: Database) -> int:
    """Seals everything in `head`, a chunk a host, cadence and window; gives how many chunks there are."""
    count = 0
    with database.writing() as connection:
        rows = connection.execute(select(head).order_by(head.c.host_id, head.c.cadence, head.c.ts)).all()
        layouts = read_layouts(connection, {row.layout_id for row in rows})
        for (host_id, cadence, layout_id, start), group in groupby(rows, _window):
            part = list(group)
            ts = np.array([row.ts for row in part], dtype=np.int64)
            session_at = np.array([row.session_at for row in part], dtype=np.int64)
            values = np.array([np.frombuffer(row.vector, dtype="<f8") for row in part])
            frame = encode_raw(RawReadings(ts, session_at, layouts[layout_id], values))
            place = {"host_id": host_id, "cadence": cadence, "tier": 0, "start_ts": start, "layout_id": layout_id}
            numbers = {"rows": len(part), "samples": int((~np.isnan(values)).sum()), "rolled": False}
            moments = {"first_ts": int(ts[0]), "last_ts": int(ts[-1])}
            connection.execute(chunks.insert().values(**place, **numbers, **moments, frame=frame))
            count += 1
        connection.execute(delete(head))
    return count


def _window(row: Any) -> tuple[int, int, int, int]:  # noqa: ANN401 - of `head`
    start = window_start(row.ts, Tier.RAW, Cadence(row.cadence))
    return row.host_id, row.cadence, row.layout_id, start
