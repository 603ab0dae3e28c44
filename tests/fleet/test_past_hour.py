"""The last hour of one host, out of a real database."""

import numpy as np
import pytest

from fleet.curve_grid import Measure
from fleet.past_hour import PastReader
from storage.database import Database
from tests.fleet.sample_fleet import GIB, Machine, record, register

NOW = 1_790_000_000_000


def test_every_measure_is_read_in_one_pass(database: Database) -> None:
    machine = Machine(name="db1", cpu=30, memory=50, mounts={"/": 48.0, "/srv": 86.0})
    host = register(database, ["db1"], now_ms=NOW)["db1"]
    record(database, machine, host, start=NOW - 60_000, end=NOW)
    with database.reading() as connection:
        fast, slow = PastReader(connection).read(host.id, (NOW - 60_000, NOW + 1), 5.0)
    assert fast.ts.tolist() == list(range(NOW - 60_000, NOW + 1, 5000))
    assert np.nanmean(fast.values[Measure.CPU]) == pytest.approx(30, abs=1)
    assert fast.values[Measure.MEMORY, -1] == 32 * GIB
    assert fast.values[Measure.NETWORK, -1] == pytest.approx(4.6e6 + 7.5e6)
    assert np.isnan(fast.values[Measure.NETWORK, 0])
    assert slow.values[Measure.DISK].tolist() == [pytest.approx(86)] * len(slow.ts)


def test_a_host_without_readings_has_no_past(database: Database) -> None:
    host = register(database, ["new"], now_ms=NOW)["new"]
    with database.reading() as connection:
        assert PastReader(connection).read(host.id, (0, NOW), 5.0) == []
