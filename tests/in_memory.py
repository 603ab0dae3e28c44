"""A keyring for tests that is gone with them."""


class InMemory:
    """Keeps secrets for as long as the test runs."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}

    def check(self) -> None:
        """Always fine."""

    def read(self, name: str) -> str | None:
        return self.secrets.get(name)

    def write(self, name: str, secret: str) -> None:
        self.secrets[name] = secret

    def delete(self, name: str) -> None:
        self.secrets.pop(name, None)
