"""`watchpost alerts receivers edit`: change a receiver."""

from typing import Annotated

import typer
from rich.text import Text

from alerts.receivers.soundness import TAKES_SECRET, check_receiver
from storage.alerting.receiver import NewReceiver
from storage.alerting.receiver_rows import Keeping, edit_receiver, find_receiver, receiver_credential
from storage.errors import InvalidInputError
from storage.utc import now_ms
from watchpost.console import output
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, configuration
from watchpost.receiver_input import OptionsOption, SecretFileOption, given_options, receiver_secret, tell_warnings
from watchpost.secret_keeping import persons_keeper
from watchpost.secret_sending import ConfirmOption, addressees, tell_whereabouts


def command(  # noqa: PLR0913 - one for each option
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which receiver.")],
    *,
    rename: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Call it this; routes follow.", show_default=False)
    ] = None,
    option: OptionsOption = None,
    unset: Annotated[
        list[str] | None,
        typer.Option("--unset", metavar="NAME", help="An option that goes back to its default.", show_default=False),
    ] = None,
    enabled: Annotated[
        bool | None, typer.Option("--enable/--disable", help="Whether it is told anything.", show_default=False)
    ] = None,
    new_secret: Annotated[bool, typer.Option("--new-secret", help="Ask for another URL or password.")] = False,
    from_file: SecretFileOption = None,
    confirm: ConfirmOption = None,
    database: DatabaseOption = None,
) -> None:
    """Change a receiver. What is not named stays as it is; everything is checked before it is stored."""
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened:
        with opened.reading() as connection:
            old = find_receiver(connection, name)
        options = {key: value for key, value in old.options.items() if key not in (unset or ())}
        changed = NewReceiver(
            name=old.name if rename is None else rename,
            kind=old.kind,
            options=options | given_options(old.kind, option),
            enabled=old.enabled if enabled is None else enabled,
        )
        asked = new_secret or from_file is not None
        if asked and old.kind not in TAKES_SECRET:
            raise InvalidInputError(f"A receiver by {old.kind.value} has no secret.")
        secret = receiver_secret(old.kind, old.name, from_file) if asked else None
        warnings = check_receiver(changed, secret, keeps_secret=old.credential_id is not None)
        found = addressees(chosen, opened, persons_keeper(chosen, opened), confirm) if secret is not None else None
        keeping = Keeping(found.kept_by(), found.confirmed, secret) if found is not None else Keeping()
        kept = edit_receiver(opened, name, changed, keeping, now_ms=now_ms())
        with opened.reading() as connection:
            credential = receiver_credential(connection, kept)
    output().print(Text(f"“{kept.name}” is changed."))
    if found is not None and credential is not None:
        tell_whereabouts(credential.name, found)
    tell_warnings(warnings)
