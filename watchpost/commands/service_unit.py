"""`watchpost service unit`: the unit file of a service of the machine."""

from pathlib import Path
from typing import Annotated

import typer

from poller.health.address import LOOPBACK, PORT
from storage.database_url import database_place
from watchpost.console import print_text
from watchpost.invocation import configuration
from watchpost.poller_child import own_program
from watchpost.systemd_unit import STATE_FOLDER, system_unit_text, sysusers_text


def command(
    *,
    sysusers: Annotated[
        bool, typer.Option("--sysusers", help="The file that makes its user, for /etc/sysusers.d, instead.")
    ] = False,
    database: Annotated[
        str, typer.Option("--db", metavar="URL", help="The database that it polls; a path or a URL.")
    ] = f"sqlite:///{STATE_FOLDER}/watchpost.db",
) -> None:
    """Print the unit of a service of the machine that polls all hosts; docs/operation.md says where it goes."""
    if sysusers:
        print_text(sysusers_text())
        return
    url = configuration(database).database_url
    environment = {
        "WATCHPOST_HEALTH": f"{LOOPBACK}:{PORT}",
        # A service has no desktop, and so no keyring of one.
        "WATCHPOST_KEYRING": "encrypted-file",
        "WATCHPOST_SPOOL_DIR": f"{STATE_FOLDER}/spool",
    }
    place = database_place(url)
    file = place if isinstance(place, Path) else None
    print_text(system_unit_text([*own_program(), "run", "--db", url], environment, file))
