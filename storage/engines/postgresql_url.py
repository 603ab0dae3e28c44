"""What a person may write to name a PostgreSQL database: libpq's URI, without a password in it."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from storage.errors import InvalidInputError
from storage.printable import printable

_URL = re.compile(r"postgres(?:ql)?(?:\+psycopg)?://([^/?]*)(?:/([^?]*))?(?:\?(.*))?", re.IGNORECASE)
_WRITE_IT_SO = "Write postgresql://user@host:5432/database, or postgresql:///database for the server of this machine."
_PARAMETERS = frozenset(
    {
        *("host", "hostaddr", "port", "user", "service", "passfile", "target_session_attrs", "load_balance_hosts"),
        *("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "sslcrldir", "sslsni", "sslnegotiation"),
        *("ssl_min_protocol_version", "channel_binding", "require_auth", "requirepeer", "gssencmode", "krbsrvname"),
        *("connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count"),
        "tcp_user_timeout",
    }
)
# Wherever it ends: with `/`, `?` or `@` in it, a password would look like a port and the rest like something else.
_PASSWORD = re.compile(r"[^/]*//[^/]*:.*@")
_NUMBERS = frozenset(
    {"connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"}
)
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})|%00")
_NAME_PARTS = re.compile(r"[.,:@]")
_NAME_LIMIT = 63
"""Of each part of a host's name; the encoding that names are sent in refuses more with an error of its own."""
_PASSWORDS = frozenset({"password", "passwd", "sslpassword"})


@dataclass(frozen=True, slots=True)
class PostgresqlUrl:
    """A checked URL.

    Attributes:
        text: as libpq takes it; never holds a password.
        label: what a message calls the database.
        parameters: the names of what is set behind the `?`.
    """

    text: str
    label: str
    parameters: frozenset[str]


def is_postgresql(url: str) -> bool:
    """Whether this is meant for PostgreSQL, well written or not."""
    return bool(re.match(r"postgres(ql)?(\+[a-z0-9]+)?:", url, re.IGNORECASE))


def parse_postgresql_url(url: str) -> PostgresqlUrl:
    """Checks a URL of PostgreSQL.

    Raises:
        InvalidInputError: malformed, a password in it, no database named, or a parameter that is not for a URL.
    """
    match = _URL.fullmatch(url)
    if match is None or not url.isprintable() or " " in url:
        raise InvalidInputError("This is no URL of a PostgreSQL database.", hint=_WRITE_IT_SO)
    server, name, query = match[1], match[2] or "", match[3] or ""
    parameters = dict(parse_qsl(query, keep_blank_values=True))
    _refuse_password(url, parameters)
    _refuse_malformed(url, server, query, parameters)
    if unknown := sorted(parameters.keys() - _PARAMETERS):
        raise InvalidInputError(
            f"The database URL sets {_quoted(unknown[0])}, which Watchpost does not pass on.",
            hint="Leave it out; sslmode, sslrootcert, target_session_attrs and the like are taken.",
        )
    if not name and "service" not in parameters:
        raise InvalidInputError("The database URL names no database.", hint=_WRITE_IT_SO)
    text = f"postgresql://{server}/{name}{f'?{query}' if query else ''}"
    return PostgresqlUrl(text, _label(server, name, parameters), frozenset(parameters))


def _refuse_password(whole: str, parameters: dict[str, str]) -> None:
    if _PASSWORD.match(whole) or parameters.keys() & _PASSWORDS:
        raise InvalidInputError(
            "The database URL has a password in it.",
            hint="Command lines and environments are readable by others: take it out of the URL, and put it into "
            "~/.pgpass (chmod 600), a file that PGPASSFILE names, or PGPASSWORD.",
        )


def _refuse_malformed(whole: str, server: str, query: str, parameters: dict[str, str]) -> None:
    """What libpq or the resolver would refuse with words, or errors, that tell a person nothing."""
    parts = _NAME_PARTS.split(unquote(server))
    numbers = (parameters[name] for name in parameters.keys() & _NUMBERS)
    if (
        _BROKEN_ESCAPE.search(whole)
        or any("=" not in part for part in query.split("&") if part)
        or server.count("[") != server.count("]")
        or any(len(part) > _NAME_LIMIT for part in parts)
        or not all(number.isdecimal() for number in numbers)
    ):
        raise InvalidInputError("This is no URL of a PostgreSQL database.", hint=_WRITE_IT_SO)


def _quoted(parameter: str) -> str:
    """The name of a parameter; something else may be the end of a password that had a `?` in it."""
    return f"“{parameter}”" if re.fullmatch("[a-z_]{1,40}", parameter) else "something"


def _label(server: str, name: str, parameters: dict[str, str]) -> str:
    where = unquote(server.rpartition("@")[2]) or parameters.get("host") or ""
    if "service" in parameters:
        return f"of the service “{printable(parameters['service'])}”"
    return f"“{printable(unquote(name))}”{f' on {printable(where)}' if where else ''}"
