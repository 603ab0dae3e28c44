"""`watchpost credentials send`: seal a secret for a poller that does not have it."""

from typing import Annotated

import typer
from rich.text import Text

from storage.credentials import find_credential
from storage.envelopes import Recipient
from storage.errors import KeyringUnavailableError, NotFoundError
from storage.secret_keeper import Credential
from storage.sending import Addressees, send_secret
from storage.utc import now_ms
from watchpost.console import is_interactive, output
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, configuration
from watchpost.secret_input import FromFileOption, secret_from
from watchpost.secret_keeping import persons_keeper
from watchpost.secret_sending import ConfirmOption, addressees, recipient_text, tell_whereabouts


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which credential.")],
    *,
    poller: Annotated[
        str | None,
        typer.Option("--poller", metavar="POLLER", help="Only this one, even if it has it.", show_default=False),
    ] = None,
    from_file: FromFileOption = None,
    confirm: ConfirmOption = None,
    database: DatabaseOption = None,
) -> None:
    """Send a secret to pollers that do not have it, as to a new one on another machine.

    It is taken from the keyring here; where that has it not, it is asked for. It is sealed to the key of the poller,
    which shows that key in its log, so that you can compare it before you confirm it.
    """
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened:
        with opened.reading() as connection:
            credential = find_credential(connection, name)
        keeper = persons_keeper(chosen, opened)
        found = only(addressees(chosen, opened, keeper, confirm), poller, credential)
        if found.confirmed:
            secret = _secret(found, credential, from_file)
            send_secret(opened, name, secret, found.confirmed, now_ms())
    if not found.others:
        output().print(Text(f"No poller says that it lacks “{name}”."))
        return
    tell_whereabouts(name, found)
    if not found.confirmed:
        raise typer.Exit(1)


def only(found: Addressees, poller: str | None, credential: Credential) -> Addressees:
    """Those that a secret is to be sent to now. Raises NotFoundError when there is no poller of that name."""
    if poller is None:
        lacking = [each for each in found.others if credential.name in each.recipient.lacking]
        return Addressees(lacking, found.database_id, found.keeper)
    named = [each for each in found.others if each.recipient.name == poller]
    if not named:
        raise NotFoundError(
            f"There is no poller “{poller}” with a keyring other than the one here.",
            hint=f"There are: {_names([each.recipient for each in found.others])}.",
        )
    return Addressees(named, found.database_id, found.keeper)


def _names(found: list[Recipient]) -> str:
    return ", ".join(recipient_text(recipient) for recipient in found) or "none"


def _secret(found: Addressees, credential: Credential, from_file: str | None) -> str:
    if from_file is None and found.keeper is not None:
        try:
            return found.keeper.secret(credential)
        except KeyringUnavailableError as error:
            if not is_interactive():
                raise KeyringUnavailableError(
                    error.message, hint="Give it from a file or a pipe: --from-file FILE, or --from-file -"
                ) from error
    return secret_from(credential.name, credential.kind, from_file)
