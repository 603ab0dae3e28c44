"""What is exported comes back as it was."""

import io
import math
import tracemalloc
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from storage.database import Database
from storage.errors import InvalidInputError, NotFoundError
from storage.host import NewHost
from storage.hosts import add_host
from storage.known_layouts import read_layouts
from storage.rollup import Interval
from storage.schema import chunks, head
from storage.scrape import Cadence, Scrape
from storage.sealing.upkeep import Upkeep
from storage.series import SeriesKey
from storage.settings import write_setting
from storage.transfer.file_reading import TextForm
from storage.transfer.measurement_import import ImportWish, import_measurements
from storage.transfer.refusals import RefusalReason
from storage.utc import iso_utc
from tests.recorded import key, record, visit, whole_catalogue
from tests.storage.transfer.files import NOW_MS, exported, imported, refused, sealed, stored

START = NOW_MS - 3_600_000
FORMS = pytest.mark.parametrize("form", list(TextForm), ids=str)
LOAD = key("load1")

# What may be stored at all: no host's word gets in with characters that are not harmless.
LETTERS = st.one_of(
    st.sampled_from(list("\"\\\n',=+-@{}# \uff1d서é\U0001f600")), st.characters(exclude_categories=["C", "Z"])
)
NAMES = st.text(LETTERS, min_size=1, max_size=20).filter(lambda text: "\xad" not in text and "\ufffd" not in text)
VALUES = st.floats(allow_nan=False, width=64)
MOMENTS = st.integers(0, NOW_MS)


METRICS = ("load1", "filesystem_free_bytes", "custom_total")


@st.composite
def measurements(draw: st.DrawFn) -> dict[int, dict[SeriesKey, float]]:
    keys = [
        LOAD,
        *(key("filesystem_free_bytes", mount=name) for name in draw(st.lists(NAMES, max_size=3, unique=True))),
    ]
    keys += [key("custom_total", check="a", series=name) for name in draw(st.lists(NAMES, max_size=2, unique=True))]
    return draw(
        st.dictionaries(MOMENTS, st.dictionaries(st.sampled_from(keys), VALUES, min_size=1), min_size=1, max_size=6)
    )


def recorded(database: Database, host_id: int, found: Mapping[int, Mapping[SeriesKey, float]]) -> None:
    for ts, values in found.items():
        groups: dict[str, dict[SeriesKey, float]] = {}
        for each, value in values.items():
            groups.setdefault(each.name, {})[each] = value
        record(database, visit(host_id, ts, *groups.values()))


def emptied(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(delete(head))


@FORMS
@given(found=measurements())
@example(found={0: {LOAD: -0.0}, 1: {LOAD: math.inf}, 2: {LOAD: -math.inf}, 3: {LOAD: 5e-324}, 999: {LOAD: 0.1 + 0.2}})
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
def test_what_was_exported_comes_back_bit_for_bit(
    database: Database, host_id: int, form: TextForm, found: Mapping[int, Mapping[SeriesKey, float]]
) -> None:
    emptied(database)
    recorded(database, host_id, found)
    before, text = stored(database), exported(database, form, METRICS)
    emptied(database)
    report = imported(database, text)
    assert refused(report) == {}
    assert stored(database) == before
    assert exported(database, form, METRICS) == text


@FORMS
def test_the_whole_catalogue_comes_back_also_from_sealed_readings(
    database: Database, host_id: int, form: TextForm
) -> None:
    with database.writing() as connection:
        other = add_host(connection, NewHost(name="=web", address="w"), 0).id
    for host in (host_id, other):
        record(database, *(every_metric(host, START + second * 1000) for second in range(0, 3_600, 600)))
    before = stored(database)
    sealed(database)
    text = exported(database, form)
    with database.writing() as connection:
        connection.execute(delete(chunks))
    assert refused(imported(database, text)) == {}
    assert stored(database) == before


def every_metric(host_id: int, ts: int) -> Scrape:
    groups = [
        {each: float(place) + ts / 7 for place, each in enumerate(whole_catalogue(cadence).series)}
        for cadence in Cadence
    ]
    return visit(host_id, ts, *groups)


@FORMS
def test_what_is_there_already_stays_and_is_counted(database: Database, host_id: int, form: TextForm) -> None:
    record(database, *(visit(host_id, START + ms, {LOAD: 1.0, key("load5"): 2.0}) for ms in (0, 5_000, 10_000)))
    text = exported(database, form).replace("1.0", "9.0")
    before = stored(database)
    (host,) = imported(database, text).hosts
    assert stored(database) == before
    assert (host.readings, host.samples, host.readings_there, host.samples_there) == (0, 0, 3, 6)
    sealed(database)
    (host,) = imported(database, text).hosts
    assert stored(database) == {}
    assert (host.readings, host.readings_there) == (0, 3)


@FORMS
def test_only_what_is_missing_is_added(database: Database, host_id: int, form: TextForm) -> None:
    record(database, *(visit(host_id, START + ms, {LOAD: 1.0}) for ms in (0, 5_000, 10_000)))
    text, before = exported(database, form), stored(database)
    with database.writing() as connection:
        connection.execute(delete(head).where(head.c.ts == START + 5_000))
    (host,) = imported(database, text).hosts
    assert stored(database) == before
    assert (host.readings, host.readings_there, host.first_ts, host.last_ts) == (1, 2, START + 5_000, START + 5_000)


def test_an_import_that_was_cut_short_is_repeated_and_gives_the_same(database: Database, host_id: int) -> None:
    class KilledError(Exception):
        pass

    def killed(done: int, total: int) -> None:
        if done < total:
            raise KilledError

    days = [START - day * 86_400_000 for day in range(4)]
    record(database, *(visit(host_id, day + ms, {LOAD: ms}) for day in days for ms in (0, 5_000)))
    before, text = rows(database), exported(database, TextForm.CSV)
    emptied(database)
    with pytest.raises(KilledError):
        imported(database, text, on_samples=killed)
    assert len(rows(database)) == 2
    imported(database, text)
    assert [row[:3] for row in rows(database)] == [row[:3] for row in before]
    whole = rows(database)
    emptied(database)
    imported(database, text)
    assert rows(database) == whole


def rows(database: Database) -> list[tuple[int, int, int, int]]:
    with database.reading() as connection:
        query = select(head.c.host_id, head.c.cadence, head.c.ts, head.c.session_at).order_by(head.c.ts)
        return [tuple(row) for row in connection.execute(query)]


def test_a_file_is_one_session_that_starts_with_its_first_reading(database: Database, host_id: int) -> None:
    record(database, *(visit(host_id, START + ms, {LOAD: 1.0}, session_at=ms) for ms in (5_000, 0, 9_000)))
    text = exported(database, TextForm.CSV)
    emptied(database)
    imported(database, text)
    assert {session_at for *_, session_at in rows(database)} == {START}


def test_series_stand_in_the_order_of_the_catalogue_whatever_the_file_has(database: Database, host_id: int) -> None:
    lines = [f'filesystem_{kind}_bytes{{mount="{name}"}}' for name in "ba" for kind in ("available", "free", "size")]
    text = "".join(f"{line} 1 {START // 1000}\n" for line in lines) + "# EOF\n"
    imported(database, text, into=["db1"])
    with database.reading() as connection:
        (layout,) = read_layouts(connection, set(connection.scalars(select(head.c.layout_id)))).values()
    assert [f"{each.name} {each.labels[0][1]}" for each in layout.series] == [
        f"filesystem_{kind}_bytes {name}" for kind in ("size", "free", "available") for name in "ba"
    ]


def test_series_that_were_never_read_together_do_not_share_wide_vectors(database: Database, host_id: int) -> None:
    mounts = range(100)
    lines = [f'filesystem_free_bytes{{mount="{mount}"}} 1 {START // 1000 + mount}\n' for mount in mounts]
    imported(database, "".join(lines) + "# EOF\n", into=["db1"])
    with database.reading() as connection:
        assert {len(vector) for vector in connection.scalars(select(head.c.vector))} == {8}
    assert len(stored(database)) == 100


def test_a_value_that_stands_there_twice_counts_once_and_it_is_the_first(database: Database, host_id: int) -> None:
    text = f"load1 1 {START // 1000}\nload1 2 {START // 1000}\n# EOF\n"
    report = imported(database, text, into=["db1"])
    assert report.repeated == 1
    assert np.frombuffer(stored(database)[host_id, START, LOAD]) == [1.0]


def test_rates_are_taken_between_imported_readings(database: Database, host_id: int) -> None:
    counter = key("interrupts_total")
    record(database, *(visit(host_id, START + ms, {counter: ms}) for ms in (0, 5_000, 10_000)))
    text = exported(database, TextForm.CSV)
    derived = exported(database, TextForm.CSV, ["interrupts_per_second"])
    emptied(database)
    imported(database, text)
    assert exported(database, TextForm.CSV, ["interrupts_per_second"]) == derived
    assert derived.count("\n") == 3


def test_a_dry_run_says_the_same_and_writes_nothing(database: Database, host_id: int) -> None:
    record(database, visit(host_id, START, {LOAD: 1.0}), visit(host_id, START + 5_000, {LOAD: 1.0}))
    text = exported(database, TextForm.CSV)
    with database.writing() as connection:
        connection.execute(delete(head).where(head.c.ts == START))
    tried = imported(database, text, dry_run=True)
    assert len(rows(database)) == 1
    assert tried.hosts == imported(database, text).hosts
    assert len(rows(database)) == 2


def test_of_several_hosts_only_those_asked_for_are_taken(database: Database, host_id: int) -> None:
    with database.writing() as connection:
        other = add_host(connection, NewHost(name="db2", address="x"), 0).id
    record(database, visit(host_id, START, {LOAD: 1.0}), visit(other, START, {LOAD: 2.0}))
    text, before = exported(database, TextForm.CSV), stored(database)
    emptied(database)
    report = imported(database, text, into=["db2"])
    assert report.of_others == 1
    assert stored(database) == {place: value for place, value in before.items() if place[0] == other}


def test_nothing_is_written_when_a_host_is_not_registered(database: Database, host_id: int) -> None:
    text = f"timestamp,host,metric,value\n{OURS},db1,load1,1\n{OURS},db9,load1,1\n"
    with pytest.raises(NotFoundError, match="db9"):
        imported(database, text)
    assert rows(database) == []


OURS = "2026-09-21T13:00:00.000Z"
CSV = "timestamp,host,metric,labels,value\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"{OURS},db1,lode1,,1", RefusalReason.UNKNOWN_METRIC),
        (f"{OURS},db1,cpu_usage_percent,,1", RefusalReason.DERIVED_METRIC),
        (f'{OURS},db1,load1,"a=""b""",1', RefusalReason.BAD_LABELS),
        (f"{OURS},db1,load1,nonsense,1", RefusalReason.BAD_LABELS),
        (f'{OURS},db1,filesystem_free_bytes,"mount=""\x1b[2J""",1', RefusalReason.CONTROL_CHARACTERS),
        (f"{OURS},db1\x00,load1,,1", RefusalReason.CONTROL_CHARACTERS),
        (f"{OURS},db1,load1,,nan", RefusalReason.NOT_A_NUMBER),
        (f"{OURS},db1,load1,,", RefusalReason.BAD_NUMBER),
        (f"{OURS},db1,load1,,1e999", RefusalReason.BAD_NUMBER),
        ("2026-09-21T13:00:00,db1,load1,,1", RefusalReason.BAD_TIME),
        ("1969-12-31T23:59:59.999Z,db1,load1,,1", RefusalReason.BEFORE_1970),
        ("2999-01-01T00:00:00.000Z,db1,load1,,1", RefusalReason.IN_THE_FUTURE),
        (f"{OURS},db1,load1,1", RefusalReason.BAD_LINE),
        (f'{OURS},db1,load1,"un,1', RefusalReason.BAD_LINE),
        ("x" * 100_000, RefusalReason.LONG_LINE),
    ],
    ids=lambda value: str(value)[:50].replace("\x00", "NUL").replace("\x1b", "ESC"),
)
def test_a_bad_line_of_a_csv_is_refused_alone(sqlite_database: Database, line: str, reason: RefusalReason) -> None:
    with sqlite_database.writing() as connection:
        add_host(connection, NewHost(name="db1", address="x"), 0)
    report = imported(sqlite_database, f"{CSV}{OURS},db1,load5,,1\n{line}\n{OURS},db1,load15,,1\n", into=["db1"])
    assert refused(report) == {reason: [3]}
    assert sum(host.samples for host in report.hosts) == 2
    assert all(found.example.isprintable() for found in report.refusals.found.values())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("load1 1", RefusalReason.NO_TIME),
        ("load1 1 x", RefusalReason.BAD_TIME),
        ("load1 x 1", RefusalReason.BAD_NUMBER),
        ("load1  1 1", RefusalReason.BAD_LINE),
        ("load1{ 1 1", RefusalReason.BAD_LINE),
        ('load1{instance="db1",instance="db1"} 1 1', RefusalReason.BAD_LABELS),
        ('load1{instance="db1",interval="1h"} 1 1', RefusalReason.ROLLED_UP),
        ("load1 1 1790000000000", RefusalReason.IN_THE_FUTURE),
        ("load1 1 -1", RefusalReason.BEFORE_1970),
        ("memory_used_percent 1 1", RefusalReason.DERIVED_METRIC),
        ("up 1 1", RefusalReason.UNKNOWN_METRIC),
        ("<html>", RefusalReason.BAD_LINE),
    ],
)
def test_a_bad_line_of_openmetrics_is_refused_alone(
    sqlite_database: Database, line: str, reason: RefusalReason
) -> None:
    with sqlite_database.writing() as connection:
        add_host(connection, NewHost(name="db1", address="x"), 0)
    text = f'# TYPE load5 gauge\nload5{{instance="db1"}} 1 1 # {{a="b"}} 1 2\n{line}\nload15{{host="db1"}} 1 1\n# EOF\n'
    report = imported(sqlite_database, text, into=["db1"])
    assert refused(report) == {reason: [3]}
    assert sum(host.samples for host in report.hosts) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"PAR1....", "Parquet"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"SQLite format 3\x00", "a database"),
        (b"timestamp;host;metric;value\n", "cut short"),
        (b"timestamp,host,metric\n", "not the columns"),
        (b"timestamp,metric,value,value\n", "not the columns"),
        (b"timestamp,metric,value,colour\n", "not the columns"),
        (b"timestamp,host,metric,labels,value,min,max,count\n", "minima"),
        (b"load1 1 1\n", "cut short"),
        (b"<html>\n", "cut short"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_file_of_another_kind_is_refused_as_a_whole(sqlite_database: Database, content: bytes, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said) as caught:
        imported(sqlite_database, content)
    assert caught.value.hint


def test_means_are_not_taken_for_readings(database: Database, host_id: int) -> None:
    record(database, visit(host_id, START, {LOAD: 1.0}))
    means = exported(database, TextForm.OPENMETRICS, ["load1"], Interval.M1)
    assert list(refused(imported(database, means))) == [RefusalReason.ROLLED_UP]
    with pytest.raises(InvalidInputError, match="minima"):
        imported(database, exported(database, TextForm.CSV, ["load1"], Interval.M1))


def test_memory_does_not_grow_with_the_file(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    # The proportions are those of a large file: many parts, each far smaller than the whole.
    monkeypatch.setattr("storage.transfer.staging._RUN_RECORDS", 16_384)
    monkeypatch.setattr("storage.transfer.staging._BATCH_RECORDS", 8_192)
    monkeypatch.setattr("storage.transfer.staging.GROUP_LIMIT", 128)
    monkeypatch.setattr("storage.transfer.text_lines._BLOCK_BYTES", 65_536)
    with sqlite_database.writing() as connection:
        add_host(connection, NewHost(name="db1", address="x"), 0)
    moments = [iso_utc(START + second * 1000) for second in range(1_000)]
    lines = (
        f'{moment},db1,tcp_connections,"state=""S{state}""",{state}.5\n' for state in range(100) for moment in moments
    )
    content: io.BufferedReader = io.BufferedReader(io.BytesIO((CSV + "".join(lines)).encode()))
    tracemalloc.start()
    report = import_measurements(sqlite_database, content, ImportWish(now_ms=NOW_MS))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [host.samples for host in report.hosts] == [100_000]
    # A list of the samples alone would take 10 MB.
    assert peak < 7_000_000


def test_it_is_said_when_readings_are_older_than_readings_are_kept(database: Database, host_id: int) -> None:
    report = imported(database, f"load1 1 {NOW_MS // 1000 - 7_200}\n# EOF\n", into=["db1"])
    assert [host.too_old for host in report.hosts] == [False]
    with database.writing() as connection:
        write_setting(connection, "retention_raw_s", 3_600.0)
    report = imported(database, f"load1 1 {NOW_MS // 1000 - 7_199}\n# EOF\n", into=["db1"])
    assert [host.too_old for host in report.hosts] == [True]


@FORMS
def test_imported_history_is_sealed_like_any_other(database: Database, host_id: int, form: TextForm) -> None:
    first = NOW_MS - 20 * 86_400_000
    record(database, *(visit(host_id, first + minute * 60_000, {LOAD: minute / 7}) for minute in range(600)))
    with database.writing() as connection:
        write_setting(connection, "retention_1m_s", 60 * 86_400.0)
        write_setting(connection, "retention_1h_s", 60 * 86_400.0)
        write_setting(connection, "retention_raw_s", 30 * 86_400.0)
    text = exported(database, form)
    emptied(database)
    imported(database, text)
    upkeep = Upkeep(database)
    while upkeep.step(NOW_MS, 5.0):
        pass
    # The newest two wait for later ones.
    assert len(rows(database)) <= 2
    assert exported(database, form) == text
    (host,) = imported(database, text).hosts
    assert (host.readings, host.readings_there) == (0, 600)
    means = exported(database, form, ["load1"], Interval.H1)
    assert means.count("load1") >= 11
