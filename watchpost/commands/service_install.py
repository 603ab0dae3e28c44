"""`watchpost service install`: have the system keep a poller running for this user."""

from rich.text import Text

from storage.database_url import database_label
from watchpost.console import output
from watchpost.invocation import DatabaseOption, configuration
from watchpost.user_service import SystemdUserService, linger_hint


def command(*, database: DatabaseOption = None) -> None:
    """Install and start a service of this user that polls all hosts, from every login on.

    Run it again after an update or another choice in the environment: it writes the unit anew and restarts the poller.
    """
    chosen = configuration(database)
    service = SystemdUserService(chosen.database_url, chosen.environment)
    service.install()
    output().print(Text(f"The service polls {database_label(chosen.database_url)}. Its unit is {service.unit_path}."))
    if hint := linger_hint():
        output().print(Text(hint))
