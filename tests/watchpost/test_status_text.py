"""A report for people."""

from dataclasses import replace

from rich.console import Console

from alerts.thresholds import DEFAULTS, Finding, Severity
from fleet.reading import Health
from storage.reason import Reason
from storage.series import SeriesKey
from tests.fleet.made_up import NOW_MS, VALUES, reading, stale
from tests.fleet.sample_fleet import INVENTORY
from watchpost.status_reading import Report, Source
from watchpost.status_text import status_text

SRV = Finding("filesystem_used_percent", Severity.WARNING, 86.0, 80.0, "/srv")
SIZES = {
    SeriesKey("memory_used_bytes"): 51.8 * 2**30,
    SeriesKey("memory_total_bytes"): 64 * 2**30,
    SeriesKey("filesystem_used_bytes", (("mount", "/srv"),)): 50 * 2**30,
    SeriesKey("filesystem_size_bytes", (("mount", "/srv"),)): 60 * 2**30,
}
NAS = Report(
    reading=replace(reading("nas", Health.WARNING, disk=86), findings=(SRV,)),
    source=Source.DATABASE,
    values=VALUES | SIZES,
    inventory=INVENTORY,
)
GONE = Report(
    reading=replace(stale("gw"), reason=Reason.REFUSED, detail="Nothing listens on that port."),
    source=Source.ONE_SHOT,
    hint="Is sshd running?",
)


def shown(*reports: Report, width: int = 120) -> str:
    console = Console(width=width, markup=False, highlight=False)
    with console.capture() as capture:
        console.print(status_text(reports, DEFAULTS, NOW_MS))
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def test_one_host_is_told_in_full() -> None:
    text = shown(NAS)
    assert "nas  ▲ warning · read 2 s ago, from the database" in text
    assert "Debian GNU/Linux 12 (bookworm)" in text
    rows = {line.split("  ")[0]: line for line in text.splitlines()}
    assert "34%" in rows["CPU"]
    assert "warning over 80%, critical over 90%" in rows["CPU"]
    assert "51.8 / 64.0 GiB" in rows["Memory"]
    assert "50.0 / 60.0 GiB" in rows["Disk /srv"]
    assert "48%" in rows["Disk /"]
    assert "0.42" in rows["Load"]
    assert "↓ 4.6 MB/s · ↑ 7.5 MB/s" in rows["Network"]


def test_a_finding_says_what_it_means() -> None:
    assert "▲ Disk /srv 86%, over 80%\n  When it is full, programs can no longer write there." in shown(NAS)


def test_a_reading_on_the_spot_says_so() -> None:
    assert "· read just now" in shown(replace(NAS, source=Source.ONE_SHOT))


def test_swap_is_only_there_where_the_host_has_some() -> None:
    assert "Swap" not in shown(NAS)
    with_swap = replace(NAS, reading=replace(NAS.reading, headline=replace(NAS.reading.headline, swap_percent=5.0)))
    assert "Swap" in shown(with_swap)


def test_a_host_that_cannot_be_read_says_why_and_what_to_do_and_no_values() -> None:
    text = shown(GONE)
    assert "gw  ◌ unreachable · connection refused" in text
    assert "Nothing listens on that port.\n  Is sshd running?" in text
    assert "%" not in text


def test_several_hosts_are_a_table_with_the_troubles_below() -> None:
    text = shown(NAS, GONE)
    assert "STATE" in text
    assert "▲ nas: Disk /srv 86%, over 80%" in text
    assert "◌ gw: Nothing listens on that port." in text


def test_a_pipe_gets_no_padding_to_its_imaginary_width() -> None:
    console = Console(width=4096, markup=False, highlight=False)
    with console.capture() as capture:
        console.print(status_text([NAS, GONE], DEFAULTS, NOW_MS), soft_wrap=True)
    assert max(map(len, capture.get().splitlines())) < 300


def test_hostile_names_and_mounts_do_nothing() -> None:
    values = {SeriesKey("filesystem_used_percent", (("mount", "/\x1b[31m[bold]"),)): 99.0}
    text = shown(replace(NAS, reading=replace(NAS.reading, host=stale("[red]x\x1b").host), values=values))
    assert "\x1b" not in text
    assert "[red]x" in text
    assert "[bold]" in text
