"""How each standing is called and drawn: never by a colour alone. Pure."""

from collections.abc import Mapping

from fleet.fleet_totals import Standing
from fleet.reading import Health
from monitor_gui.theme.tokens import Tokens, health_colour, health_icon
from storage.translation import N_, _

_HEALTH: Mapping[Standing, Health] = {
    Standing.CRITICAL: Health.CRITICAL,
    Standing.WARNING: Health.WARNING,
    Standing.OFFLINE: Health.UNREACHABLE,
    Standing.HEALTHY: Health.OK,
}
_TEXTS: Mapping[Standing, str] = {
    Standing.CRITICAL: N_("Critical"),
    Standing.WARNING: N_("Warning"),
    Standing.OFFLINE: N_("Offline"),
    Standing.HEALTHY: N_("Healthy"),
}


def standing_text(standing: Standing) -> str:
    """What it is called."""
    return _(_TEXTS[standing])


def standing_colour(tokens: Tokens, standing: Standing) -> str:
    """Its colour."""
    return health_colour(tokens, _HEALTH[standing].value)


def standing_icon(standing: Standing) -> str:
    """The name of its shape."""
    return health_icon(_HEALTH[standing].value)
