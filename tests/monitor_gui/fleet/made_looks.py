"""Looks at a made-up fleet, such as the design's pictures show."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from alerts.thresholds import DEFAULTS, find, worst
from fleet.curve_grid import BUCKET_MS, HOUR_MS
from fleet.curves import FleetCurves
from fleet.points import Points
from fleet.reading import NO_HEADLINE, OF_SEVERITY, Health, HostReading, Moment
from fleet.state import FleetState
from monitor_gui.reading.look import FleetLook
from storage.errors import WatchpostError
from storage.host import Host
from storage.latest import Latest
from storage.series import SeriesKey

NOW_MS = 1_790_000_000_000
MOMENT = Moment(now_ms=NOW_MS, thresholds=DEFAULTS, interval_s=5.0, is_polled=True)
GIB = 2.0**30


def host(name: str, host_id: int, group: str = "", *tags: str) -> Host:
    """A registered host."""
    address = f"10.20.{host_id // 250}.{host_id % 250 + 1}"
    return Host(id=host_id, revision=1, name=name, address=address, group=group or None, tags=tags)


def reading(
    of: Host,
    cpu: float | None = 34.0,
    memory: float | None = 52.0,
    disk: float | None = 41.0,
    *,
    rates: tuple[float | None, float | None] = (16.8e6, 3.3e6),
    mount: str = "/",
) -> HostReading:
    """A current reading, judged by the default limits."""
    values = replace(
        NO_HEADLINE,
        cpu_percent=cpu,
        memory_percent=memory,
        disk_percent=disk,
        fullest_mount=mount,
        load1=0.42,
        receive_bytes_per_second=rates[0],
        transmit_bytes_per_second=rates[1],
    )
    findings = find(values, DEFAULTS)
    health = OF_SEVERITY[worst(findings)]
    return HostReading(
        host=of, host_id=of.id, health=health, ts=NOW_MS - 2000, current=True, headline=values, findings=findings
    )


def lost(
    of: Host, health: Health = Health.UNREACHABLE, note: str = "connection refused", ago_s: int = 240
) -> HostReading:
    """A host that was read last a while ago."""
    return replace(reading(of), health=health, note=note, ts=NOW_MS - ago_s * 1000, current=False, findings=())


def wave(level: float, seed: int, *, swing: float = 0.08, rise: float = 0.0) -> Points:
    """An hour that ends at about that level."""
    ts = np.arange(NOW_MS - HOUR_MS, NOW_MS + 1, BUCKET_MS, dtype=np.int64)
    along = np.linspace(0, 1, len(ts))
    noise = np.random.default_rng(seed).normal(0, 0.012, len(ts)).cumsum()
    shape = np.sin(along * 9 + seed) * 0.6 + np.sin(along * 23 + seed * 2) * 0.25
    values = level * (1 + swing * (shape + noise * 3)) - rise * (1 - along) ** 2
    return Points(ts, np.clip(values, 0, None))


def look(readings: Sequence[HostReading], *, curves: FleetCurves | None = None, **changes: object) -> FleetLook:
    """A look that has found these."""
    hosts = [each.host for each in readings if isinstance(each.host, Host)]
    latest = {
        each.host_id: Latest(
            each.host_id,
            each.ts,
            {SeriesKey("memory_used_bytes"): 0.61 * 64 * GIB, SeriesKey("memory_total_bytes"): 64 * GIB},
        )
        for each in readings
        if each.host_id is not None and each.ts is not None
    }
    made = FleetLook(
        moment=MOMENT,
        state=FleetState(hosts=hosts, latest=latest),
        readings=list(readings),
        curves=curves or FleetCurves(),
        loaded=True,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def failing(text: str = "The database is locked.", hint: str = "It is looked at again every second.") -> WatchpostError:
    """Why nothing could be read."""
    return WatchpostError(text, hint=hint)


_PICTURED: tuple[tuple[str, str, str, float, float, float], ...] = (
    ("db-primary-01", "Postgres", "Seoul", 94, 86, 71),
    ("cache-02", "Redis", "Seoul", 38, 96, 44),
    ("build-runner-07", "CI", "Frankfurt", 88, 62, 58),
    ("nas-backup-01", "Storage", "Busan", 12, 41, 86),
    ("edge-proxy-03", "Edge", "Tokyo", 83, 55, 33),
    ("gpu-train-02", "ML", "Seoul", 71, 88, 69),
    ("api-01", "API", "Seoul", 48, 61, 38),
    ("api-02", "API", "Seoul", 44, 58, 38),
    ("queue-01", "RabbitMQ", "Seoul", 22, 47, 29),
    ("db-replica-01", "Postgres", "Seoul", 28, 66, 64),
    ("db-replica-02", "Postgres", "Tokyo", 25, 64, 63),
    ("search-01", "OpenSearch", "Seoul", 41, 72, 57),
    ("mail-01", "Mail", "Frankfurt", 9, 36, 48),
    ("vpn-01", "Network", "Seoul", 6, 22, 18),
    ("grafana-01", "Tools", "Seoul", 14, 44, 35),
)


def pictured(count: int = 128, *, with_groups: bool = True) -> FleetLook:
    """The fleet of the design's pictures: a few in trouble, one away, the others busy as usual."""
    readings = [
        reading(
            host(name, place + 1, group if with_groups else "", *((town,) if with_groups else ())),
            cpu, memory, disk,
            rates=(2.1e6 * (place % 9 + 1), 1.3e6 * (place % 7 + 1)),
            mount="/srv" if disk > 80 else "/",
        )
        for place, (name, group, town, cpu, memory, disk) in enumerate(_PICTURED[:count])
    ]  # fmt: skip
    if count > len(_PICTURED):
        away = host(
            "iot-gw-11", len(_PICTURED) + 1, "Edge" if with_groups else "", *(("Busan",) if with_groups else ())
        )
        readings.append(lost(away))
    for place in range(len(readings), count):
        of = host(
            f"web-{place - 15:02d}", place + 1, "Web" if with_groups else "", *(("Seoul",) if with_groups else ())
        )
        level = 30 + 18 * math.sin(place)
        readings.append(
            reading(of, level, 40 + place % 30, 30 + place % 40, rates=(1e6 * (place % 23), 8e5 * (place % 13)))
        )
    return look(readings, curves=hour_of(readings))


def hour_of(readings: Sequence[HostReading]) -> FleetCurves:
    """An hour that fits these readings."""
    return FleetCurves(
        cpu={
            each.host_id: wave(
                each.headline.cpu_percent or 0, each.host_id, rise=45 if each.health is Health.CRITICAL else 0
            )
            for each in readings
            if each.host_id is not None
        },
        average_cpu=wave(37.4, 3, swing=0.2),
        memory_used_bytes=wave(2.81 * 2**40, 5, swing=0.02),
        network_bytes_per_second=wave(3.92e9 / 8, 8, swing=0.4),
        fullest_disk_percent=wave(86, 12, swing=0.001, rise=3),
    )
