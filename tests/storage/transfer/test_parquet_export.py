"""Series as Parquet."""

import io
import json
import os
import threading
from typing import Any

import numpy as np
import pytest
from pyarrow import parquet

from storage.database import Database
from storage.hosts import list_hosts
from storage.queries import read_series
from storage.rollup import Interval
from storage.series import format_labels
from storage.transfer import parquet_export, series_spool
from storage.transfer.parquet_export import write_parquet
from storage.transfer.selection import Selection, select
from tests.recorded import key, record, visit

START = 1_789_996_400_000
END = START + 3_600_000
METRICS = ("network_receive_bytes_total", "network_receive_bytes_per_second", "load1")


@pytest.fixture
def filled(database: Database, host_id: int) -> Database:
    for second in range(0, 600, 5):
        received = {key("network_receive_bytes_total", interface=name): second**1.5 for name in ("=eth0", 'e"1')}
        record(database, visit(host_id, START + second * 1000, {**received, key("load1"): second / 7}))
    return database


def selection(database: Database, interval: Interval = Interval.RAW) -> Selection:
    with database.reading() as connection:
        return select(connection, list_hosts(connection), METRICS, (START, END), interval)


def written(database: Database, interval: Interval = Interval.RAW) -> io.BytesIO:
    out = io.BytesIO()
    with database.reading() as connection:
        rows = write_parquet(out, connection, selection(database, interval))
    out.seek(0)
    assert parquet.ParquetFile(out).metadata.num_rows == rows
    return out


@pytest.mark.parametrize("interval", [Interval.RAW, Interval.M1], ids=str)
def test_it_reads_back_as_what_the_store_has(filled: Database, host_id: int, interval: Interval) -> None:
    expected: list[tuple[Any, ...]] = []
    with filled.reading() as connection:
        for metric in METRICS:
            for points in read_series(
                connection, host_ids=[host_id], metric=metric, start=START, end=END, interval=interval
            ):
                texts = ("db1", metric, format_labels(points.key.labels))
                columns = [points.value, points.minimum, points.maximum, points.count]
                numbers = columns[:1] if interval is Interval.RAW else columns
                rows = zip(points.ts.tolist(), *(column.tolist() for column in numbers), strict=True)
                expected += [(ts, *texts, *values) for ts, *values in rows]
    table = parquet.read_table(written(filled, interval))
    moments = table.column("timestamp").cast("int64").to_pylist()
    columns = [table.column(name).to_pylist() for name in table.column_names[1:]]
    assert list(zip(moments, *columns, strict=True)) == expected
    assert str(table.schema.field("timestamp").type) == "timestamp[ms, tz=UTC]"


def test_row_groups_are_bounded_and_texts_are_kept_once(filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_export, "ROW_GROUP_ROWS", 100)
    monkeypatch.setattr(series_spool, "POINTS_AT_A_TIME", 70)
    metadata = parquet.ParquetFile(written(filled)).metadata
    sizes = [metadata.row_group(place).num_rows for place in range(metadata.num_row_groups)]
    assert sizes[:-1] == [100] * (len(sizes) - 1)
    assert sum(sizes) == metadata.num_rows
    column = metadata.row_group(0).column(1)
    assert column.compression == "ZSTD"
    assert column.has_dictionary_page


def test_the_file_says_what_it_is(filled: Database) -> None:
    metadata = parquet.ParquetFile(written(filled, Interval.M1)).schema_arrow.metadata
    assert metadata[b"watchpost.interval"] == b"1m"
    assert int(metadata[b"watchpost.start_ms"]) == START
    assert json.loads(metadata[b"watchpost.metrics"])["load1"]["kind"] == "gauge"


def test_nothing_at_all_is_still_a_table(database: Database, host_id: int) -> None:
    assert parquet.read_table(written(database)).num_rows == 0


def test_a_pipe_takes_it(filled: Database) -> None:
    reading, writing = os.pipe()
    content: list[bytes] = []
    with open(reading, "rb") as source:  # noqa: PTH123 - a descriptor
        reader = threading.Thread(target=lambda: content.append(source.read()))
        reader.start()
        with open(writing, "wb") as out, filled.reading() as connection:  # noqa: PTH123 - as above
            rows = write_parquet(out, connection, selection(filled))
        reader.join(30)
    assert parquet.read_table(io.BytesIO(content[0])).num_rows == rows


def test_a_reader_that_has_seen_enough_is_a_broken_pipe(filled: Database) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with (
        open(writing, "wb", buffering=0) as out,  # noqa: PTH123 - as above
        filled.reading() as connection,
        pytest.raises(BrokenPipeError),
    ):
        write_parquet(out, connection, selection(filled))


def test_every_bit_of_a_number_is_kept(database: Database, host_id: int) -> None:
    values = [-0.0, 5e-324, np.inf, -np.inf, 0.1 + 0.2, 1.7976931348623157e308]
    record(database, *(visit(host_id, START + place, {key("load1"): value}) for place, value in enumerate(values)))
    found = parquet.read_table(written(database)).column("value").to_numpy()
    assert found.tobytes() == np.array(values).tobytes()
