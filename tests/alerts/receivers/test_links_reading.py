"""Messages have links once the pages and a key are there."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from alerts.receivers.courier import Courier
from alerts.receivers.links import verify
from alerts.receivers.links_reading import links_reader
from storage.alerting.link_key import link_key, make_link_key
from storage.alerting.receiver import Receiver, ReceiverKind
from storage.alerting.receiver_rows import Keeping
from storage.database import Database
from storage.keyrings import open_keeper
from storage.secret_keeper import KeyringChoice, SecretKeeper
from storage.settings import write_setting
from tests.alerts.receivers.made_message import AT, made
from tests.alerts.receivers.web_server import web_server


def keeper_in(folder: Path, word: str = "open sesame") -> SecretKeeper:
    return open_keeper(KeyringChoice.ENCRYPTED_FILE, file=folder / "secrets", passphrase=lambda _: word)


async def test_there_are_none_until_both_are_there(database: Database, tmp_path: Path) -> None:
    keeper = keeper_in(tmp_path)
    read = links_reader(database, keeper)
    assert await read(made()) is None
    credential = make_link_key(database, Keeping(keeper), now_ms=1)
    assert await read(made()) is None
    with database.writing() as connection:
        write_setting(connection, "alerts_base_url", "https://watch.example.org")
    links = await read(made())
    assert links is not None
    (token,) = parse_qs(urlsplit(links.acknowledge).query)["t"]
    assert verify(token, link_key(keeper.secret(credential)), now_ms=AT).alert_ids == (1,)


async def test_a_keyring_that_does_not_open_costs_the_links_and_not_the_message(
    database: Database, tmp_path: Path
) -> None:
    make_link_key(database, Keeping(keeper_in(tmp_path)), now_ms=1)
    with database.writing() as connection:
        write_setting(connection, "alerts_base_url", "https://watch.example.org")
    courier = Courier(links=links_reader(database, keeper_in(tmp_path, "wrong")))
    with web_server() as server:
        assert (await courier(Receiver(id=1, name="x", kind=ReceiverKind.WEBHOOK), server.url, made())).delivered
        assert b'"links":null' in server.requests[0].body
