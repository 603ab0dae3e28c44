"""Options about how a host is read, shared by the commands that register a host and that change one."""

from typing import Annotated

import typer

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
