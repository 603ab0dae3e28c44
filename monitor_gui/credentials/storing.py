"""What becomes of a secret that was typed: kept here, and sealed for collectors that have another keyring."""

from collections.abc import Collection
from dataclasses import dataclass, field

from storage.credentials import add_credential, replace_secret
from storage.database import Database
from storage.known_pollers import KnownPollers
from storage.secret_keeper import Credential, NewCredential, SecretKeeper
from storage.sending import Addressees, find_addressees, send_secret


@dataclass(frozen=True, slots=True)
class Doubts:
    """Somebody has to look at the keys of some collectors before anything is sealed for them."""

    found: Addressees


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with a secret.

    Attributes:
        credential: which one is given another secret, or whose secret is sent; None for a new one.
        new: what was typed; None where the secret that is kept here is sent.
        confirmed: keys that a person has just confirmed; None while nobody was asked.
    """

    credential: Credential | None
    new: NewCredential | None = field(default=None, repr=False)
    confirmed: Collection[bytes] | None = None


def store(
    database: Database, keeper: SecretKeeper, known: KnownPollers, wish: Wish, now_ms: int
) -> Credential | Doubts:
    """Does it, unless there is a collector whose key nobody has confirmed and nobody was asked about.

    Raises:
        WatchpostError: it cannot be kept anywhere, or is not here to be sent.
    """
    found = find_addressees(database, keeper, known)
    if wish.confirmed is None and found.unconfirmed:
        return Doubts(found)
    trusted = [each.recipient for each in found.unconfirmed if each.recipient.public_key in (wish.confirmed or ())]
    for recipient in trusted:
        known.confirm(recipient, found.database_id)
    if trusted:
        found = find_addressees(database, keeper, known)
    if wish.new is not None and wish.credential is None:
        return add_credential(database, wish.new, now_ms=now_ms, keeper=found.kept_by(), to=found.confirmed)
    if wish.credential is None:
        raise ValueError("neither a new credential nor one that is there")
    name = wish.credential.name
    if wish.new is not None:
        secret = wish.new.secret
        return replace_secret(database, name, secret, now_ms=now_ms, keeper=found.kept_by(), to=found.confirmed)
    lacking = [recipient for recipient in found.confirmed if name in recipient.lacking]
    return send_secret(database, name, keeper.secret(wish.credential), lacking, now_ms)
