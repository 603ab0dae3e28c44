"""Silences."""

from alerts.notifier.silence import Silence, silenced_by
from alerts.rules.matchers import Matcher, Operator
from tests.alerts.notifier.made_alert import made

WEB = Silence(id=1, matchers=(Matcher("host", Operator.EQUAL, "web-1"),), starts_at=1000, ends_at=2000)


def test_a_silence_holds_from_its_start_to_just_before_its_end() -> None:
    assert [bool(silenced_by(made(), [WEB], ts)) for ts in (999, 1000, 1999, 2000)] == [False, True, True, False]


def test_a_silence_leaves_others_alone() -> None:
    assert silenced_by(made(host="web-2"), [WEB], 1500) == ()


def test_every_silence_that_holds_is_named() -> None:
    everything = Silence(id=2, matchers=(), starts_at=0, ends_at=9000)
    assert [silence.id for silence in silenced_by(made(), [WEB, everything], 1500)] == [1, 2]
