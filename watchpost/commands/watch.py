"""Bare `watchpost`: this machine and all hosts, live, with a poller for as long as the view is open."""

import sys

import typer
from rich.text import Text

from alerts.thresholds import from_environment
from storage.database import Database
from storage.hosts import add_host, hosts_revision
from storage.poller_lock import poller_is_running
from storage.utc import now_ms
from watchpost.commands import hosts_list
from watchpost.configuration import Configuration
from watchpost.console import errors
from watchpost.database_access import existing_database, preparation_text, prepare_unless_polled
from watchpost.invocation import configuration
from watchpost.local_time import shown_zone
from watchpost.own_host import own_host
from watchpost.poller_child import PollerChild
from watchpost.secret_keeping import typed_passphrase


def command() -> None:
    """Opens the live view; where standard output is no terminal, prints the list of hosts instead."""
    chosen = configuration()
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        hosts_list.command()
        errors().print(Text("On a terminal, “watchpost” shows this live; “watchpost run” polls without a screen."))
        return
    thresholds = from_environment(chosen.environment)
    news = _make_ready(chosen.database_url)
    for text in news:
        errors().print(Text(text))
    with existing_database(chosen.database_url) as opened:
        with opened.reading() as connection:
            zone = shown_zone(chosen, connection)
        child = _start_poller(chosen, opened)
    # The terminal toolkit takes 0.2 s to import.
    from watchpost.terminal.app import run  # noqa: PLC0415

    status = 1
    try:
        status = run(chosen.database_url, thresholds=thresholds, time_zone=zone, note=" ".join(news))
    finally:
        if child:
            errors().print(Text("Stopping the poller …"))
            child.stop()
    raise typer.Exit(status)


def _make_ready(url: str) -> list[str]:
    """Prepares the database where no poller has done so, registers this machine in a new one; says what was done."""
    done = prepare_unless_polled(url)
    with existing_database(url) as opened, opened.writing() as connection:
        # Not where all hosts were removed: then that was somebody's will.
        if hosts_revision(connection) == 0:
            add_host(connection, own_host(), now_ms())
    return preparation_text(done) if done else []


def _start_poller(chosen: Configuration, database: Database) -> PollerChild | None:
    if poller_is_running(database.url):
        return None
    child = PollerChild(database.url, chosen.folders.log, passphrase=typed_passphrase(chosen, database))
    child.wait_until_polling()
    return child
