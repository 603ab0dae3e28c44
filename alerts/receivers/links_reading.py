"""The links of messages, where somebody has set up the pages that they lead to."""

import asyncio
from collections.abc import Awaitable, Callable

from alerts.notifier.message import Message
from alerts.receivers.links import LinkMaker, Links
from storage.alerting.link_key import link_credential, link_key
from storage.database import Database
from storage.secret_keeper import SecretKeeper
from storage.settings import read_setting


def links_reader(database: Database, keeper: SecretKeeper) -> Callable[[Message], Awaitable[Links | None]]:
    """For a `Courier`: asks the database and the keyring in a thread.

    Without an address of the pages, or without a key, messages have no links. A keyring that does not answer raises.
    """

    def read(message: Message) -> Links | None:
        with database.reading() as connection:
            base_url, credential = read_setting(connection, "alerts_base_url"), link_credential(connection)
        if base_url is None or credential is None:
            return None
        return LinkMaker(base_url, link_key(keeper.secret(credential)))(message)

    return lambda message: asyncio.to_thread(read, message)
