"""The credentials there are, and who uses them. Pure, but for the reading."""

from collections.abc import Sequence
from dataclasses import dataclass

from storage.connection import Connection
from storage.credentials import hosts_using, list_credentials
from storage.envelopes import recipients
from storage.printable import printable
from storage.secret_keeper import Credential, CredentialKind
from storage.translation import _, ngettext

_NAMES_SHOWN = 5
_NAME_LIMIT = 40


@dataclass(frozen=True, slots=True)
class ListedCredential:
    """One credential, the names of the hosts that use it, and of the collectors that have not got its secret."""

    credential: Credential
    hosts: Sequence[str]
    missing_at: Sequence[str] = ()


def read_listed(connection: Connection) -> list[ListedCredential]:
    """All of them, by name."""
    pollers = recipients(connection, None)
    return [
        ListedCredential(
            credential,
            tuple(hosts_using(connection, credential)),
            tuple(poller.name for poller in pollers if credential.name in poller.lacking),
        )
        for credential in list_credentials(connection)
        # Those of receivers are looked after where the receivers are.
        if credential.kind is not CredentialKind.RECEIVER
    ]


def kind_text(kind: CredentialKind) -> str:
    """What the secret is for."""
    return {
        CredentialKind.PASSWORD: _("Password of a login"),
        CredentialKind.PASSPHRASE: _("Passphrase of a key"),
        CredentialKind.RECEIVER: _("Receiver of alerts"),
    }[kind]


def missing_text(pollers: Sequence[str]) -> str:
    """Which collectors lack the secret: `mon1, mon2`; empty where all have it."""
    names = ", ".join(printable(name, _NAME_LIMIT) for name in pollers[:_NAMES_SHOWN])
    return f"{names}, …" if len(pollers) > _NAMES_SHOWN else names


def use_text(hosts: Sequence[str]) -> str:
    """Who uses it: `2 hosts: web-1, web-2`."""
    if not hosts:
        return _("not in use")
    names = ", ".join(printable(name, _NAME_LIMIT) for name in hosts[:_NAMES_SHOWN])
    more = ", …" if len(hosts) > _NAMES_SHOWN else ""
    return ngettext("{count} host: {names}", "{count} hosts: {names}", len(hosts)).format(
        count=len(hosts), names=names + more
    )
