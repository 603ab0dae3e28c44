"""Answers what a server asks in a keyboard-interactive login: the password, once. Nobody is there for anything else."""

import re
from collections.abc import Sequence

from poller.failure import SessionError
from storage.printable import printable
from storage.reason import Reason

PROMPT_LIMIT = 120
"""Characters of a prompt that are shown."""

# As PAM, its translations and the usual appliances word it.
_PASSWORD = re.compile(
    r"pass\s*wor[dt]|passwd|kennwort|mot de passe|contraseña|parola|senha|wachtwoord|пароль|hasło|heslo|lösenord"
    r"|암호|비밀번호|パスワード|密码|密碼|口令",
    re.IGNORECASE,
)
# Also a password by its words, but not the one that is stored: of one use, or to be made up now.
_OTHER_PASSWORD = re.compile(
    r"one[\s-]*time|\botp\b|token|verification|authenticat|passcode|\bcode\b|\bpin\b|second|duo|yubi"
    r"|\bnew\b|\bold\b|current|retype|again|repeat|change|expire|neues|nouveau|새\b|新",
    re.IGNORECASE,
)


class Prompts:
    """What one login may answer.

    Attributes:
        unanswered: the first prompt that nobody could answer, made harmless; None where there was none.
        password_sent: whether the password went out, as an answer or otherwise.
    """

    def __init__(self, password: str | None) -> None:
        self._password = password
        self.unanswered: str | None = None
        self.password_sent = False

    def take_password(self) -> str | None:
        """The password, the first time: a second try would be one more refused login in the host's books."""
        if self.password_sent or self._password is None:
            return None
        self.password_sent = True
        return self._password

    def answer(self, prompts: Sequence[tuple[str, bool]], instructions: str = "") -> list[str] | None:
        """The answers, one for each prompt, or None: nothing is said then, and no guess is sent.

        Args:
            prompts: each with whether what is typed is shown.
            instructions: what the server says above them.
        """
        if not prompts:
            return []
        strange = next((text for text, echo in prompts if echo or not _asks_for_password(text, instructions)), None)
        if strange is None and len(prompts) == 1 and self._password is not None and not self.password_sent:
            return [self.take_password() or ""]
        if strange is not None or not self.password_sent:
            self.unanswered = self.unanswered or _shown(prompts[0][0] if strange is None else strange, instructions)
        return None

    def refusal(self, username: str) -> SessionError | None:
        """The failure that an unanswered prompt stands for."""
        if self.unanswered is None:
            return None
        asked = f"The login of {username} asks “{self.unanswered}”"
        if _PASSWORD.search(self.unanswered) and not _OTHER_PASSWORD.search(self.unanswered):
            if self._password is None:
                hint = "Store the password as a credential of the host, or let a key log in."
                return SessionError(Reason.AUTH, f"{asked}, and no password is stored.", hint=hint)
            hint = "Let a key log in for this account."
            return SessionError(Reason.AUTH, f"{asked} several times over.", hint=hint)
        return SessionError(
            Reason.AUTH,
            f"{asked}, which nobody is there to answer.",
            hint="Give this account a way in without a second factor or a change of password: a key of its own, with "
            "“AuthenticationMethods publickey” in a “Match User” of the host's sshd_config.",
        )


def _asks_for_password(prompt: str, instructions: str) -> bool:
    said = f"{instructions} {prompt}"
    return _PASSWORD.search(prompt) is not None and _OTHER_PASSWORD.search(said) is None


def _shown(prompt: str, instructions: str) -> str:
    return printable(prompt, PROMPT_LIMIT).strip() or printable(instructions, PROMPT_LIMIT).strip() or "(nothing)"
