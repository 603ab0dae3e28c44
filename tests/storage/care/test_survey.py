"""What a database holds is counted as it is, on each engine."""

import pytest
from sqlalchemy import func, select

from storage.care.database_facts import describe_database, read_plain_tables
from storage.care.holding import Holding, Part
from storage.care.holdings import read_holdings
from storage.care.progress import Step, in_silence
from storage.care.survey import survey
from storage.database import Database
from storage.revisions import REVISIONS
from storage.schema import chunks, head, process_chunks, system_metrics
from storage.tier import Tier
from tests.storage.full_database import END, START


def held(database: Database, part: Part) -> list[Holding]:
    return [holding for holding in read_holdings(database, in_silence) if holding.part is part]


@pytest.mark.parametrize(("part", "tier"), [(Part.RAW, Tier.RAW), (Part.M1, Tier.M1), (Part.D1, Tier.D1)])
def test_sealed_data_are_counted_exactly(full_of_either_kind: Database, part: Part, tier: Tier) -> None:
    found = held(full_of_either_kind, part)
    with full_of_either_kind.reading() as connection:
        size_of_all = func.sum(func.length(chunks.c.frame))
        rows, samples, size = connection.execute(
            select(func.sum(chunks.c.rows), func.sum(chunks.c.samples), size_of_all).where(chunks.c.tier == tier)
        ).one()
    assert sum(holding.rows for holding in found) == rows
    assert sum(holding.samples for holding in found) == samples
    assert sum(holding.stored_bytes for holding in found) == size
    assert {(holding.host_id, holding.cadence) for holding in found} == {(h, c) for h in (1, 2) for c in (0, 1, 2)}


def test_batches_add_up_to_the_same(full: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_holdings(full, in_silence)
    monkeypatch.setattr("storage.care.holdings._BATCH_ROWS", 7)
    steps: list[Step] = []
    assert read_holdings(full, steps.append) == whole
    assert len(steps) > 10


def test_process_tables_are_counted(full_of_either_kind: Database) -> None:
    (found,) = (holding for holding in held(full_of_either_kind, Part.PROCESSES) if holding.host_id == 1)
    with full_of_either_kind.reading() as connection:
        query = select(func.sum(process_chunks.c.snapshots)).where(process_chunks.c.host_id == 1)
        assert found.rows == connection.execute(query).scalar()
    assert found.first_ts >= START


def test_what_waits_in_head_is_counted_in_the_index(full_of_either_kind: Database) -> None:
    with full_of_either_kind.reading() as connection:
        rows, size = connection.execute(select(func.count(), func.sum(func.length(head.c.vector)))).one()
    found = held(full_of_either_kind, Part.HEAD)
    assert sum(holding.rows for holding in found) == rows
    assert sum(holding.stored_bytes for holding in found) == size
    assert sum(holding.samples for holding in found) == size // 8


def test_growth_is_measured_on_the_last_day(full: Database) -> None:
    (found,) = (holding for holding in held(full, Part.RAW) if (holding.host_id, holding.cadence) == (1, 0))
    assert found.recent_bytes == found.stored_bytes
    assert found.recent_ms == pytest.approx(END - START, rel=0.02)


def test_everything_together(full_of_either_kind: Database) -> None:
    found = survey(full_of_either_kind, now_ms=END, on_step=in_silence)
    assert found.facts.dialect == full_of_either_kind.dialect
    assert found.facts.revision == REVISIONS[-1]
    assert found.facts.engine_version[0].isdigit()
    assert found.facts.size.total > 100_000
    assert found.names == {1: "web", 2: "데이터"}
    assert list(found.parts)[:2] == [Part.HEAD, Part.RAW]
    assert set(found.hosts) == {1, 2}
    assert found.everything is not None
    assert found.everything.last_ts == END
    assert found.forecast.full >= found.forecast.in_30_days > found.facts.size.total / 2
    assert {table.name: table.rows for table in found.plain} == {"system_metrics": 2, "notifications": 1}


def test_an_empty_database_is_described_too(database: Database) -> None:
    found = survey(database, now_ms=END, on_step=in_silence)
    assert (found.everything, found.parts, found.hosts) == (None, {}, {})
    assert describe_database(database).hosts == 0
    assert describe_database(database).url == database.url


def test_whatever_a_script_wrote_for_a_time_does_no_harm(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(system_metrics.insert(), [{"timestamp": "yesterday", "hostname": "a"}])
    with database.reading() as connection:
        plain = read_plain_tables(connection)
    assert (plain[0].rows, plain[0].first_ts) == (1, None)


def test_tiers_that_no_release_has_written_are_left_to_the_check(full: Database) -> None:
    with full.writing() as connection:
        connection.execute(chunks.update().where(chunks.c.tier == Tier.D1).values(tier=9))
    assert held(full, Part.D1) == []
