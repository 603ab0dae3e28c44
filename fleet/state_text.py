"""How a host is, in a word or two. Pure."""

from collections.abc import Mapping

from fleet.reading import Health
from storage.translation import N_, _

_STATES: Mapping[Health, str] = {
    Health.CRITICAL: N_("Critical"),
    Health.BLOCKED: N_("Blocked"),
    Health.UNREACHABLE: N_("Offline"),
    Health.WARNING: N_("Warning"),
    Health.UNKNOWN: N_("No data"),
    Health.OK: N_("Healthy"),
}


def state_text(health: Health) -> str:
    """The word for it."""
    return _(_STATES[health])
