"""Where secrets are kept, as errands: a keyring may take its time, and the encrypted file wants its passphrase."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QObject

from monitor_gui.surroundings import Surroundings
from monitor_gui.workspace import Workspace
from storage.database import Database
from storage.errors import KeyringUnavailableError, WatchpostError
from storage.secret_keeper import KeyringChoice, SecretKeeper

Outcome = TypeVar("Outcome")
Deed = Callable[[Database, SecretKeeper], Outcome]


@dataclass(frozen=True, slots=True)
class PassphraseWanted:
    """A person has to type the passphrase of the encrypted file.

    Attributes:
        is_new: there is no such file yet: this makes it.
    """

    is_new: bool


def keep(  # noqa: PLR0913 - what an errand consists of
    workspace: Workspace,
    deed: Deed[Outcome],
    passphrase: str | None,
    *,
    done: Callable[[Outcome], None],
    wanted: Callable[[PassphraseWanted], None],
    failed: Callable[[WatchpostError], None],
    owner: QObject,
) -> None:
    """Does something with the keeper of secrets.

    Args:
        workspace: whose errands and surroundings.
        deed: what is to be done; runs in the thread of the errands.
        passphrase: of the encrypted file; None while nobody was asked.
        done: told the outcome.
        wanted: told when the encrypted file is in use and its passphrase has to be asked for.
        failed: told what went wrong.
        owner: when this one is gone, nobody is told.
    """

    def work(database: Database) -> Outcome | PassphraseWanted:
        return _do(workspace.surroundings, database, deed, passphrase)

    def tell(outcome: Outcome | PassphraseWanted) -> None:
        if isinstance(outcome, PassphraseWanted):
            wanted(outcome)
        else:
            done(outcome)

    workspace.errands.run(work, tell, failed, owner=owner)


def _do(
    surroundings: Surroundings, database: Database, deed: Deed[Outcome], passphrase: str | None
) -> Outcome | PassphraseWanted:
    keeper = surroundings.keeper(database, passphrase)
    # Before the deed: a file without secrets so far needs a passphrase as well.
    if passphrase is None and surroundings.needs_passphrase(database):
        return PassphraseWanted(is_new=False)
    try:
        return deed(database, keeper)
    except KeyringUnavailableError:
        if passphrase is not None or keeper.choice is not KeyringChoice.ENCRYPTED_FILE:
            raise
        # Nobody gave one: neither a file that the environment names, nor a person.
        return PassphraseWanted(is_new=True)
