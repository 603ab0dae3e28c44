"""With what a webhook is reached: its URL, and the key that what is sent is signed with. Pure."""

from dataclasses import dataclass, field

from storage.errors import InvalidInputError

KEY_MINIMUM = 16


@dataclass(frozen=True, slots=True)
class WebhookSecret:
    """Both of it; neither is shown.

    Attributes:
        url: where to post.
        key: to sign with; empty for no signature.
    """

    url: str = field(repr=False)
    key: str = field(default="", repr=False)


def parse_webhook_secret(secret: str) -> WebhookSecret:
    """`URL` or `URL KEY`, as it lies in the keyring: an address has no space in it.

    Raises:
        InvalidInputError: the key is too short to be one.
    """
    url, _, key = secret.strip().partition(" ")
    if key and len(key.strip()) < KEY_MINIMUM:
        raise InvalidInputError(
            f"The signing key is shorter than {KEY_MINIMUM} characters.", hint="Make one with: openssl rand -hex 32"
        )
    return WebhookSecret(url, key.strip())
