"""What is wrong with a host, in the words of its banner."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from fleet.advice_text import advice_text
from fleet.host_curves import CurveSpan, HostCurves
from fleet.host_history import HostHistory
from fleet.points import Points
from fleet.reading import Health
from fleet.reason_text import sentence_text
from monitor_gui.host.troubles import Help, over_since, share_of, trouble
from storage.reason import HostState, Reason
from storage.rollup import Interval
from tests.monitor_gui.host.made_views import GIB, HOST, NOW_MS, VALUES, key, mount, stale, status, view

UTC_ZONE = ZoneInfo("UTC")


def history(**curves: Points) -> HostHistory:
    span = CurveSpan(host_id=1, start=NOW_MS - 3_600_000, end=NOW_MS, interval_s=5.0)
    return HostHistory(span=span, interval=Interval.RAW, interval_s=5.0, curves=HostCurves(**curves), whole_at=NOW_MS)


def curve(*values: float) -> Points:
    """A value each minute, the last one now."""
    return Points(NOW_MS - 60_000 * np.arange(len(values) - 1, -1, -1), np.array(values))


def test_nothing_is_wrong_with_a_healthy_host() -> None:
    assert trouble(view(), None, None) is None


def test_one_finding_says_what_it_means() -> None:
    found = trouble(view({**VALUES, key("cpu_usage_percent"): 94.0}), None, None)
    assert found is not None
    assert (found.severity, found.text) == ("crit", "CPU 94%, over 90%")
    assert "top" in found.hint
    assert found.help_text == ""


def test_it_says_since_when_where_the_curve_knows() -> None:
    busy = replace(view({**VALUES, key("cpu_usage_percent"): 94.0}), time_zone=UTC_ZONE)
    found = trouble(busy, None, history(cpu=curve(50, 95, 40, 91, 92, 95, 93, 94)))
    assert found is not None
    assert found.hint.startswith("For 4 min, since 14:09. ")


def test_for_memory_as_well() -> None:
    full = view({**VALUES, key("memory_used_percent"): 96.0})
    used = curve(*(share * GIB for share in (50, 60, 62, 63)))
    total = Points(used.ts, np.full(4, 64 * GIB))
    found = trouble(full, None, history(memory_used=used, memory_total=total))
    assert found is not None
    assert found.hint.startswith("For 1 min, since ")


def test_it_is_silent_where_the_curve_does_not_know() -> None:
    busy = view({**VALUES, key("cpu_usage_percent"): 94.0})
    for unknowing in (None, history(), history(cpu=curve(95, 95)), history(cpu=curve(95, 50))):
        found = trouble(busy, None, unknowing)
        assert found is not None
        assert "For" not in found.hint


def test_several_findings_are_named_and_the_rest_counted() -> None:
    values = {**VALUES, key("cpu_usage_percent"): 85.0}
    for place in range(5):
        values |= mount(f"/srv/{place}", 95.0 - place)
    found = trouble(view(values), None, None)
    assert found is not None
    assert found.text == "Disk /srv/0 95%, over 90%"
    assert found.hint == "Also Disk /srv/1 94%, over 90% · Disk /srv/2 93%, over 90% · 3 more."


def test_a_warning_is_a_warning() -> None:
    found = trouble(view({**VALUES, key("cpu_usage_percent"): 85.0}), None, None)
    assert found is not None
    assert found.severity == "warn"


def test_an_unreachable_host_says_why_since_when_and_what_to_do() -> None:
    seen = replace(stale(reason=Reason.TIMEOUT, detail="10.20.4.11 port 22"), time_zone=UTC_ZONE)
    found = trouble(seen, status(HostState.UNREACHABLE, Reason.TIMEOUT), None)
    assert found is not None
    assert found.severity == "crit"
    assert found.text == "Not reachable: no answer in time"
    advice = advice_text(Reason.TIMEOUT)
    assert found.hint == f"Since 14:03. 10.20.4.11 port 22. {advice} The values below are from 4 min ago."
    assert found.help_text == "Test connection"


def test_what_says_the_same_once_more_is_left_out() -> None:
    found = trouble(stale(reason=Reason.TIMEOUT, detail="No answer in time."), None, None)
    assert found is not None
    assert "No answer in time" not in found.hint


def test_a_changed_host_key_leads_to_the_key() -> None:
    seen = stale(Health.BLOCKED, "host key changed", reason=Reason.HOST_KEY_CHANGED)
    found = trouble(seen, status(HostState.BLOCKED, Reason.HOST_KEY_CHANGED, 200_000), None)
    assert found is not None
    assert found.text == "Blocked: host key changed"
    assert found.hint.startswith("Since 19 Sep ")
    assert (found.help, found.help_text) == (Help.TRUST, "Check host key…")


@pytest.mark.parametrize("reason", list(Reason))
def test_what_a_poller_says_of_every_such_host_is_not_said_once_more(reason: Reason) -> None:
    """It would be in English, whatever the window speaks."""
    found = trouble(stale(reason=reason, detail=sentence_text(reason)), None, None)
    assert found is not None
    assert sentence_text(reason) not in found.hint
    more = trouble(stale(reason=reason, detail="It fell into the sea."), None, None)
    assert more is not None
    assert "It fell into the sea." in more.hint


def test_a_refused_login_leads_to_the_settings() -> None:
    found = trouble(stale(Health.BLOCKED, "login refused", reason=Reason.AUTH), None, None)
    assert found is not None
    assert found.help_text == "Edit host"


@pytest.mark.parametrize(
    ("note", "text"),
    [
        ("no poller is running", "No poller is running."),
        ("waiting for the first reading", "Waiting for the first reading."),
    ],
)
def test_what_is_no_failure_is_only_said(note: str, text: str) -> None:
    found = trouble(stale(Health.UNKNOWN, note), None, None)
    assert found is not None
    assert (found.severity, found.text, found.help) == ("hint", text, Help.NONE)


def test_a_host_that_is_switched_off_can_be_switched_on() -> None:
    off = stale(Health.UNKNOWN, "switched off", host=replace(HOST, enabled=False))
    found = trouble(off, None, None)
    assert found is not None
    assert found.help is Help.EDIT


def test_a_host_that_was_never_read_has_no_values_from_before() -> None:
    seen = stale(Health.UNKNOWN, "waiting for the first reading")
    found = trouble(replace(seen, reading=replace(seen.reading, ts=None)), None, None)
    assert found is not None
    assert found.hint == ""


def test_a_hosts_words_are_cleaned() -> None:
    found = trouble(stale(reason=Reason.LOST, detail="\x1b[31mevil\u202e" + "x" * 999), None, None)
    assert found is not None
    assert "\x1b" not in found.hint
    assert "\u202e" not in found.hint
    assert len(found.hint) < 500


def test_since_when_a_limit_is_passed() -> None:
    assert over_since(curve(1, 9, 9), 5) == NOW_MS - 60_000
    assert over_since(curve(1, 9, 5), 5) is None
    assert over_since(curve(9, 9), 5) is None
    assert over_since(curve(9, np.nan, 9), 5) == NOW_MS
    assert over_since(Points(), 5) is None


def test_a_share_is_taken_where_both_are_known() -> None:
    part = Points(np.array([1, 2, 3]), np.array([1.0, 2, 3]))
    whole = Points(np.array([2, 3, 4]), np.array([8.0, 0, 9]))
    share = share_of(part, whole)
    assert (share.ts.tolist(), share.values.tolist()) == ([2], [25.0])
