"""`watchpost hosts add`: register a host, trust its key, test the connection."""

import asyncio
import shlex
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

import typer

from fleet.host_address import identity_path, parse_address
from poller.ssh.host_key_trust import TrustedKeys
from storage.credentials import add_credential, remove_credential
from storage.database import Database
from storage.errors import AlreadyExistsError, InvalidInputError, NotFoundError, WatchpostError
from storage.host import Host, NewHost, Transport
from storage.host_rules import checked_host
from storage.hosts import add_host, find_host
from storage.secret_keeper import CredentialKind, NewCredential, SecretKeeper
from storage.utc import now_ms
from watchpost.configuration import Configuration
from watchpost.console import is_interactive, output, print_json
from watchpost.database_access import database_to_change
from watchpost.host_dialogue import HostDialogue, ask_about_key, proves_itself, with_way_out
from watchpost.host_listing import host_as_json
from watchpost.host_options import (
    AllInterfacesOption,
    AllMountsOption,
    CompressionOption,
    ReaderOption,
    SudoOption,
    TopOption,
    TransportOption,
)
from watchpost.host_trust import Vouching
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.remote_actions import key_as_json, outcome_as_json, remote_actions
from watchpost.secret_keeping import persons_keeper, read_secret
from watchpost.secret_sending import addressees, await_taken, tell_whereabouts


def command(  # noqa: PLR0913 - one for each option
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call the host.")],
    address: Annotated[
        str | None, typer.Argument(metavar="[USER@]ADDRESS[:PORT]", help="Where it is, as for ssh.")
    ] = None,
    *,
    identity: Annotated[
        str | None, typer.Option("--identity", metavar="FILE", help="Private key to log in with.")
    ] = None,
    accept_new: Annotated[
        bool, typer.Option("--accept-new", help="Trust the key of a host that has none yet, without a question.")
    ] = False,
    no_test: Annotated[
        bool, typer.Option("--no-test", help="Do not connect; with --accept-new, only to look at the host key.")
    ] = False,
    credential: Annotated[
        str | None, typer.Option("--credential", metavar="NAME", help="Stored password or passphrase to use.")
    ] = None,
    ask_password: Annotated[
        bool, typer.Option("--ask-password", help="Ask for a password and store it under the host's name.")
    ] = False,
    local: Annotated[bool, typer.Option("--local", help="This machine, read directly and without SSH.")] = False,
    interval: Annotated[
        float | None, typer.Option("--interval", metavar="SECONDS", help="Between two readings.", show_default=False)
    ] = None,
    group: Annotated[
        str | None, typer.Option("--group", metavar="NAME", help="The group it belongs to.", show_default=False)
    ] = None,
    tags: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="To find it by; several times.", show_default=False)
    ] = None,
    transport: TransportOption = None,
    reader: ReaderOption = None,
    sudo: SudoOption = None,
    top: TopOption = None,
    all_mounts: AllMountsOption = None,
    all_interfaces: AllInterfacesOption = None,
    compression: CompressionOption = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Register a host, trust its key and test the connection.

    The key is looked up in the database, then in ~/.ssh/known_hosts; else the host is asked for it, and somebody has
    to vouch for it: you at the terminal, or --accept-new. A host whose test fails stays registered; the poller keeps
    trying. ADDRESS may be an alias of ~/.ssh/config.
    """
    given = {
        "name": name,
        "identity_file": identity_path(identity),
        "interval_s": interval,
        "credential": credential,
        "group": group,
        "tags": tags,
        "transport": transport,
        "reader": reader,
        "sudo": sudo,
        "top_processes": top,
        "all_mounts": all_mounts,
        "all_interfaces": all_interfaces,
        "compression": compression,
    }
    said = _said(address, {field: value for field, value in given.items() if value is not None}, local=local)
    if ask_password and (credential or local):
        raise InvalidInputError(
            "--ask-password goes neither with --credential nor with --local.", hint="Give one of them."
        )
    chosen = configuration(database)
    with database_to_change(chosen.database_url) as opened:
        adding = _Adding(chosen, opened, HostDialogue(output(), quiet=as_json))
        host = adding.register(said, ask_password=ask_password)
        try:
            result = adding.reach(host, accept_new=accept_new, testing=not no_test)
        except WatchpostError as error:
            raise with_way_out(error, host) from error
    if as_json:
        print_json({"host": host_as_json(host), **result})


def _said(address: str | None, given: dict[str, Any], *, local: bool) -> NewHost:
    if local == (address is not None):
        raise InvalidInputError(
            "A host needs an address, or --local for this machine, and not both.",
            hint="watchpost hosts add NAME [USER@]ADDRESS[:PORT]",
        )
    if address is None:
        return checked_host({**given, "transport": Transport.LOCAL})
    return checked_host({**parse_address(address)._asdict(), **given})


class _Adding:
    """One host on its way in."""

    def __init__(self, chosen: Configuration, database: Database, dialogue: HostDialogue) -> None:
        self._chosen = chosen
        self._database = database
        self._dialogue = dialogue
        self._keeper: SecretKeeper | None = None

    def register(self, said: NewHost, *, ask_password: bool) -> Host:
        """Writes the host down, and its password where one is asked for."""
        if ask_password:
            return self._register_with_password(said)
        with self._database.writing() as connection:
            host = add_host(connection, said, now_ms())
        self._dialogue.say(f"Registered {host.name}.")
        return host

    def reach(self, host: Host, *, accept_new: bool, testing: bool) -> dict[str, Any]:
        """Trusts the key and tests the connection, as far as that is wanted."""
        actions = remote_actions(self._database, self.keeper)
        result: dict[str, Any] = {"host_keys": [], "test": None}
        if host.transport is not Transport.LOCAL:
            keys = TrustedKeys(self._database, host)
            if testing or accept_new:
                ask = partial(ask_about_key, host) if is_interactive() else None
                trusted = self._dialogue.settle_key(keys, actions, Vouching(accept_new=accept_new, ask=ask))
            else:
                trusted = keys.now() or asyncio.run(keys.import_known(now_ms()))
                self._say_untested(host, trusted=bool(trusted) or proves_itself(keys))
            result["host_keys"] = [key_as_json(key) for key in trusted]
        if testing:
            result["test"] = outcome_as_json(self._dialogue.test(host, actions))
        return result

    def keeper(self) -> SecretKeeper:
        """Made when it is needed: it may have to ask for a passphrase."""
        self._keeper = self._keeper or persons_keeper(self._chosen, self._database)
        return self._keeper

    def _register_with_password(self, said: NewHost) -> Host:
        self._refuse_taken(said.name)
        secret = read_secret(f"Password for {said.username or 'the user'} on {said.name}")
        new = NewCredential(said.name, CredentialKind.PASSWORD, secret)
        found = addressees(self._chosen, self._database, self.keeper(), None)
        stored = add_credential(self._database, new, now_ms=now_ms(), keeper=found.kept_by(), to=found.confirmed)
        try:
            with self._database.writing() as connection:
                host = add_host(connection, replace(said, credential=said.name), now_ms())
        except WatchpostError:
            remove_credential(self._database, said.name, keeper=self.keeper())
            raise
        self._dialogue.say(f"Registered {host.name}; its password is kept as credential “{host.name}”.")
        if found.others:
            await_taken(self._database, stored)
            tell_whereabouts(stored.name, found, quiet=self._dialogue.is_quiet)
        return host

    def _refuse_taken(self, name: str) -> None:
        """Before a password is asked for in vain."""
        with self._database.reading() as connection, suppress(NotFoundError):
            find_host(connection, name)
            raise AlreadyExistsError(f"There is a host “{name}” already.", hint="Give this one another name.")

    def _say_untested(self, host: Host, *, trusted: bool) -> None:
        if not trusted:
            command = f"watchpost hosts trust {shlex.quote(host.name)}"
            self._dialogue.say(f"Its host key is not trusted yet. To look at it: {command}")
