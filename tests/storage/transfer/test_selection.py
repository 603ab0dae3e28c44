"""What is to be exported."""

import pytest

from storage.catalogue import CATALOGUE, Kind
from storage.database import Database
from storage.errors import InvalidInputError
from storage.hosts import list_hosts
from storage.rollup import Interval
from storage.schema import chunks
from storage.tier import Tier
from storage.transfer.selection import matching_metrics, select, stored_metrics


def test_metrics_are_named_or_matched_and_none_twice() -> None:
    assert matching_metrics(["load5", "load*", "load1"]) == ["load5", "load1", "load15"]
    assert matching_metrics(["*"]) == list(CATALOGUE)


@pytest.mark.parametrize("pattern", ["lode1", "lode*", "[", ""])
def test_what_fits_no_metric_is_an_error(pattern: str) -> None:
    with pytest.raises(InvalidInputError):
        matching_metrics([pattern])


def test_what_is_stored_is_what_others_follow_from() -> None:
    assert {CATALOGUE[name].kind for name in stored_metrics()} == {Kind.COUNTER, Kind.GAUGE}


def test_auto_is_settled_by_the_length_of_the_range_and_by_what_is_kept(database: Database, host_id: int) -> None:
    day = 86_400_000
    with database.writing() as connection:
        hosts = list_hosts(connection)
        chunk = {
            "host_id": host_id,
            "cadence": 0,
            "rows": 1,
            "samples": 1,
            "layout_id": 1,
            "rolled": True,
            "frame": b"",
        }
        for tier, start in ((Tier.H1, 0), (Tier.RAW, 40 * day)):
            times = {"start_ts": start, "first_ts": start, "last_ts": 41 * day}
            connection.execute(chunks.insert().values(tier=int(tier), **times, **chunk))

        def tier_of(start: int, end: int) -> Interval:
            return select(connection, hosts, ["load1"], (start, end), Interval.AUTO).interval

        assert tier_of(40 * day, 40 * day + 3_600_000) is Interval.RAW
        assert tier_of(0, 300 * day) is Interval.D1
        assert tier_of(20 * day, 20 * day + 3_600_000) is Interval.H1
        assert len(select(connection, hosts, ["load1", "load1"], (0, 1), Interval.RAW).metrics) == 1
