"""Whether there is anything new to tell people of: cheap enough to be asked every second."""

from sqlalchemy import Connection, func, select

from storage.schema import alert_routes, alert_transitions, maintenance_windows, receivers, silences

_MARK = select(
    select(func.max(alert_transitions.c.id)).scalar_subquery(),
    select(func.max(silences.c.id)).scalar_subquery(),
    select(func.count()).select_from(silences).scalar_subquery(),
    select(func.count()).select_from(alert_routes).scalar_subquery(),
    select(func.count()).select_from(maintenance_windows).scalar_subquery(),
    select(func.max(receivers.c.updated_at)).scalar_subquery(),
)


def notifier_mark(connection: Connection) -> object:
    """Differs when alerts have changed, or somebody has made or removed a silence, a route, a window or a receiver."""
    return tuple(connection.execute(_MARK).one())
