"""The argument that says which annotation is meant."""

from typing import Annotated

import typer

IdArgument = Annotated[int, typer.Argument(metavar="ID", help="Which one; “watchpost annotations list” tells.", min=1)]
