"""Whatever is wrong with a database is found, and nothing is said of a sound one."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from sqlalchemy import Connection, delete, select, update

from storage.care.check import FAULT_LIMIT, Report, check_database
from storage.care.progress import Step, in_silence
from storage.chunks.raw_chunk import RawReadings, decode_raw, encode_raw
from storage.chunks.rollup_chunk import RolledUp, decode_rolled, encode_rolled
from storage.database import Database, open_database
from storage.database_url import database_path
from storage.known_layouts import read_layouts
from storage.schema import chunks, head, host_states, layouts, process_chunks, process_snapshots
from storage.scrape import Cadence
from storage.series import Layout
from storage.tier import Tier
from tests.damage import overwrite_pages_of


def check(database: Database, *, thorough: bool = True) -> Report:
    return check_database(database, thorough=thorough, on_step=in_silence)


def texts(report: Report) -> str:
    return "\n".join(f"{fault.table}: {fault.text}" for fault in report.faults)


@pytest.mark.parametrize("thorough", [True, False])
def test_a_sound_database_has_no_faults(full_of_either_kind: Database, *, thorough: bool) -> None:
    steps: list[Step] = []
    report = check_database(full_of_either_kind, thorough=thorough, on_step=steps.append)
    assert report.faults == ()
    assert report.rows["chunks"] > 40
    assert report.blocks == 12
    assert {step.what for step in steps} >= {"checking chunks", "comparing roll-ups"}


def test_an_empty_database_has_no_faults(database: Database) -> None:
    report = check(database)
    assert (report.faults, report.blocks) == ((), 0)


def test_a_check_changes_nothing(full: Database) -> None:
    before = database_path(full.url).read_bytes()
    check(full)
    assert database_path(full.url).read_bytes() == before


def one_chunk(connection: Connection, tier: Tier, cadence: Cadence = Cadence.FAST) -> tuple[int, bytes, Layout]:
    query = select(chunks.c.id, chunks.c.frame, chunks.c.layout_id)
    row = connection.execute(
        query.where(chunks.c.tier == tier, chunks.c.cadence == cadence, chunks.c.host_id == 2)
        .order_by(chunks.c.start_ts.desc())
        .offset(1 if tier in {Tier.RAW, Tier.M1} else 0)
        .limit(1)
    ).one()
    return row.id, row.frame, read_layouts(connection, [row.layout_id])[row.layout_id]


def set_raw(connection: Connection, **values: object) -> None:
    found, _, _ = one_chunk(connection, Tier.RAW)
    connection.execute(update(chunks).where(chunks.c.id == found).values(**values))


def cut_short(connection: Connection) -> None:
    _, frame, _ = one_chunk(connection, Tier.RAW)
    set_raw(connection, frame=frame[:-9])


def flip_a_bit(connection: Connection) -> None:
    _, frame, _ = one_chunk(connection, Tier.RAW)
    place = len(frame) // 2
    set_raw(connection, frame=frame[:place] + bytes([frame[place] ^ 4]) + frame[place + 1 :])


def swap_two_readings(connection: Connection) -> None:
    _, frame, layout = one_chunk(connection, Tier.RAW)
    found = decode_raw(frame, layout)
    ts = found.ts.copy()
    ts[[3, 4]] = ts[[4, 3]]
    set_raw(connection, frame=encode_raw(RawReadings(ts, found.session_at, layout, found.values)))


def move_a_window(connection: Connection) -> None:
    set_raw(connection, start_ts=chunks.c.start_ts + 60_000)


def forget_layouts(connection: Connection) -> None:
    connection.execute(delete(layouts))


def damage_process_tables(connection: Connection) -> None:
    connection.execute(update(process_chunks).values(frame=b"nothing"))
    connection.execute(update(process_snapshots).values(rows=b"nothing"))


def forget_a_tier(connection: Connection) -> None:
    connection.execute(update(chunks).where(chunks.c.tier == Tier.RAW).values(tier=9))


def miscount(connection: Connection) -> None:
    set_raw(connection, rows=5, samples=5)


def shorten_vectors(connection: Connection) -> None:
    connection.execute(update(head).values(vector=b"\0" * 24))


def misdate(connection: Connection) -> None:
    set_raw(connection, first_ts=chunks.c.first_ts + 1)


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (cut_short, "cannot be read"),
        (flip_a_bit, "cannot be read"),
        (swap_two_readings, "times do not ascend"),
        (move_a_window, "where none does"),
        (forget_layouts, "not there"),
        (damage_process_tables, "process_chunks: it cannot be read"),
        (damage_process_tables, "process_snapshots: the process rows are damaged"),
        (forget_a_tier, "no release has written"),
        (miscount, "its row says 5"),
        (shorten_vectors, "have 3 values for a layout of"),
        (misdate, "and its row says"),
    ],
)
def test_damage_is_found(full_of_either_kind: Database, harm: Callable[[Connection], None], expected: str) -> None:
    with full_of_either_kind.writing() as connection:
        harm(connection)
    assert expected in texts(check(full_of_either_kind, thorough=False))


def change_buckets(connection: Connection, tier: Tier, change: Callable[[RolledUp], RolledUp]) -> None:
    found, frame, layout = one_chunk(connection, tier)
    changed = change(decode_rolled(frame, layout))
    connection.execute(update(chunks).where(chunks.c.id == found).values(frame=encode_rolled(changed)))


def with_larger_totals(buckets: RolledUp) -> RolledUp:
    return RolledUp(buckets.ts, buckets.layout, buckets.total * 1.01, buckets.minimum, buckets.maximum, buckets.count)


def with_fewer_readings(buckets: RolledUp) -> RolledUp:
    count = (buckets.count - 1).clip(min=0)
    return RolledUp(buckets.ts, buckets.layout, buckets.total, buckets.minimum, buckets.maximum, count)


def with_more_readings(buckets: RolledUp) -> RolledUp:
    count = buckets.count * 2
    return RolledUp(buckets.ts, buckets.layout, buckets.total * 3, buckets.minimum, buckets.maximum, count)


@pytest.mark.parametrize("tier", [Tier.M1, Tier.H1, Tier.D1])
@pytest.mark.parametrize(
    ("change", "expected"),
    [(with_larger_totals, "the total of"), (with_fewer_readings, "fewer readings than there are")],
)
def test_roll_ups_that_are_not_what_readings_give_are_found(
    full: Database, tier: Tier, change: Callable[[RolledUp], RolledUp], expected: str
) -> None:
    with full.writing() as connection:
        change_buckets(connection, tier, change)
    assert f"{tier.name}: " in texts(check(full))
    assert expected in texts(check(full))


def test_buckets_of_readings_that_have_been_forgotten_since_are_right(full: Database) -> None:
    with full.writing() as connection:
        change_buckets(connection, Tier.M1, with_more_readings)
    assert "M1: the total" not in texts(check(full))


def test_what_is_to_be_rolled_up_again_is_not_compared(full: Database) -> None:
    with full.writing() as connection:
        change_buckets(connection, Tier.M1, with_larger_totals)
        connection.execute(update(chunks).where(chunks.c.tier == Tier.RAW).values(rolled=False))
    assert (check(full).blocks, check(full).faults) == (0, ())


def test_a_damaged_file_is_found(full: Database) -> None:
    full.close()
    overwrite_pages_of(database_path(full.url), "chunks")
    opened = open_database(full.url)
    assert "the file: " in texts(check(opened)) or "malformed" in texts(check(opened))
    opened.close()


def test_a_row_that_points_nowhere_is_found(full: Database) -> None:
    with closing(sqlite3.connect(database_path(full.url))) as connection, connection:
        connection.execute("INSERT INTO host_states (host_id, state, since_at) VALUES (99, 'up', 1)")
    assert f"{host_states.name}: it points to a row of hosts" in texts(check(full))


def test_of_a_database_that_is_broken_all_over_the_first_faults_will_do(
    full: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with full.writing() as connection:
        connection.execute(update(chunks).values(samples=1))
    monkeypatch.setattr("storage.care.check.FAULT_LIMIT", 10)
    assert FAULT_LIMIT > 10
    assert len(check(full).faults) == 10
