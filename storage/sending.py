"""Who gets a secret: the keyring here, where there is one, and the pollers that have another one."""

from collections.abc import Sequence
from dataclasses import dataclass

from storage.credentials import find_credential
from storage.database import Database
from storage.database_identity import database_identity
from storage.envelopes import Recipient, put_envelopes, recipients
from storage.errors import KeyringUnavailableError
from storage.keyring_identity import read_identity
from storage.known_pollers import KeyStanding, KnownPollers
from storage.secret_keeper import Credential, KeyringChoice, SecretKeeper


@dataclass(frozen=True, slots=True)
class Addressee:
    """A poller with another keyring, and what is known about its key."""

    recipient: Recipient
    standing: KeyStanding

    @property
    def is_confirmed(self) -> bool:
        """Whether it may be sent secrets."""
        return self.standing is KeyStanding.CONFIRMED


@dataclass(frozen=True, slots=True)
class Addressees:
    """Who there is to keep a secret.

    Attributes:
        others: pollers with another keyring than the one here.
        database_id: which database they are pollers of.
        keeper: of the keyring here; None where it does not work.
        problem: why it does not work.
    """

    others: Sequence[Addressee]
    database_id: str
    keeper: SecretKeeper | None
    problem: KeyringUnavailableError | None = None

    @property
    def confirmed(self) -> list[Recipient]:
        """Those that may be sent secrets."""
        return [each.recipient for each in self.others if each.is_confirmed]

    @property
    def unconfirmed(self) -> list[Addressee]:
        """Those whose key nobody has confirmed."""
        return [each for each in self.others if not each.is_confirmed]

    def kept_by(self) -> SecretKeeper | None:
        """The keyring here; None where a poller gets the secret instead.

        Raises:
            KeyringUnavailableError: nobody would have the secret.
        """
        if self.problem is not None and not self.confirmed:
            raise self.problem
        return self.keeper


def find_addressees(database: Database, keeper: SecretKeeper, known: KnownPollers) -> Addressees:
    """Looks for those that would keep a secret.

    Nothing is asked of the keyring where no poller takes envelopes.

    Raises:
        KeyringUnavailableError: the encrypted file here cannot be opened, as with a wrong passphrase.
    """
    with database.reading() as connection:
        everyone = recipients(connection, None)
    if not everyone:
        return Addressees((), "", keeper)
    own_id: str | None = None
    usable: SecretKeeper | None = keeper
    problem: KeyringUnavailableError | None = None
    try:
        identity = read_identity(keeper)
        own_id = identity.keyring_id if identity else None
    except KeyringUnavailableError as error:
        if keeper.choice is KeyringChoice.ENCRYPTED_FILE:
            raise
        # A desktop session without a keyring, or a login without a desktop: others can have the secret all the same.
        usable, problem = None, error
    with database.writing() as connection:
        database_id = database_identity(connection)
    others = [
        Addressee(recipient, known.standing(recipient, database_id))
        for recipient in everyone
        if own_id is None or recipient.keyring_id != own_id
    ]
    return Addressees(others, database_id, usable, problem)


def send_secret(database: Database, name: str, secret: str, to: Sequence[Recipient], now_ms: int) -> Credential:
    """Seals a secret that stays as it is for pollers that do not have it. Raises NotFoundError."""
    with database.writing() as connection:
        credential = find_credential(connection, name)
        put_envelopes(connection, credential, secret, to, now_ms)
    return credential
