"""`watchpost alerts receivers add`: somebody, or something, that is told of alerts."""

import shlex
from typing import Annotated

import typer
from rich.text import Text

from alerts.receivers.options import options_of
from alerts.receivers.soundness import NEEDS_SECRET, check_receiver
from storage.alerting.receiver import NewReceiver, ReceiverKind
from storage.alerting.receiver_rows import Keeping, add_receiver, receiver_credential
from storage.utc import now_ms
from watchpost.console import output
from watchpost.database_access import database_to_change
from watchpost.invocation import DatabaseOption, configuration
from watchpost.receiver_input import OptionsOption, SecretFileOption, given_options, receiver_secret, tell_warnings
from watchpost.secret_keeping import persons_keeper
from watchpost.secret_sending import ConfirmOption, addressees, tell_whereabouts


def command(  # noqa: PLR0913 - one for each option
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it; routes refer to it by this name.")],
    *,
    by: Annotated[ReceiverKind, typer.Option("--by", help="By which way it is told.")],
    option: OptionsOption = None,
    from_file: SecretFileOption = None,
    confirm: ConfirmOption = None,
    database: DatabaseOption = None,
) -> None:
    """Add somebody, or something, that is told of alerts: mail, Slack, a webhook, whatever Apprise knows, a desktop.

    Its URL, or the password of its mail server, is asked for without being shown, or read from standard input where
    that is a pipe; it lies in the keyring. For a webhook, the key that is signed with stands behind the URL and a
    space. Everything is checked before it is stored; “watchpost alerts test NAME” then sends one message.
    """
    chosen = configuration(database)
    options = given_options(by, option)
    new = NewReceiver(name=name, kind=by, options=options)
    # Before anybody is asked for a secret.
    options_of(by, options)
    asked = by in NEEDS_SECRET or bool(options.get("user")) or from_file is not None
    with database_to_change(chosen.database_url) as opened:
        secret = receiver_secret(by, name, from_file) if asked else None
        warnings = check_receiver(new, secret)
        found = addressees(chosen, opened, persons_keeper(chosen, opened), confirm) if secret is not None else None
        keeping = Keeping(found.kept_by(), found.confirmed, secret) if found is not None else Keeping()
        added = add_receiver(opened, new, keeping, now_ms=now_ms())
        with opened.reading() as connection:
            credential = receiver_credential(connection, added)
    output().print(Text(f"“{added.name}” is stored. Try it: watchpost alerts test {shlex.quote(added.name)}"))
    if found is not None and credential is not None:
        tell_whereabouts(credential.name, found)
    tell_warnings(warnings)
