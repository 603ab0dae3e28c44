"""Options that several commands about hosts have: how a host is read, and what many hosts get when they come in."""

from typing import Annotated

import typer

from fleet.host_address import identity_path
from fleet.registration import Defaults
from storage.host import Reader, Transport

TransportOption = Annotated[
    Transport | None,
    typer.Option(
        "--transport",
        help="ssh (asyncssh), or paramiko for servers that it cannot talk to.",
        show_default=False,
    ),
]
ReaderOption = Annotated[
    Reader | None,
    typer.Option("--reader", help="How the probe reads the host; auto suits most.", show_default=False),
]
SudoOption = Annotated[
    bool | None,
    typer.Option("--sudo/--no-sudo", help="Start the probe by “sudo -n”, as root.", show_default=False),
]
TopOption = Annotated[
    int | None,
    typer.Option(
        "--top", metavar="N", help="Processes by CPU and by memory in the table, 1 to 100.", show_default=False
    ),
]
AllMountsOption = Annotated[
    bool | None,
    typer.Option("--all-mounts/--real-mounts", help="Also tmpfs, overlay, squashfs and the like.", show_default=False),
]
AllInterfacesOption = Annotated[
    bool | None,
    typer.Option(
        "--all-interfaces/--real-interfaces", help="Also bridges, tunnels, containers' interfaces.", show_default=False
    ),
]
CompressionOption = Annotated[
    bool | None,
    typer.Option("--compression/--no-compression", help="Compress, for a slow link.", show_default=False),
]

ForGroupOption = Annotated[
    str | None, typer.Option("--group", metavar="NAME", help="Group of those that have none.", show_default=False)
]
ForTagsOption = Annotated[
    list[str] | None,
    typer.Option("--tag", metavar="TAG", help="A tag for all that are added; several times.", show_default=False),
]
ForUserOption = Annotated[
    str | None, typer.Option("--user", metavar="USER", help="Who logs in where nothing says.", show_default=False)
]
ForIdentityOption = Annotated[
    str | None, typer.Option("--identity", metavar="FILE", help="Private key where none is named.", show_default=False)
]
ForCredentialOption = Annotated[
    str | None,
    typer.Option("--credential", metavar="NAME", help="Stored credential where none is named.", show_default=False),
]


def defaults_for_all(
    group: str | None, tags: list[str] | None, user: str | None, identity: str | None, credential: str | None
) -> Defaults:
    """What these options say of all hosts that come in."""
    return Defaults(
        group=group,
        tags=tuple(tags or ()),
        username=user,
        credential=credential,
        identity_file=identity_path(identity),
    )
