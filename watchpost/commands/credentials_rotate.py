"""`watchpost credentials rotate`: give a credential another secret, once for all hosts that use it."""

from typing import Annotated

import typer
from rich.text import Text

from storage.credentials import find_credential, hosts_using, replace_secret
from storage.utc import now_ms
from watchpost.console import output
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, configuration
from watchpost.secret_input import FromFileOption, secret_from
from watchpost.secret_keeping import persons_keeper
from watchpost.secret_sending import ConfirmOption, addressees, tell_whereabouts


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which credential.")],
    *,
    from_file: FromFileOption = None,
    confirm: ConfirmOption = None,
    database: DatabaseOption = None,
) -> None:
    """Give a credential another secret, for all hosts that use it; those that refused the old one are tried again.

    The secret is read as by “credentials add”, and sent sealed to pollers that have another keyring.
    """
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened:
        with opened.reading() as connection:
            old = find_credential(connection, name)
            users = hosts_using(connection, old)
        secret = secret_from(name, old.kind, from_file)
        found = addressees(chosen, opened, persons_keeper(chosen, opened), confirm)
        replace_secret(opened, name, secret, now_ms=now_ms(), keeper=found.kept_by(), to=found.confirmed)
    use = f"{len(users)} {'host uses' if len(users) == 1 else 'hosts use'} it" if users else "No host uses it yet"
    output().print(Text(f"“{name}” has another secret now. {use}."))
    tell_whereabouts(name, found)
