"""`watchpost credentials list`: names, kinds and users, and which pollers lack a secret; never a secret."""

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from storage.credentials import hosts_using, list_credentials, receivers_using
from storage.envelopes import Recipient, envelopes_on_their_way, recipients
from storage.printable import printable
from storage.secret_keeper import Credential
from storage.utc import iso_utc
from watchpost.console import errors, output, print_json, table
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import moment_text, shown_zone
from watchpost.secret_sending import recipient_text

_TEXT_LIMIT = 2000


def command(*, as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """List credentials, the hosts that use them, and the pollers that lack them. Secrets are not shown."""
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened, opened.reading() as connection:
        found = [(credential, hosts_using(connection, credential)) for credential in list_credentials(connection)]
        reached = {credential: receivers_using(connection, credential) for credential, _ in found}
        pollers = recipients(connection, None)
        underway = envelopes_on_their_way(connection)
        zone = shown_zone(chosen, connection)
    if as_json:
        listed = [
            {
                "name": each.name,
                "kind": each.kind.value,
                "changed": iso_utc(each.updated_at),
                "hosts": users,
                "receivers": reached[each],
                "lacking": [poller.name for poller in pollers if each.name in poller.lacking],
                "underway": [poller.name for poller in pollers if (each.id, poller.poller_id) in underway],
            }
            for each, users in found
        ]
        print_json({"credentials": listed, "pollers": [_as_json(poller) for poller in pollers]})
        return
    if not found:
        errors().print(Text("No credential is stored. Type: watchpost credentials add NAME"))
        return
    lines = table("NAME", "KIND", "CHANGED", "USED BY", "MISSING AT")
    for credential, users in found:
        missing = _missing(credential, pollers, underway)
        moment = moment_text(credential.updated_at, zone)
        whom = ", ".join([*users, *(f"receiver {name}" for name in reached[credential])])
        cells = (credential.name, credential.kind.value, moment, whom, missing)
        lines.add_row(*(Text(printable(cell, _TEXT_LIMIT)) for cell in cells))
    output().print(lines)
    if pollers:
        keys = table("POLLER", "ITS KEY")
        for poller in pollers:
            keys.add_row(Text(recipient_text(poller)), Text(poller.fingerprint))
        output().print(keys)


def _missing(credential: Credential, pollers: Sequence[Recipient], underway: set[tuple[int, str]]) -> str:
    """`mon2, mon3 (underway)`: who has not got the secret, and whom it has been sent to."""
    words = []
    for poller in pollers:
        if (credential.id, poller.poller_id) in underway:
            words.append(f"{poller.name} (underway)")
        elif credential.name in poller.lacking:
            words.append(poller.name)
    return ", ".join(words)


def _as_json(poller: Recipient) -> dict[str, Any]:
    return {
        "name": poller.name,
        "machine": poller.machine,
        "user": poller.user,
        "key": poller.fingerprint,
        "lacking": list(poller.lacking),
    }
