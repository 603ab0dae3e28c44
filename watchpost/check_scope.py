"""The options that say whom a check is for."""

from typing import Annotated

import typer

HostOption = Annotated[str | None, typer.Option("--host", metavar="HOST", help="For this host.", show_default=False)]
GroupOption = Annotated[
    str | None, typer.Option("--group", metavar="GROUP", help="For the hosts of this group.", show_default=False)
]
