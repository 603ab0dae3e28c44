"""Asks to be let in, by paramiko: one request after the other, and what the server still wants after each."""

import threading
from collections.abc import Callable

from paramiko import Message
from paramiko.auth_handler import AuthOnlyHandler
from paramiko.common import cMSG_USERAUTH_REQUEST
from paramiko.ssh_exception import SSHException

PROMPTS_LIMIT = 32


class AuthRequests(AuthOnlyHandler):  # type: ignore[misc]
    """The requests of one connection.

    Attributes:
        asked_for: methods that the server named after the last request that was not the last.
    """

    asked_for: tuple[str, ...] = ()

    def send_auth_request(
        self, username: str, method: str, finish_message: Callable[[Message], None] | None = None
    ) -> list[str]:
        """Sends a request and waits for the answer, as paramiko, which however may miss one that comes at once."""
        self.auth_method = method
        self.username = username
        self.auth_event = threading.Event()
        message = Message()
        message.add_byte(cMSG_USERAUTH_REQUEST)
        for word in (username, "ssh-connection", method):
            message.add_string(word)
        if finish_message is not None:
            finish_message(message)
        with self.transport.lock:
            self.transport._send_message(message)
        left: list[str] = self.wait_for_response(self.auth_event)
        return left

    def auth_none(self, username: str) -> list[str]:
        """Asks without anything, which tells what there is to ask with."""
        return self.send_auth_request(username, "none")

    def _parse_userauth_failure(self, m: Message) -> None:
        # paramiko tells of it only where the method was not among them.
        self.asked_for = tuple(Message(m.get_remainder()).get_list())
        super()._parse_userauth_failure(m)

    def _parse_userauth_info_request(self, m: Message) -> None:
        copy = Message(m.get_remainder())
        for _ in ("title", "instructions", "language"):
            copy.get_binary()
        if copy.get_int() > PROMPTS_LIMIT:
            raise SSHException(f"the server asks more than {PROMPTS_LIMIT} questions at once")
        super()._parse_userauth_info_request(m)
