"""`watchpost service unit`: the unit file of a service of the machine."""

import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

import watchpost
from poller.health.address import LOOPBACK, PORT
from storage.database_url import database_place
from watchpost.console import errors, print_text
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
    places = program_places()
    print_text(system_unit_text([*own_program(), "run", "--db", url], environment, file, read_from=places))
    for place, folder in closed_places(places).items():
        errors().print(
            f"The service will not start: {place} is a part of this installation, and {folder} is closed to its user. "
            "Install Watchpost where every user may read it, such as /opt/watchpost, with a Python of the system."
        )


def program_places() -> list[Path]:
    """Where the interpreter and the sources of this program really lie."""
    return [Path(sys.executable).resolve(), Path(watchpost.__file__).resolve().parent]


def closed_places(places: Sequence[Path]) -> dict[Path, Path]:
    """Which of these another user cannot get to, each with the outermost folder that keeps it closed."""
    found = {place: next(filter(_is_closed, [*reversed(place.parents), place]), None) for place in places}
    return {place: folder for place, folder in found.items() if folder}


def _is_closed(place: Path) -> bool:
    return not place.stat().st_mode & stat.S_IXOTH
