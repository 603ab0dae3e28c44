"""A secret store for hosts that log in with keys."""

from storage.errors import KeyringUnavailableError


class NoSecrets:
    """Has none and keeps none."""

    def check(self) -> None:
        """Always fine."""

    def read(self, name: str) -> str | None:
        return None

    def write(self, name: str, secret: str) -> None:
        raise KeyringUnavailableError("Nothing is kept here.")

    def delete(self, name: str) -> None:
        """There is none."""
