"""Rows of receivers. With what each is reached is the secret of a credential that comes and goes with its receiver."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, select

from storage.alerting.receiver import NewReceiver, Receiver, ReceiverKind
from storage.check_rules import checked_label
from storage.credentials import NAME_LIMIT, add_credential, list_credentials, remove_credential, replace_secret
from storage.database import Database
from storage.envelopes import Recipient
from storage.errors import AlreadyExistsError, InvalidInputError, NotFoundError, WatchpostError
from storage.schema import alert_routes, receivers
from storage.secret_keeper import Credential, CredentialKind, NewCredential, SecretKeeper
from storage.similar_names import did_you_mean


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where a secret goes.

    Attributes:
        keeper: of one's own keyring; None where there is none, and the secret is only sent.
        to: pollers with other keyrings; each gets a sealed envelope.
        secret: the secret; None for none, or for the one that there is.
    """

    keeper: SecretKeeper | None = None
    to: Iterable[Recipient] = ()
    secret: str | None = field(default=None, repr=False)


def add_receiver(database: Database, new: NewReceiver, keeping: Keeping, *, now_ms: int) -> Receiver:
    """Adds a receiver and keeps its secret. What its kind asks for, `alerts.receivers.soundness` checks before.

    Raises:
        InvalidInputError: the name or the secret cannot be used.
        AlreadyExistsError: the name is taken.
        KeyringUnavailableError: the secret cannot be kept; nothing was added.
    """
    name = checked_receiver_name(new.name)
    with database.reading() as connection:
        _refuse_taken(connection, name)
        credential_name = _free_name(connection, name)
    credential = _keep(database, credential_name, keeping, now_ms) if keeping.secret is not None else None
    try:
        with database.writing() as connection:
            _refuse_taken(connection, name)
            values = {
                "name": name,
                "kind": new.kind.value,
                "options": dict(new.options),
                "credential_id": None if credential is None else credential.id,
                "enabled": new.enabled,
                "created_at": now_ms,
                "updated_at": now_ms,
            }
            connection.execute(receivers.insert().values(values))
            return find_receiver(connection, name)
    except WatchpostError:
        if credential is not None and keeping.keeper is not None:
            remove_credential(database, credential.name, keeper=keeping.keeper)
        raise


def edit_receiver(database: Database, name: str, changed: NewReceiver, keeping: Keeping, *, now_ms: int) -> Receiver:
    """Changes a receiver; without a secret it keeps the one it has. Routes follow it to another name.

    Raises:
        NotFoundError: there is no such receiver.
        InvalidInputError: the new name or secret cannot be used, or it is of another kind.
        AlreadyExistsError: the new name is taken.
        KeyringUnavailableError: the secret cannot be kept; nothing was changed.
    """
    new_name = checked_receiver_name(changed.name)
    with database.reading() as connection:
        old = find_receiver(connection, name)
        if new_name != old.name:
            _refuse_taken(connection, new_name)
        if changed.kind is not old.kind:
            raise InvalidInputError(
                f"“{old.name}” is told by {old.kind.value}, and that cannot be changed.", hint="Add another receiver."
            )
        credential = receiver_credential(connection, old)
        credential_name = _free_name(connection, new_name)
    if keeping.secret is not None:
        if credential is None:
            credential = _keep(database, credential_name, keeping, now_ms)
        else:
            replace_secret(
                database, credential.name, keeping.secret, now_ms=now_ms, keeper=keeping.keeper, to=keeping.to
            )
    with database.writing() as connection:
        values = {
            "name": new_name,
            "options": dict(changed.options),
            "credential_id": None if credential is None else credential.id,
            "enabled": changed.enabled,
            # Strictly later even when the clock was set back: that it differs is how others notice.
            "updated_at": max(now_ms, old.updated_at + 1),
        }
        connection.execute(receivers.update().where(receivers.c.id == old.id).values(values))
        if new_name != old.name:
            _rename_in_routes(connection, old.name, new_name)
        return find_receiver(connection, new_name)


def remove_receiver(database: Database, name: str, *, keeper: SecretKeeper) -> Receiver:
    """Forgets a receiver and its secret.

    Raises:
        NotFoundError: there is no such receiver.
        InvalidInputError: routes lead to it; the message names them.
        KeyringUnavailableError: the receiver is gone, but its secret could not be taken out of the keyring.
    """
    with database.writing() as connection:
        gone = find_receiver(connection, name)
        if routes := routes_to(connection, name):
            raise InvalidInputError(
                f"Routes lead to the receiver “{name}”: {', '.join(routes[:10])}{' and more' if routes[10:] else ''}.",
                hint="Have them lead to another one first: watchpost alerts routes --help",
            )
        credential = receiver_credential(connection, gone)
        connection.execute(receivers.delete().where(receivers.c.id == gone.id))
    if credential is not None:
        remove_credential(database, credential.name, keeper=keeper)
    return gone


def list_receivers(connection: Connection) -> list[Receiver]:
    """All of them, by name."""
    return [_receiver(row) for row in connection.execute(select(receivers).order_by(receivers.c.name))]


def find_receiver(connection: Connection, name: str) -> Receiver:
    """The one of that name. Raises NotFoundError, whose hint names those that there are."""
    row = connection.execute(select(receivers).where(receivers.c.name == name)).first()
    if row is not None:
        return _receiver(row)
    names = [known.name for known in list_receivers(connection)]
    there = f"There are: {', '.join(names[:20])}." if names else "Add it: watchpost alerts receivers add NAME"
    raise NotFoundError(f"There is no receiver “{name[:NAME_LIMIT]}”.", hint=did_you_mean(name, names, there))


def receiver_credential(connection: Connection, receiver: Receiver) -> Credential | None:
    """The credential whose secret it is reached with; the keyring is asked outside of any transaction."""
    return next((each for each in list_credentials(connection) if each.id == receiver.credential_id), None)


def routes_to(connection: Connection, name: str) -> list[str]:
    """Names of the routes, in their order, that tell this receiver, at once or when nobody acknowledges."""
    rows = connection.execute(select(alert_routes.c.name, alert_routes.c.body).order_by(alert_routes.c.position))
    return [row.name for row in rows if _mentions(row.body, name)]


def checked_receiver_name(name: str) -> str:
    """The name in composed form. Raises InvalidInputError."""
    return checked_label("The name of a receiver", name)


def _keep(database: Database, credential_name: str, keeping: Keeping, now_ms: int) -> Credential:
    new = NewCredential(credential_name, CredentialKind.RECEIVER, keeping.secret or "")
    return add_credential(database, new, now_ms=now_ms, keeper=keeping.keeper, to=keeping.to)


def _free_name(connection: Connection, name: str) -> str:
    """What the credential of a receiver is called; a person may have called one of theirs so."""
    taken = {each.name for each in list_credentials(connection)}
    wanted, number = f"receiver {name}", 1
    while wanted in taken:
        number += 1
        wanted = f"receiver {name} {number}"
    return wanted


def _refuse_taken(connection: Connection, name: str) -> None:
    if connection.execute(select(receivers.c.id).where(receivers.c.name == name)).first():
        raise AlreadyExistsError(
            f"There is a receiver “{name}” already.", hint="To change it: watchpost alerts receivers edit NAME"
        )


def _mentions(body: object, name: str) -> bool:
    """Whether one of the lists called `receivers` in a route's body, at whatever depth, has the name in it."""
    if isinstance(body, Mapping):
        told = body.get("receivers")
        return (isinstance(told, list) and name in told) or any(_mentions(each, name) for each in body.values())
    return isinstance(body, list) and any(_mentions(each, name) for each in body)


def _renamed(body: object, old: str, new: str, *, told: bool = False) -> object:
    if isinstance(body, Mapping):
        return {key: _renamed(each, old, new, told=key == "receivers") for key, each in body.items()}
    if isinstance(body, list):
        return [_renamed(each, old, new, told=told) for each in body]
    return new if told and body == old else body


def _rename_in_routes(connection: Connection, old: str, new: str) -> None:
    for row in connection.execute(select(alert_routes.c.id, alert_routes.c.body)).all():
        if _mentions(row.body, old):
            values = {"body": _renamed(row.body, old, new)}
            connection.execute(alert_routes.update().where(alert_routes.c.id == row.id).values(values))


def _receiver(row: Row[tuple[object, ...]]) -> Receiver:
    return Receiver(
        id=row.id,
        name=row.name,
        kind=ReceiverKind(row.kind),
        options=row.options if isinstance(row.options, Mapping) else {},
        enabled=row.enabled,
        credential_id=row.credential_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
