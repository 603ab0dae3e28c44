"""`watchpost fleet`: hosts that are not there, served over real SSH on this machine."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from simulated_fleet.serving.folder import LOCK, FleetFolder, made_folder, write_folder
from simulated_fleet.serving.part import serve_part
from simulated_fleet.serving.places import check_ports
from simulated_fleet.serving.plan import FleetPlan, PlannedFleet, carry_out
from simulated_fleet.serving.processes import fleet_in, processes_for
from simulated_fleet.serving.registration import register
from storage.errors import InvalidInputError
from storage.utc import now_ms
from watchpost.database_access import database_to_change
from watchpost.demo.ending import ended_by_signals
from watchpost.demo.locked_folder import locked_folder, temporary_folder
from watchpost.fleet_serving import FleetReport, serve
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.log_setup import log_to_stderr
from watchpost.poller_child import own_program

_SCRIPT_LIMIT = 1 << 20
_SCRIPT_HINT = "A script says in TOML what goes wrong when: docs/simulated-fleet.md."
_PREFIX = "watchpost-fleet-"


def command(  # noqa: PLR0913 - one for each option
    *,
    hosts: Annotated[int, typer.Option("--hosts", "-n", metavar="N", min=1, max=65_536, help="How many.")] = 24,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of machines, keys, noise and chance.")] = 1,
    port: Annotated[int, typer.Option("--port", help="Where every host listens.")] = 2222,
    one_address: Annotated[
        bool, typer.Option("--one-address/--no-one-address", help="All at 127.0.0.1, with a port each from --port on.")
    ] = sys.platform != "linux",
    behind: Annotated[
        float, typer.Option("--behind", metavar="SHARE", min=0, max=0.9, help="Reached through a jump host alone.")
    ] = 0.0,
    processes: Annotated[
        int | None, typer.Option("--processes", min=1, max=64, help="Else one per 2,500 hosts.", show_default=False)
    ] = None,
    scenarios: Annotated[
        Path | None, typer.Option("--scenarios", metavar="FILE", help="What goes wrong when.", show_default=False)
    ] = None,
    chance: Annotated[
        float | None,
        typer.Option("--chance", metavar="SHARE", min=0, max=1, help="How many fail at a time.", show_default=False),
    ] = None,
    recording: Annotated[
        Path | None,
        typer.Option("--recording", metavar="FILE", help="A recorded host to be one of them.", show_default=False),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="DIR", help="For key, hosts and truth.", show_default=False)
    ] = None,
    registering: Annotated[bool, typer.Option("--register", help="Register all of them in the database.")] = False,
    credential: Annotated[
        str | None,
        typer.Option(
            "--credential", metavar="NAME", help="Have them logged in to by it, with --register.", show_default=False
        ),
    ] = None,
    with_stdin: Annotated[
        bool, typer.Option("--with-stdin", help="End when standard input closes, as when whoever started it dies.")
    ] = False,
    as_part: Annotated[bool, typer.Option("--part", hidden=True)] = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Serve a fleet of simulated hosts over SSH, on the loopback of this machine alone, until Ctrl-C.

    To try Watchpost out, and to measure it: each host speaks the probe's own protocol and has days of its own. What
    goes wrong, by script or by chance, is written down in truth.jsonl.
    """
    if as_part:
        log_to_stderr("WARNING")
        raise typer.Exit(serve_part())
    if credential is not None and not registering:
        raise InvalidInputError("--credential needs --register.", hint="It is what the hosts are registered with.")
    check_ports(port, hosts, one_address=one_address)
    if one_address and behind:
        raise InvalidInputError(
            "--one-address leaves no host behind a jump host.",
            hint="SSH tells ways apart by address: leave --behind out.",
        )
    chosen = configuration(database)
    plan = FleetPlan(
        hosts=hosts,
        start_ms=now_ms(),
        seed=seed,
        port=port,
        one_address=one_address,
        behind_share=behind,
        chance=chance,
        script=None if scenarios is None else _script(scenarios),
        time_zone=chosen.time_zone.key if chosen.time_zone else "UTC",
        recording=None if recording is None else str(recording.absolute()),
    )
    fleet = carry_out(plan)
    count = processes or processes_for(hosts, os.cpu_count() or 1)
    running = fleet_in(count, fleet, [*own_program(), "fleet", "--part"])
    if folder is None and registering:
        # The registered hosts need the key again.
        folder = chosen.folders.data / "simulated-fleet"
    with ended_by_signals(), _place(folder) as files:
        report = FleetReport(fleet, files, count, chosen.database_url if registering else None, as_json)

        def settle() -> None:
            # Not before all hosts listen: another fleet may have these places, and its keys are to stay trusted.
            write_folder(files.path, fleet)
            if registering:
                _register(chosen.database_url, fleet, files, credential)

        asyncio.run(serve(running, report, settle, with_stdin=with_stdin))


def _script(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_SCRIPT_LIMIT + 1)
        if len(content) > _SCRIPT_LIMIT:
            raise InvalidInputError(f"{path} is larger than {_SCRIPT_LIMIT >> 20} MiB.", hint="Is it the right file?")
        return content.decode()
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}.", hint=_SCRIPT_HINT) from error
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{path} is no text in UTF-8.", hint=_SCRIPT_HINT) from error


@contextmanager
def _place(folder: Path | None) -> Iterator[FleetFolder]:
    """The folder for this fleet alone; where nobody has named one, it is gone with the fleet."""
    place = temporary_folder(_PREFIX, LOCK) if folder is None else locked_folder(made_folder(folder).path, LOCK)
    with place as path:
        yield FleetFolder(path)


def _register(url: str, fleet: PlannedFleet, files: FleetFolder, credential: str | None) -> None:
    with database_to_change(url) as opened:
        register(opened, fleet, files, now_ms(), credential=credential)
