"""`watchpost alerts test`: send one message, and show what the other side said."""

import asyncio
import secrets
from typing import Annotated

import typer
from rich.text import Text

from alerts.notifier.deduplication import Reason
from alerts.notifier.message import Message
from alerts.receivers.courier import Courier
from storage.alerting.receiver_rows import find_receiver, receiver_credential
from storage.utc import now_ms
from watchpost.console import errors, output, print_json
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import shown_zone
from watchpost.poller_child import own_program
from watchpost.secret_keeping import persons_keeper
from watchpost.worker_start import AS_MESSENGER


def command(
    name: Annotated[str, typer.Argument(metavar="RECEIVER", help="Who is to get it.")],
    *,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Send one message to a receiver, also to one that is off, and show what its server said. Exit code 1: refused.

    It is sent from here, with the secret that the keyring here has, and not by the poller.
    """
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened:
        with opened.reading() as connection:
            receiver = find_receiver(connection, name)
            credential = receiver_credential(connection, receiver)
            zone = shown_zone(chosen, connection)
        secret = None if credential is None else persons_keeper(chosen, opened).secret(credential)
    message = Message(
        idempotency_key=secrets.token_hex(32),
        receiver=receiver.name,
        route="watchpost alerts test",
        reason=Reason.FIRST,
        at=now_ms(),
        test=True,
    )
    courier = Courier((*own_program(), *AS_MESSENGER), time_zone=str(zone or "UTC"))
    answer = asyncio.run(courier(receiver, secret, message))
    if as_json:
        said = {"delivered": answer.delivered, "answer": answer.text, "worth_another_try": answer.again}
        print_json({"receiver": receiver.name, "kind": receiver.kind.value, **said})
    elif answer.delivered:
        output().print(Text(f"“{receiver.name}” has taken it: {answer.text}"))
    else:
        errors().print(Text("✖ ", "red") + Text(f"“{receiver.name}” was not told: {answer.text}"))
    if not answer.delivered:
        raise typer.Exit(1)
