"""The line of authorized_keys that holds a key to the probe.

With it the key opens no terminal, forwards nothing and copies no files. It still runs whatever the poller sends, as
that user: what an account may do on the host is said by the account's own rights, and by nothing here.
"""

import binascii

from poller.probe_start.start import START_COMMAND
from storage.errors import InvalidInputError

# The start command is the same for every version, so the line need not change with an update.
_OPTIONS = 'restrict,command="{command}"'
_KINDS = ("ssh-", "ecdsa-", "sk-")
_COMMENT_LIMIT = 100


def authorized_key_line(public_key: str) -> str:
    """The whole line, without a newline.

    Args:
        public_key: the content of a `.pub` file: type, key and perhaps a comment.

    Raises:
        InvalidInputError: this is no public key.
    """
    lines = [line.strip() for line in public_key.split("\n") if line.strip() and not line.startswith("#")]
    words = lines[0].split(None, 2) if len(lines) == 1 else []
    if len(words) < 2 or not words[0].startswith(_KINDS) or not _is_of_kind(words[1], words[0]):
        raise InvalidInputError(
            "That is no public key.", hint="It is one line that begins like ssh-ed25519, in a file that ends with .pub."
        )
    comment = "".join(filter(str.isprintable, words[2]))[:_COMMENT_LIMIT] if len(words) > 2 else "watchpost"
    command = START_COMMAND.replace('"', '\\"')
    return f"{_OPTIONS.format(command=command)} {words[0]} {words[1]} {comment}"


def _is_of_kind(key: str, kind: str) -> bool:
    """Whether the key says of itself that it is of this kind, as every one does."""
    try:
        content = binascii.a2b_base64(key, strict_mode=True)
    except ValueError:
        return False
    return content.startswith(len(kind).to_bytes(4, "big") + kind.encode())
