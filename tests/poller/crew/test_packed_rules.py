"""Rules on their way to a worker."""

from alerts.rules.rule import Level
from alerts.rules.signal import Function
from poller.crew.messages import FollowRules, decode_to_worker, encode
from poller.crew.packed_rules import pack_rules, unpack_rules
from tests.alerts.evaluation.made import applied

CPU = applied("cpu_usage_percent", where={"mode": "a|b"}, labels=(("team", "db"),), critical=Level(90.0, 80.0))
OWN = applied("cpu_usage_percent", rule_id=2, owner="kim", hold_s=5)


def test_what_holds_on_a_host_comes_out_as_it_went_in() -> None:
    everywhere = (CPU, OWN)
    packed = pack_rules({1: everywhere, 2: everywhere, 3: (OWN,), 4: ()})
    message = decode_to_worker(encode(FollowRules(packed)))
    assert isinstance(message, FollowRules)
    unpacked = unpack_rules(message.rules)
    assert unpacked == {1: everywhere, 2: everywhere, 3: (OWN,), 4: ()}
    assert unpacked[1] is unpacked[2]
    assert unpacked[1][1].rule is unpacked[3][0].rule


def test_ten_thousand_hosts_with_the_same_rules_are_a_small_message() -> None:
    everywhere = tuple(applied(rule_id=number) for number in range(30))
    packed = pack_rules(dict.fromkeys(range(10_000), everywhere))
    assert len(encode(FollowRules(packed))) < 100_000


def test_only_what_is_looked_at_with_every_reading_goes() -> None:
    forecast = applied("filesystem_used_percent", function=Function.FORECAST, window_s=86_400)
    unreachable = applied("up", rule_id=2, function=Function.UNREACHABLE)
    assert unpack_rules(pack_rules({1: (forecast, unreachable, CPU)})) == {1: (CPU,)}
