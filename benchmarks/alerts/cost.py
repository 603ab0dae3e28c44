"""What it costs to hold readings against rules: CPU for each reading, and memory of what is pending or fires.

Readings are those of the simulated fleet, as the poller decodes them. They are looked at once a second, as a poller
does: a fifth of all hosts at a time.
"""

import time
import tracemalloc
from collections.abc import Iterator, Sequence

from alerts.evaluation.book import AlertBook
from alerts.evaluation.live import LiveEvaluation
from alerts.evaluation.live_signal import is_live
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.matchers import Matcher, Operator
from alerts.rules.rule import Level, NewRule, Rule
from alerts.rules.shipped_rules import shipped_rules
from alerts.rules.signal import Function, Signal
from benchmarks.figure import Figure
from poller.stream.decode import Decoder
from simulated_fleet.machine import machines
from simulated_fleet.world import Due, World
from storage.scrape import Scrape

CPU_LIMIT_US = 30.0
MEMORY_LIMIT_MB = 300.0
RULES = 30
HOSTS = 1_000
MANY_HOSTS = 10_000
INTERVAL_S = 5.0
START_MS = 1_790_000_000_000
_SEED = 7
_GAP_MS = 60_000
_CYCLE = 6
"""Rounds in which every group of metrics has been read at least once."""


def measure(*, quick: bool) -> list[Figure]:
    """1,000 hosts for five simulated minutes, quickly for one; then 10,000 hosts in which every rule is passed."""
    rules = thirty_rules()
    hosts = HOSTS // 10 if quick else HOSTS
    return [
        _evaluation(rules, hosts, rounds=12 if quick else 60),
        _evaluation(rules, hosts, rounds=12 if quick else 60, overrides=True),
        _memory(rules, MANY_HOSTS // 10 if quick else MANY_HOSTS),
    ]


def thirty_rules() -> tuple[AppliedRule, ...]:
    """Those that come with Watchpost and are looked at with every reading, and some that look back."""
    looking_back = [
        NewRule(
            name=f"{metric} {function} {window_s:g}",
            signal=Signal(metric=metric, function=function, window_s=window_s, matchers=matchers),
            warning=Level(limit),
        )
        for metric, function, window_s, limit, matchers in (
            ("cpu_usage_percent", Function.AVERAGE, 600.0, 85.0, ()),
            ("memory_used_percent", Function.LOWEST, 300.0, 90.0, ()),
            ("load1", Function.AVERAGE, 300.0, 100.0, ()),
            ("disk_busy_percent", Function.AVERAGE, 300.0, 95.0, ()),
            ("filesystem_used_percent", Function.CHANGE, 1800.0, 0.01, (Matcher("mount", Operator.EQUAL, "/"),)),
            ("context_switches_total", Function.CHANGE, 60.0, 1e9, ()),
        )
    ]
    known: dict[tuple[object, ...], NewRule] = {}
    for rule in (*looking_back, *shipped_rules()):
        # That one fires nearly everywhere, and what fires is not what is measured here.
        if is_live(rule.signal) and rule.signal.metric != "swap_used_bytes":
            known.setdefault((rule.signal, rule.comparison, rule.warning, rule.critical), rule)
    chosen = list(known.values())[:RULES]
    if len(chosen) < RULES:
        raise RuntimeError(f"There are only {len(chosen)} rules to measure with.")
    return tuple(_applied(number, rule) for number, rule in enumerate(chosen, 1))


def _applied(number: int, rule: NewRule, higher: float = 0.0) -> AppliedRule:
    stored = Rule(
        id=number,
        revision=1,
        name=f"{number} {rule.name}",
        signal=rule.signal,
        comparison=rule.comparison,
        warning=rule.warning,
        critical=rule.critical,
        hold_s=rule.hold_s,
    )
    warning = None if rule.warning is None else Level(rule.warning.limit + higher)
    return AppliedRule(rule=stored, warning=warning, critical=rule.critical, hold_s=rule.hold_s)


def _evaluation(rules: Sequence[AppliedRule], hosts: int, *, rounds: int, overrides: bool = False) -> Figure:
    """CPU for each reading, in the best of all half minutes but the first."""
    live = LiveEvaluation(AlertBook())
    if overrides:
        # A level of its own on every host: each has limits that no other has.
        per_host = {
            host_id: tuple(_applied(applied.rule.id, applied.rule, host_id * 1e-6) for applied in rules)
            for host_id in range(1, hosts + 1)
        }
        live.follow(per_host)
    else:
        live.follow(dict.fromkeys(range(1, hosts + 1), rules))
    cost = [_cost_s(live, scrapes) for scrapes in readings(hosts, rounds)]
    # Each half minute has the same in it; whatever else this machine does makes some of them dearer.
    half_minutes = [sum(cost[first : first + _CYCLE]) for first in range(_CYCLE, len(cost) - _CYCLE + 1, _CYCLE)]
    name = "evaluation_own_levels_us" if overrides else "evaluation_us"
    levels = "a level of its own on every host" if overrides else "the same levels everywhere"
    what = f"CPU for a reading of one of {hosts} hosts with {RULES} rules, {levels}"
    how = f"{what}; best of {len(half_minutes)} half minutes"
    return Figure(name, min(half_minutes) / _CYCLE / hosts * 1e6, CPU_LIMIT_US, "µs", how)


def _cost_s(live: LiveEvaluation, scrapes: Sequence[Scrape]) -> float:
    began = time.process_time()
    per_second = -(-len(scrapes) // int(INTERVAL_S))
    for first in range(0, len(scrapes), per_second):
        for scrape in scrapes[first : first + per_second]:
            live.take(scrape, INTERVAL_S)
        live.judge_due()
    live.look(scrapes[-1].ts)
    return time.process_time() - began


def readings(hosts: int, rounds: int, *, slow_every: int = _CYCLE) -> Iterator[list[Scrape]]:
    """One of each host a round, as the poller has them; what is slow is in every so many of them."""
    world = World(machines(hosts, _SEED), seed=_SEED, start_ms=START_MS)
    decoders = [Decoder(index + 1) for index in range(hosts)]
    start_s = START_MS / 1000 + 60
    for index, decoder in enumerate(decoders):
        for line in (world.hello(index, world.steady_s(index, start_s), start_s), *world.layouts(index)):
            decoder.decode(line, start_s)
    for number in range(rounds):
        due = [
            Due(
                index=index,
                n=number,
                m_s=world.steady_s(index, t_s),
                t_s=t_s,
                wants_processes=number % 2 == 0,
                # As in a fleet that did not start all at once.
                wants_slow=(number + index) % slow_every == 0,
            )
            for index in range(hosts)
            for t_s in (start_s + number * INTERVAL_S + index / hosts * INTERVAL_S,)
        ]
        decoded = [decoders[one.index].decode(line, one.t_s) for one, line in zip(due, world.scrapes(due), strict=True)]
        yield [scrape for scrape in decoded if isinstance(scrape, Scrape)]


def _memory(rules: Sequence[AppliedRule], hosts: int) -> Figure:
    """What it takes to look at them, and that every rule is passed on each of them."""
    rounds = list(readings(hosts, 2, slow_every=1))
    tracemalloc.start()
    book = AlertBook()
    live = LiveEvaluation(book)
    live.follow(dict.fromkeys(range(1, hosts + 1), rules))
    for scrapes in rounds:
        _cost_s(live, scrapes)
    for host_id in range(1, hosts + 1):
        for applied in rules:
            limit = applied.warning or applied.critical
            beyond = -1.0 if applied.comparison.value.startswith("<") else 1.0
            value = beyond + (0.0 if limit is None else limit.limit)
            # Each number another object, as they come from elsewhere.
            book.take(applied, host_id, "of all", value, START_MS + host_id, longest_gap_ms=_GAP_MS)
    taken_mb = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    how = f"{hosts} hosts that are looked at, and {len(book)} alerts that are pending or fire: {RULES} on each of them"
    return Figure("alert_state_mb", taken_mb, MEMORY_LIMIT_MB, "MB", how)
