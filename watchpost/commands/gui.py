"""`watchpost gui`: the desktop application, or pictures of all of its pages."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from storage.errors import WatchpostError
from watchpost.console import errors
from watchpost.desktop_start import has_desktop_libraries, open_desktop
from watchpost.invocation import DatabaseOption, configuration


class DesktopMissingError(WatchpostError):
    """The desktop application's libraries are not installed."""

    kind = "desktop_missing"


def command(
    *,
    host: Annotated[
        str | None, typer.Option("--host", metavar="NAME", help="Open this host first.", show_default=False)
    ] = None,
    screenshot: Annotated[
        Path | None,
        typer.Option(
            "--screenshot",
            metavar="DIR",
            help="Write a picture of every page in both themes and end; needs no display.",
            show_default=False,
        ),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Open the desktop application.

    It watches all registered hosts with a poller of its own where none runs on the database. With --screenshot it
    opens no window: every page is rendered from the database as it is and written as PNG.
    """
    if not has_desktop_libraries():
        raise DesktopMissingError(
            "The libraries of the desktop application are not installed.",
            hint="Install PySide6_Essentials and pyqtgraph, or use “watchpost top” in a terminal.",
        )
    chosen = configuration(database)
    if screenshot is None:
        raise typer.Exit(open_desktop(lambda: chosen, host_name=host))
    from watchpost.screenshots import take_screenshots  # noqa: PLC0415 - brings in all of Qt

    for path in take_screenshots(chosen, screenshot):
        errors().print(Text(str(path)))
