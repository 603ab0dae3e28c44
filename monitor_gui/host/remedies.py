"""What helps when a host's session is not up. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from fleet.advice_text import advice_text
from storage.reason import Reason

_EDIT, _TRUST, _TEST, _RETRY = "edit", "trust", "test", "retry"
_HELP: Mapping[Reason, str] = {
    Reason.DNS: _EDIT,
    Reason.REFUSED: _EDIT,
    Reason.NO_ROUTE: _TEST,
    Reason.TIMEOUT: _TEST,
    Reason.PROTOCOL: _EDIT,
    Reason.HOST_KEY_UNKNOWN: _TRUST,
    Reason.HOST_KEY_CHANGED: _TRUST,
    Reason.AUTH: _EDIT,
    Reason.DIRECTORY_DOWN: _RETRY,
    Reason.CREDENTIAL: _EDIT,
    Reason.NO_SHELL: _TEST,
    Reason.RESTRICTED: _TEST,
    Reason.WINDOWS: _EDIT,
    Reason.SUDO: _EDIT,
    Reason.NO_PYTHON: _TEST,
    Reason.PYTHON_TOO_OLD: _TEST,
    Reason.PSUTIL_MISSING: _TEST,
    Reason.PROBE_CRASHED: _TEST,
    Reason.BAD_LINE: _TEST,
    Reason.SILENT: _TEST,
    Reason.LOST: _TEST,
}


class Remedy(NamedTuple):
    """What to do.

    Attributes:
        advice: in a sentence.
        help: key of the button that helps: `edit`, `trust`, `test`, `retry`, or empty.
    """

    advice: str
    help: str


def remedy(reason: Reason | None) -> Remedy:
    """What helps against a reason."""
    if reason is None:
        return Remedy("", _TEST)
    return Remedy(advice_text(reason), _HELP[reason])
