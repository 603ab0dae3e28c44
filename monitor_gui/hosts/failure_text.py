"""Why a connection test failed, and what to do about it, for a person who is about to do it. Pure."""

from typing import NamedTuple

from fleet.advice_text import advice_text
from fleet.reason_text import says_more, sentence_text
from monitor_gui.hosts.verdict import Verdict
from storage.printable import printable
from storage.translation import _

_MESSAGE_LIMIT, _DETAIL_LIMIT, _DETAIL_LINES = 500, 300, 8


class FailureText(NamedTuple):
    """A failure in words.

    Attributes:
        title: what is wrong.
        advice: what to do.
        said: the poller's own words, where they say more, and the host's last ones; may be empty.
    """

    title: str
    advice: str
    said: str = ""


def failure_text(verdict: Verdict) -> FailureText:
    """A failed test in words; the poller's own ones where the reason is of a later version."""
    message = printable(verdict.message, _MESSAGE_LIMIT)
    reason = verdict.known_reason
    if reason is None:
        return FailureText(message or _("The test failed."), printable(verdict.hint, _MESSAGE_LIMIT), _last(verdict))
    more = message if says_more(reason, message) else ""
    said = "\n".join(part for part in (more, _last(verdict)) if part)
    return FailureText(sentence_text(reason), advice_text(reason), said)


def _last(verdict: Verdict) -> str:
    lines = verdict.detail.splitlines()[-_DETAIL_LINES:]
    return "\n".join(printable(line, _DETAIL_LIMIT) for line in lines)
