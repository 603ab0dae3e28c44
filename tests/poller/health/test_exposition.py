"""Prometheus's own tool looks at the text."""

import re
import subprocess
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as families

from poller.alerting.alert_figures import AlertFigures
from poller.health.distribution import Distribution
from poller.health.exposed import Exposed
from poller.health.exposition import _NUMBERS, exposition, form_of
from storage.poller_figures import PollerFigures
from tests.command_line import ROOT
from tests.storage.test_poller_figures import FULL


def exposed(figures: PollerFigures = FULL) -> Exposed:
    delay, commit = Distribution((0.5, 1.0)), Distribution((0.01,))
    delay.add(np.array([0.2, 0.7, 3.0]), 0.0)
    commit.add(np.array([0.004]), 0.0)
    return Exposed(figures=figures, delay=delay.buckets(), commit=commit.buckets(), version="1.2.3", started_at_s=1.7e9)


def samples(figures: PollerFigures = FULL) -> dict[tuple[str, str], float]:
    text = exposition(exposed(figures)).decode()
    return {
        (sample.name.removeprefix("watchpost_poller_"), ",".join(sample.labels.values())): sample.value
        for family in families(text)
        for sample in family.samples
    }


def test_prometheus_finds_nothing_to_complain_of() -> None:
    text = exposition(exposed())
    done = subprocess.run(["promtool", "check", "metrics"], check=False, input=text, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_figures_are_told() -> None:
    told = samples()
    assert told["hosts", ""] == 1000
    assert told["scrapes_total", ""] == 123_456
    assert told["hosts_failing", "timeout"] == 9
    assert told["host_failures_total", "timeout"] == 40
    assert told["host_failures_total", "dns"] == 0
    assert told["trouble", "database_away"] == 1
    assert told["trouble", "loop_stuck"] == 0
    assert told["leader", ""] == 0
    assert told["ready", ""] == 1
    assert told["build_info", "1.2.3"] == 1


def test_what_fires_is_told_by_severity() -> None:
    alerts = AlertFigures(warnings=3, criticals=2, waiting=5, lost=1, evaluation_s=1.5)
    text = exposition(replace(exposed(), alerts=alerts)).decode()
    told = {
        (sample.name, *sample.labels.values()): sample.value for family in families(text) for sample in family.samples
    }
    assert told["watchpost_poller_alerts_firing", "warning"] == 3
    assert told["watchpost_poller_alerts_firing", "critical"] == 2
    assert told["watchpost_poller_alert_changes_waiting",] == 5
    assert told["watchpost_poller_alert_changes_lost_total",] == 1
    assert told["watchpost_poller_evaluation_seconds_total",] == 1.5


def test_a_histogram_counts_up_to_all() -> None:
    told = samples()
    assert [told["delay_seconds_bucket", bound] for bound in ("0.5", "1.0", "+Inf")] == [1, 2, 3]
    assert told["delay_seconds_count", ""] == 3
    assert told["delay_seconds_sum", ""] == 3.9


def test_what_is_not_known_is_not_told() -> None:
    told = samples(PollerFigures())
    assert not {("cpu_seconds_total", ""), ("sealing_lag_seconds", "")} & told.keys()
    assert told["ready", ""] == 0


def test_every_number_of_the_figures_is_told_or_follows_from_what_is() -> None:
    quantiles_and_shares = {"delay_p50_ms", "delay_p99_ms", "commit_p50_ms", "commit_p99_ms"}
    of_counters = {"scrapes_per_s", "cpu_percent"}
    labelled = {"by_reason", "failures_total", "health", "troubles"}
    assert {one.name for one in fields(PollerFigures)} == {*_NUMBERS} | quantiles_and_shares | of_counters | labelled


def test_who_asks_for_openmetrics_gets_it() -> None:
    accepted = "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert form_of(accepted).startswith("application/openmetrics-text")
    told = openmetrics(exposition(exposed(), accepted).decode())  # type: ignore[no-untyped-call]
    assert list(told)
    assert form_of("*/*").startswith("text/plain")


def test_the_document_names_all_of_them_and_no_others() -> None:
    document = Path(ROOT, "docs", "operation.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`watchpost_poller_([a-z_]+)(?:\{[a-z]+\})?`", document))
    ends = re.compile("_(bucket|count|sum)$")
    told = {name for name, _ in samples() if not (name.startswith(("delay", "commit")) and ends.search(name))}
    assert named == told | {"delay_seconds", "commit_seconds"}
