"""Who a keyring is: an id, and the key pair that secrets for it are sealed with. It lies in the keyring itself."""

import base64
from dataclasses import dataclass, field
from uuid import uuid4

import msgspec

from storage.errors import KeyringUnavailableError
from storage.secret_keeper import SERVICE, SecretKeeper

IDENTITY_NOTE = "keyring-identity"
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyringIdentity:
    """One keyring.

    Attributes:
        keyring_id: drawn at random; who has the same one shares the keyring and needs no envelopes.
        private_key: 32 bytes of Curve25519.
    """

    keyring_id: str
    private_key: bytes = field(repr=False)

    @property
    def public_key(self) -> bytes:
        """32 bytes that anybody may know."""
        # Here, as in every other place that needs it: libsodium takes 20 ms to load.
        from nacl.public import PrivateKey  # noqa: PLC0415

        return bytes(PrivateKey(self.private_key).public_key)


def read_identity(keeper: SecretKeeper) -> KeyringIdentity | None:
    """The identity of the keyring, or None when no poller has made it yet. Raises KeyringUnavailableError."""
    note = keeper.note(IDENTITY_NOTE)
    if note is None:
        return None
    try:
        content = msgspec.json.decode(note, type=_Note)
        private_key = base64.b64decode(content.private_key, validate=True)
    except (msgspec.MsgspecError, ValueError):
        private_key = b""
    if len(private_key) != KEY_BYTES:
        raise KeyringUnavailableError(
            "The poller's own key in the keyring is damaged.",
            hint=f"Delete its entry “{SERVICE}”, user {IDENTITY_NOTE}; the poller then makes a new one.",
        ) from None
    return KeyringIdentity(content.keyring_id, private_key)


def make_identity(keeper: SecretKeeper) -> KeyringIdentity:
    """The identity of the keyring, made where there is none. Raises KeyringUnavailableError."""
    if found := read_identity(keeper):
        return found
    from nacl.public import PrivateKey  # noqa: PLC0415

    note = _Note(str(uuid4()), base64.b64encode(bytes(PrivateKey.generate())).decode())
    keeper.write_note(IDENTITY_NOTE, msgspec.json.encode(note).decode())
    # Read back: of two pollers that begin at once, the later one's holds for both.
    found = read_identity(keeper)
    if found is None:
        raise KeyringUnavailableError("The keyring does not keep what it is given.")
    return found


class _Note(msgspec.Struct, frozen=True):
    keyring_id: str
    private_key: str

    def __repr__(self) -> str:
        return f"_Note({self.keyring_id})"
