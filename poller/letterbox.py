"""Takes the secrets that others have sealed for this poller, and says which ones it lacks.

An envelope counts for the version of its credential that holds now, and for this poller alone: one that was put back,
or moved to another credential, is thrown away.
"""

import asyncio
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

import structlog

from poller.taken_secrets import TakenSecrets
from storage.credentials import credentials_mark, list_credentials
from storage.database import Database
from storage.envelopes import Envelope, EnvelopeError, Letter, fingerprint, pending_envelopes, remove_envelopes, unseal
from storage.errors import KeyringUnavailableError
from storage.keyring_identity import KeyringIdentity, make_identity, read_identity
from storage.poller_keys import PublishedKey, publish_key, published_key
from storage.secret_keeper import Credential, SecretKeeper, SecretMissingError

AGAIN_S = 60.0
"""Between two looks at a keyring that does not work, or at one that lacks something: a person may have mended it."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the database had at one look."""

    poller_id: str
    published: PublishedKey
    mark: object
    credentials: list[Credential]
    envelopes: list[Envelope]


class Letterbox:
    """One step every few seconds; cheap while nothing has come."""

    def __init__(
        self,
        database: Database,
        keeper: SecretKeeper,
        poller_id: Callable[[], str | None],
        on_taken: Callable[[Collection[str]], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepares it.

        Args:
            database: where envelopes lie.
            keeper: of this poller's own keyring.
            poller_id: id of its row, which may be registered anew; None while there is none.
            on_taken: called in the event loop with the names of credentials whose secret was not there before.
            clock: seconds.
        """
        self._database = database
        self._keeper = keeper
        self._poller_id = poller_id
        self._on_taken = on_taken
        self._clock = clock
        self._taken = TakenSecrets(database, keeper)
        self._identity: KeyringIdentity | None = None
        self._complaint = ""
        self._not_before = float("-inf")
        self._lacking: tuple[object, tuple[str, ...]] | None = None
        # Lacked by a keyring that works: when it stumbles, what comes back with it is nothing new.
        self._missing: set[str] = set()
        self._look_again_at = float("inf")

    @property
    def lacking(self) -> int:
        """How many credentials there are whose secret is not here, at the last look."""
        return len(self._lacking[1]) if self._lacking else 0

    async def step(self) -> None:
        """Takes what has come."""
        if names := await asyncio.to_thread(self._look):
            self._on_taken(names)

    def _look(self) -> Collection[str]:
        """Credentials whose secret was not there before."""
        seen = self._read()
        if seen is None:
            return ()
        is_open = self._opened()
        was_missing = self._missing.copy()
        taken = self._take(seen) if is_open else set()
        if taken or self._lacking is None or self._lacking[0] != seen.mark or self._clock() >= self._look_again_at:
            self._weigh(seen, is_open=is_open)
        self._publish(seen)
        return taken | (was_missing - self._missing)

    def _read(self) -> _Seen | None:
        poller_id = self._poller_id()
        with self._database.reading() as connection:
            published = published_key(connection, poller_id) if poller_id is not None else None
            if poller_id is None or published is None:
                return None
            return _Seen(
                poller_id,
                published,
                credentials_mark(connection),
                list_credentials(connection),
                pending_envelopes(connection, poller_id),
            )

    def _opened(self) -> bool:
        """Whether the keyring works; one that does not is asked again in a minute, and told of once."""
        if self._identity is not None:
            return self._clock() >= self._not_before
        if self._clock() < self._not_before:
            return False
        try:
            self._identity = make_identity(self._keeper)
        except KeyringUnavailableError as error:
            self._complain(error)
            return False
        _log.info("secrets_key", key=fingerprint(self._identity.public_key), keyring=self._keeper.choice.value)
        return True

    def _complain(self, error: KeyringUnavailableError) -> None:
        self._not_before = self._clock() + AGAIN_S
        if error.message != self._complaint:
            self._complaint = error.message
            # No fault where no host needs a secret; `keyring_unavailable` says so where one does.
            _log.info("secrets_not_taken", detail=error.message)

    def _take(self, seen: _Seen) -> set[str]:
        """Keeps what is in the envelopes, then removes them; returns whose secrets there were."""
        done: list[int] = []
        taken: list[int] = []
        names: set[str] = set()
        try:
            for envelope in seen.envelopes:
                letter = self._open(envelope, seen)
                if letter is not None:
                    self._keeper.keep(letter.credential_id, letter.secret, letter.updated_at)
                    taken.append(letter.credential_id)
                    names.add(envelope.credential_name)
                    _log.info("secret_taken", credential=envelope.credential_name)
                done.append(envelope.id)
            self._taken.add(taken)
        except KeyringUnavailableError as error:
            # What was not kept stays in its envelope.
            self._complain(error)
        if done:
            with self._database.writing() as connection:
                remove_envelopes(connection, done)
        return names

    def _open(self, envelope: Envelope, seen: _Seen) -> Letter | None:
        """What is in an envelope; None, told once as it is then removed, when it is not for us or not for now."""
        try:
            letter = self._unsealed(envelope)
        except EnvelopeError as error:
            _log.warning("envelope_unreadable", credential=envelope.credential_name, detail=error.message)
            return None
        now = next((each for each in seen.credentials if each.id == envelope.credential_id), None)
        if now is None or (letter.credential_id, letter.poller_id) != (now.id, seen.poller_id):
            _log.warning("envelope_misdirected", credential=envelope.credential_name)
            return None
        if letter.updated_at != now.updated_at or letter.updated_at < (self._keeper.version(now.id) or 0):
            _log.warning("envelope_outdated", credential=envelope.credential_name)
            return None
        return letter

    def _unsealed(self, envelope: Envelope) -> Letter:
        if self._identity is None:
            raise EnvelopeError("This poller has no key.")
        try:
            return unseal(envelope.sealed, self._identity.private_key)
        except EnvelopeError:
            # Another poller that shares the keyring may have made its key at the same moment.
            there = read_identity(self._keeper)
            if there is None or there == self._identity:
                raise
            self._identity = there
            return unseal(envelope.sealed, there.private_key)

    def _weigh(self, seen: _Seen, *, is_open: bool) -> None:
        """Works out what is lacking, and forgets what is no longer a credential."""
        self._missing &= {each.name for each in seen.credentials}
        lacking = [each.name for each in seen.credentials if not is_open or self._lacks(each)]
        if is_open:
            try:
                self._taken.forget_all_but({each.id for each in seen.credentials})
            except KeyringUnavailableError as error:
                self._complain(error)
        self._lacking = seen.mark, tuple(lacking)
        self._look_again_at = self._clock() + AGAIN_S if lacking else float("inf")

    def _lacks(self, credential: Credential) -> bool:
        if self._clock() < self._not_before:
            return True
        try:
            self._keeper.secret(credential)
        except SecretMissingError:
            self._missing.add(credential.name)
            return True
        except KeyringUnavailableError as error:
            # A keyring that hangs is not asked for the next one.
            self._complain(error)
            return True
        self._missing.discard(credential.name)
        return False

    def _publish(self, seen: _Seen) -> None:
        lacking = self._lacking[1] if self._lacking else ()
        now = PublishedKey(
            # A keyring that is locked for now has not lost its key.
            self._identity.public_key if self._identity else seen.published.public_key,
            self._identity.keyring_id if self._identity else seen.published.keyring_id,
            lacking,
        )
        if now != seen.published:
            with self._database.writing() as connection:
                publish_key(connection, seen.poller_id, now)
