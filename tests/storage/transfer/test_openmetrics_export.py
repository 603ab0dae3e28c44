"""Series as OpenMetrics text."""

import math
import struct
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from storage.catalogue import CATALOGUE, Kind
from storage.database import Database
from storage.rollup import Interval
from storage.scrape import Cadence
from storage.transfer.file_reading import TextForm
from storage.transfer.openmetrics_family import family_head
from tests.recorded import key, record, visit, whole_catalogue
from tests.storage.transfer.files import exported, stored

START = 1_789_996_400_000
LOAD = key("load1")
OPENMETRICS = TextForm.OPENMETRICS


def fill(database: Database, host_id: int) -> None:
    for second in range(0, 600, 60):
        for cadence in Cadence:
            values = {each: place * 1.1 + second for place, each in enumerate(whole_catalogue(cadence).series)}
            record(database, visit(host_id, START + second * 1000 + 3, values))


def test_a_counter_a_gauge_and_their_labels(database: Database, host_id: int) -> None:
    mount = 'a"b\\c\nd'
    record(database, visit(host_id, START, {key("interrupts_total"): 5.0, key("load1"): math.inf}))
    record(database, visit(host_id, START + 1, {key("filesystem_free_bytes", mount=mount): -0.0}))
    assert exported(database, OPENMETRICS) == (
        "# TYPE load1 gauge\n"
        "# HELP load1 Load average over 1 minute.\n"
        'load1{instance="db1"} +Inf 1789996400.000\n'
        "# TYPE interrupts counter\n"
        "# HELP interrupts Interrupts served since boot.\n"
        'interrupts_total{instance="db1"} 5.0 1789996400.000\n'
        "# TYPE filesystem_free_bytes gauge\n"
        "# UNIT filesystem_free_bytes bytes\n"
        "# HELP filesystem_free_bytes Free, root's reserve included.\n"
        'filesystem_free_bytes{instance="db1",mount="a\\"b\\\\c\\nd"} -0.0 1789996400.001\n'
        "# EOF\n"
    )


def test_means_are_gauges_that_say_over_how_long(database: Database, host_id: int) -> None:
    record(database, *(visit(host_id, START + ms, {key("load1"): ms / 1000}) for ms in (0, 5_000)))
    text = exported(database, OPENMETRICS, ["load1"], Interval.H1)
    assert 'load1{instance="db1",interval="1h"} 2.5 1789995600.000\n' in text


def test_nothing_at_all_is_still_such_a_text(database: Database, host_id: int) -> None:
    assert exported(database, OPENMETRICS) == "# EOF\n"


def test_the_parser_of_prometheus_reads_what_is_stored(database: Database, host_id: int) -> None:
    fill(database, host_id)
    found = {}
    for family in text_string_to_metric_families(exported(database, OPENMETRICS)):  # type: ignore[no-untyped-call]
        for sample in family.samples:
            assert sample.labels.pop("instance") == "db1"
            moment = round(float(sample.timestamp) * 1000)
            metric = CATALOGUE[sample.name]
            place = key(metric.name, **{label: sample.labels[label] for label in metric.labels})
            found[host_id, moment, place] = sample.value
    assert found == {place: struct.unpack("<d", value)[0] for place, value in stored(database).items()}


@pytest.mark.parametrize("interval", [Interval.RAW, Interval.H1], ids=str)
def test_no_two_families_clash(interval: Interval) -> None:
    families: defaultdict[str, list[str]] = defaultdict(list)
    for metric in CATALOGUE.values():
        family, kind = family_head(metric, interval).splitlines()[0].split()[2:]
        families[family].append(metric.name)
        assert metric.name == (f"{family}_total" if kind == "counter" else family)
        assert (kind == "counter") <= (metric.kind is Kind.COUNTER)
    assert all(len(names) == 1 for names in families.values())
    text = "".join(family_head(metric, interval) for metric in CATALOGUE.values()) + "# EOF\n"
    assert len(list(text_string_to_metric_families(text))) == len(CATALOGUE)  # type: ignore[no-untyped-call]


def test_prometheus_makes_blocks_of_it(database: Database, host_id: int, tmp_path: Path) -> None:
    fill(database, host_id)
    path, blocks = tmp_path / "readings.om", tmp_path / "blocks"
    path.write_text(exported(database, OPENMETRICS, list(CATALOGUE)), encoding="utf-8")
    subprocess.run(
        ["promtool", "tsdb", "create-blocks-from", "openmetrics", path, blocks], check=True, capture_output=True
    )
    (blocks / "wal").mkdir()
    dumped = subprocess.run(["promtool", "tsdb", "dump", blocks], check=True, capture_output=True, text=True).stdout
    loads = [line.split()[-2:] for line in dumped.splitlines() if '"load1"' in line]
    expected = {
        place[1]: struct.unpack("<d", value)[0] for place, value in stored(database).items() if place[2] == LOAD
    }
    # Prometheus cuts what a float has after the milliseconds, and so may come out one below.
    assert [float(value) for value, _ts in loads] == list(expected.values())
    assert all(0 <= ts - int(theirs) <= 1 for ts, (_value, theirs) in zip(expected, loads, strict=True))
    samples = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(dumped.splitlines()) == len(samples)
