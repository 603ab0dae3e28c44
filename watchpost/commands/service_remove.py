"""`watchpost service remove`: end the service of this user."""

from rich.text import Text

from watchpost.console import output
from watchpost.invocation import DatabaseOption, configuration
from watchpost.user_service import SystemdUserService


def command(*, database: DatabaseOption = None) -> None:
    """Stop the service of this user and take it away; what was recorded stays."""
    chosen = configuration(database)
    service = SystemdUserService(chosen.database_url, chosen.environment)
    was_there = service.unit_path.exists()
    service.remove()
    output().print(Text("The service is gone." if was_there else "There is no service."))
