"""`watchpost credentials list`: names, kinds and users; never a secret."""

from rich.text import Text

from storage.credentials import hosts_using, list_credentials
from storage.printable import printable
from storage.utc import iso_utc
from watchpost.console import errors, output, print_json, table
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import moment_text, shown_zone


def command(*, as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """List credentials, what they are for, and the hosts that use them. Secrets are not shown."""
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened, opened.reading() as connection:
        found = [(credential, hosts_using(connection, credential)) for credential in list_credentials(connection)]
        zone = shown_zone(chosen, connection)
    if as_json:
        listed = [
            {"name": each.name, "kind": each.kind.value, "changed": iso_utc(each.updated_at), "hosts": users}
            for each, users in found
        ]
        print_json({"credentials": listed})
        return
    lines = table("NAME", "KIND", "CHANGED", "HOSTS")
    for credential, users in found:
        cells = (credential.name, credential.kind.value, moment_text(credential.updated_at, zone), ", ".join(users))
        lines.add_row(*(Text(printable(cell, 2000)) for cell in cells))
    if found:
        output().print(lines)
    else:
        errors().print(Text("No credential is stored. Type: watchpost credentials add NAME"))
