"""`watchpost service status`: whether the service of this user runs."""

import typer
from rich.text import Text

from monitor_gui.surroundings import ServiceState
from watchpost.console import output, print_json
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.user_service import SystemdUserService, linger_hint

_SHAPE = {
    ServiceState.RUNNING: ("✔", "green"),
    ServiceState.STOPPED: ("▲", "yellow"),
    ServiceState.ABSENT: ("◌", "dim"),
    ServiceState.UNSUPPORTED: ("◌", "dim"),
}


def command(*, as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """Say whether the service of this user runs for this database. Exit code 0 when it does, else 1."""
    chosen = configuration(database)
    service = SystemdUserService(chosen.database_url, chosen.environment)
    state = service.state()
    runs = state is ServiceState.RUNNING
    if as_json:
        print_json({"state": state.value, "explanation": service.explanation, "unit": str(service.unit_path)})
    else:
        shape, colour = _SHAPE[state]
        output().print(Text(f"{shape} {state.value}", colour) + Text(f"  {service.explanation}"))
        if runs and (hint := linger_hint()):
            output().print(Text(hint))
    raise typer.Exit(0 if runs else 1)
