"""Whom a secret is sent to: pollers with another keyring, each of whose keys a person has to confirm once."""

import shlex
import time
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.text import Text

from storage.database import Database
from storage.envelopes import Recipient, envelopes_on_their_way
from storage.known_pollers import KeyStanding, KnownPollers, confirm_by_fingerprint
from storage.printable import printable
from storage.secret_keeper import Credential, SecretKeeper
from storage.sending import Addressee, Addressees, find_addressees
from watchpost.configuration import Configuration
from watchpost.console import errors, is_interactive, output

TAKEN_DEADLINE_S = 8.0
"""A poller that lives looks every two seconds."""
_PAUSE_S = 0.1
KNOWN_POLLERS_FILE = "known_pollers.json"

ConfirmOption = Annotated[
    list[str] | None,
    typer.Option(
        "--confirm",
        metavar="KEY",
        help="A poller's key as its own log shows it; it is sent secrets from now on.",
        show_default=False,
    ),
]


def known_pollers(configuration: Configuration) -> KnownPollers:
    """The keys of pollers that this user has confirmed."""
    return KnownPollers(configuration.folders.data / KNOWN_POLLERS_FILE)


def addressees(
    configuration: Configuration, database: Database, keeper: SecretKeeper, fingerprints: Sequence[str] | None
) -> Addressees:
    """Who will have the secret; at a terminal a person is asked about each poller's key that is not confirmed.

    Raises:
        InvalidInputError: no poller has a key that is to be confirmed.
        KeyringUnavailableError: the encrypted file cannot be opened.
    """
    known = known_pollers(configuration)
    found = find_addressees(database, keeper, known)
    if fingerprints:
        confirm_by_fingerprint(known, [each.recipient for each in found.others], fingerprints, found.database_id)
    confirmed = list(fingerprints or ())
    if is_interactive():
        for each in found.unconfirmed:
            if each.recipient.fingerprint not in confirmed and _ask(each):
                known.confirm(each.recipient, found.database_id)
                confirmed.append(each.recipient.fingerprint)
    return find_addressees(database, keeper, known) if confirmed else found


def recipient_text(recipient: Recipient) -> str:
    """`mon1 (watchpost on db.example)`."""
    return printable(f"{recipient.name} ({recipient.user or 'somebody'} on {recipient.machine})", 200)


def await_taken(database: Database, credential: Credential, deadline_s: float = TAKEN_DEADLINE_S) -> bool:
    """Waits for pollers to take a secret that they need at once; False when not all have done so in time."""
    until = time.monotonic() + deadline_s
    while True:
        with database.reading() as connection:
            if all(credential_id != credential.id for credential_id, _ in envelopes_on_their_way(connection)):
                return True
        if time.monotonic() > until:
            return False
        time.sleep(_PAUSE_S)


def tell_whereabouts(name: str, found: Addressees, *, quiet: bool = False) -> None:
    """Says who has been sent a secret, who has not, and where it is not kept. `quiet` leaves out what is in order."""
    console = output()
    if not quiet:
        for recipient in found.confirmed:
            console.print(Text(f"Sealed for the poller {recipient_text(recipient)}."))
    if found.problem is not None and not quiet:
        console.print(Text(f"It is in no keyring here: {found.problem.message}"))
    for each in found.unconfirmed:
        text = f"Not sent to the poller {recipient_text(each.recipient)}: {_doubt(each)}"
        errors().print(Text(f"{text} If it is right: {_send(name, each.recipient)}"))


def _send(name: str, recipient: Recipient) -> str:
    options = ["--poller", printable(recipient.name), "--confirm", recipient.fingerprint]
    return shlex.join(["watchpost", "credentials", "send", name, *options])


def _doubt(addressee: Addressee) -> str:
    key = addressee.recipient.fingerprint
    if addressee.standing is KeyStanding.CHANGED:
        return f"its key is {key} now, which is not the one that was confirmed."
    return f"nobody has confirmed its key {key} yet."


def _ask(addressee: Addressee) -> bool:
    console = errors()
    console.print(Text(f"The poller {recipient_text(addressee.recipient)} has another keyring."))
    console.print(Text(f"  {_doubt(addressee)}"))
    if addressee.standing is KeyStanding.CHANGED:
        console.print(Text("  Either its keyring was set up anew, or somebody wants to read your secrets."))
    console.print(Text("  Its own log has the key in the line “secrets_key”. Compare the two."))
    return typer.confirm("Is it the same, and may this poller have the secret?", default=False, err=True)
