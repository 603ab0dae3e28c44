"""`watchpost annotations remove`: forget what was noted."""

import typer
from rich.text import Text

from storage.annotations import find_annotation, remove_annotation
from storage.errors import InvalidInputError
from storage.printable import printable
from watchpost.annotation_id import IdArgument
from watchpost.console import is_interactive, output
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, YesOption, configuration


def command(annotation_id: IdArgument, *, yes: YesOption = False, database: DatabaseOption = None) -> None:
    """Forget what was noted. Measurements stay as they are."""
    with existing_database(configuration(database).database_url) as opened:
        with opened.reading() as connection:
            found = find_annotation(connection, annotation_id)
        if not yes:
            _confirm(f"annotation {found.id}, “{printable(found.text, 1000)}”")
        with opened.writing() as connection:
            gone = remove_annotation(connection, annotation_id)
    output().print(Text(f"Annotation {gone.id}, “{printable(gone.text, 1000)}”, is forgotten."))


def _confirm(what: str) -> None:
    if not is_interactive():
        raise InvalidInputError("Nobody is here to confirm the removal.", hint="Add --yes.")
    typer.confirm(f"Forget {what}?", abort=True, err=True)
