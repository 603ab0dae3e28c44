"""Rules and hosts to try things on."""

from alerts.rules.matchers import Matcher, Operator
from alerts.rules.rule import Comparison, Level, NewRule, Scope
from alerts.rules.signal import Function, Signal
from storage.host import Host

NOW = 1_790_000_000_000

CPU = NewRule(
    name="CPU",
    signal=Signal(metric="cpu_usage_percent"),
    warning=Level(80, 75),
    critical=Level(90, 85),
    annotations=(("summary", "{{ $labels.host }} is at {{ $value }} %"),),
)
EVERYTHING_SAID = NewRule(
    name="All that can be said",
    signal=Signal(
        metric="filesystem_used_percent",
        matchers=(Matcher("mount", Operator.MATCHES, "/srv/.*"), Matcher("mount", Operator.NOT_EQUAL, "/srv/tmp")),
        function=Function.FORECAST,
        window_s=3600,
        horizon_s=86_400,
        scale=-0.5,
        offset=3,
    ),
    comparison=Comparison.AT_MOST,
    warning=Level(20, 25),
    critical=Level(10),
    hold_s=60,
    keep_firing_s=30,
    scope=Scope(hosts=("db1",), groups=("Postgres",), tags=("서울", "prod")),
    labels=(("team", "storage"),),
    annotations=(("summary", "{{ $labels.mount }}"), ("summary_ko", "가득")),
    enabled=False,
    source="file disks.yml",
)


def host(host_id: int = 1, *, name: str = "db1", group: str | None = None, tags: tuple[str, ...] = ()) -> Host:
    return Host(id=host_id, revision=1, name=name, address=name, group=group, tags=tags)
