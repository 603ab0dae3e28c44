"""Mails through a real SMTP server, each delivered by a process of its own."""

import socket
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from alerts.notifier.message import Message
from alerts.receivers.chart import HEIGHT, SCALE, WIDTH
from alerts.receivers.chart_series import SPAN_MS, ChartSeries, Limit
from alerts.receivers.courier import Courier
from alerts.receivers.delivery import Answer
from alerts.thresholds import Severity
from storage.alerting.receiver import Receiver, ReceiverKind
from tests.alerts.receivers.made_message import AT, made, made_alert
from tests.alerts.receivers.mail_server import MailServer, certificate, mail_server

PASSWORD = "c0rrect-horse-4711"


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as running:
        yield running


def receiver(port: int, **options: object) -> Receiver:
    said: dict[str, object] = {
        "server": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "watchpost@example.org",
        "to": ["ops@example.org"],
    }
    return Receiver(id=1, name="ops", kind=ReceiverKind.EMAIL, options=said | options)


async def sent(told: Receiver, message: Message | None = None, secret: str | None = None, **more: Any) -> Answer:  # noqa: ANN401 - any field
    return await Courier(**more)(told, secret, message or made())


async def test_the_mail_arrives_as_text_and_html_and_the_server_is_quoted(server: MailServer) -> None:
    answer = await sent(receiver(server.port, to=["ops@example.org", "boss@example.org"]))
    assert answer == Answer(True, "250 2.0.0 Ok: queued as 4RmXyZ")
    (mail,) = server.mails
    assert server.recipients == [["ops@example.org", "boss@example.org"]]
    assert mail["Subject"] == "Critical: db1: Disk /srv 96.2%, over 90%"
    assert mail["From"] == "Watchpost <watchpost@example.org>"
    assert mail["To"] == "ops@example.org, boss@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "du -xh /srv" in text.get_content()
    assert "Disk /srv 96.2%, over 90%" in html.get_content()


async def test_the_chart_is_in_the_mail_and_the_html_refers_to_it(server: MailServer) -> None:
    async def chart(message: Message) -> ChartSeries:
        ts = tuple(range(message.at - SPAN_MS, message.at, 60_000))
        values = tuple(80 + 16 * place / len(ts) for place in range(len(ts)))
        return ChartSeries(
            metric="filesystem_used_percent",
            start=message.at - SPAN_MS,
            end=message.at,
            ts=ts,
            values=values,
            limits=(Limit(90.0, Severity.CRITICAL),),
        )

    assert (await sent(receiver(server.port), chart=chart)).delivered
    (mail,) = server.mails
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    html = mail.get_body(("related", "html"))
    assert html is not None
    assert f"cid:{picture['Content-ID'].strip('<>')}" in html.as_string().replace("=\n", "").replace("=3D", "=")
    assert picture.get_content_disposition() == "inline"
    image = Image.open(BytesIO(picture.get_content()))
    assert image.size == (WIDTH * SCALE, HEIGHT * SCALE)
    colours = {colour for _count, colour in image.convert("RGB").getcolors(1 << 20) or []}
    assert {(0x43, 0x61, 0xEE), (0xCF, 0x2F, 0x3F)} <= colours


async def test_without_the_chart_the_mail_still_goes(server: MailServer) -> None:
    async def broken(message: Message) -> ChartSeries:
        raise OSError("the database is away")

    assert (await sent(receiver(server.port), chart=broken)).delivered
    assert not [part for part in server.mails[0].walk() if part.get_content_type() == "image/png"]


async def test_messages_of_a_group_are_one_thread_and_a_copy_has_the_same_id(server: MailServer) -> None:
    told = receiver(server.port)
    again = made(made_alert(host="db2"), idempotency_key="f" * 64, at=AT + 1000)
    for message in (made(), made(), again):
        assert (await sent(told, message)).delivered
    first, copy, later = server.mails
    assert first["Message-ID"] == copy["Message-ID"] != later["Message-ID"]
    assert first["References"] == later["References"]


async def test_in_korean_and_in_the_time_of_seoul(server: MailServer) -> None:
    assert (await sent(receiver(server.port, language="ko", time_zone="Asia/Seoul"))).delivered
    text = server.mails[0].get_body(("plain",))
    assert text is not None
    assert "2026-01-01 10:46 KST" in text.get_content()
    assert server.mails[0]["Subject"].startswith("위험")


async def test_who_is_refused_is_named_and_the_others_get_it(server: MailServer) -> None:
    server.refused["gone@example.org"] = "550 5.1.1 No such user"
    answer = await sent(receiver(server.port, to=["ops@example.org", "gone@example.org"]))
    assert answer.delivered
    assert "gone@example.org was refused: 550 5.1.1 No such user" in answer.text
    assert server.recipients == [["ops@example.org"]]


@pytest.mark.parametrize(("reply", "again"), [("550 5.1.1 No such user", False), ("450 4.2.0 Greylisted", True)])
async def test_where_everybody_is_refused_nothing_is_sent(server: MailServer, reply: str, again: bool) -> None:
    server.refused["ops@example.org"] = reply
    answer = await sent(receiver(server.port))
    assert (answer.delivered, answer.again) == (False, again)
    assert reply in answer.text
    assert server.mails == []


@pytest.mark.parametrize(("reply", "again"), [("554 5.7.1 Spam", False), ("451 4.3.0 Try later", True)])
async def test_a_mail_that_is_refused_is_told_with_the_servers_words(
    server: MailServer, reply: str, again: bool
) -> None:
    server.data_reply = reply
    answer = await sent(receiver(server.port))
    assert (answer.delivered, answer.again) == (False, again)
    assert reply in answer.text


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_it_logs_in_over_an_encrypted_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    context, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    async with mail_server(context, at_once=security == "tls", password=PASSWORD) as server:
        told = receiver(server.port, security=security, user="watchpost")
        assert (await sent(told, secret=PASSWORD)).delivered
        assert server.logins == [("watchpost", PASSWORD)]
        wrong = await sent(told, secret="wrong-donkey-0815")
        assert (wrong.delivered, wrong.again) == (False, False)
        assert "The login was refused: 535" in wrong.text
        assert "donkey" not in wrong.text


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_that_nobody_vouches_for_ends_it_before_the_password(tmp_path: Path, security: str) -> None:
    context, _ = certificate(tmp_path)
    async with mail_server(context, at_once=security == "tls", password=PASSWORD) as server:
        answer = await sent(receiver(server.port, security=security, user="watchpost"), secret=PASSWORD)
        assert not answer.delivered
        assert "not trusted" in answer.text
        assert server.logins == []


async def test_a_server_without_starttls_gets_nothing(server: MailServer) -> None:
    answer = await sent(receiver(server.port, security="starttls"))
    assert (answer.delivered, answer.again) == (False, False)
    assert "STARTTLS" in answer.text
    assert server.mails == []


async def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        answer = await sent(receiver(listening.getsockname()[1]), limit_s=3.0)
    assert (answer.delivered, answer.again) == (False, True)
    assert "did not answer in time" in answer.text or "No answer" in answer.text


async def test_options_that_somebody_has_spoilt_in_the_database_are_told() -> None:
    answer = await sent(receiver(25, to=[]))
    assert (answer.delivered, answer.again) == (False, False)
    assert "to" in answer.text
