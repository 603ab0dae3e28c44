"""`watchpost hosts edit`: change a host and keep its history."""

from typing import Annotated, Any

import typer
from rich.text import Text

from fleet.host_address import identity_path, parse_address
from storage.errors import InvalidInputError
from storage.hosts import edit_host
from watchpost.console import output, print_json
from watchpost.database_access import existing_database
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
from watchpost.invocation import DatabaseOption, JsonOption, configuration


def command(  # noqa: PLR0913 - one for each option
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which host.")],
    *,
    new_name: Annotated[str | None, typer.Option("--name", metavar="NEW", help="Call it so from now on.")] = None,
    address: Annotated[
        str | None,
        typer.Option("--address", metavar="[USER@]ADDRESS[:PORT]", help="Where it is; replaces user and port, too."),
    ] = None,
    identity: Annotated[
        str | None, typer.Option("--identity", metavar="FILE", help="Private key to log in with; '' for none.")
    ] = None,
    credential: Annotated[
        str | None, typer.Option("--credential", metavar="NAME", help="Stored password or passphrase; '' for none.")
    ] = None,
    interval: Annotated[
        float | None, typer.Option("--interval", metavar="SECONDS", help="Between two readings; 0 as set for all.")
    ] = None,
    enabled: Annotated[
        bool | None, typer.Option("--enable/--disable", help="Whether it is polled at all.", show_default=False)
    ] = None,
    group: Annotated[str | None, typer.Option("--group", metavar="NAME", help="Put it there; '' for none.")] = None,
    tags: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="Its tags from now on; several times, '' for none.")
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
    """Change a host. Its history stays, also under a new name or address; a running poller follows within 2 s."""
    given = {
        "name": new_name,
        "identity_file": identity and identity_path(identity),
        "credential": credential,
        "interval_s": interval,
        "enabled": enabled,
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
    changes = {field: _meant(field, value) for field, value in given.items() if value is not None}
    if address is not None:
        changes |= parse_address(address)._asdict()
    if not changes:
        raise InvalidInputError("Nothing is to be changed.", hint="“watchpost hosts edit --help” lists what can be.")
    with existing_database(configuration(database).database_url) as opened, opened.writing() as connection:
        host = edit_host(connection, name, changes)
    if as_json:
        print_json({"host": host_as_json(host)})
    else:
        output().print(Text(f"Changed {host.name}."))


def _meant(field: str, value: Any) -> Any:  # noqa: ANN401 - of any field
    """What a field is to have: an empty text, an interval of 0 or a top of 0 stands for nothing."""
    if field == "tags":
        return [tag for tag in value if tag]
    return None if field != "name" and not value and not isinstance(value, bool) else value
