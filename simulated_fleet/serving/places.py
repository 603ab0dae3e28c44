"""Where on the loopback each host listens. Nothing of a fleet is ever reachable from elsewhere."""

from dataclasses import dataclass

from simulated_fleet.machine import Machine
from storage.errors import InvalidInputError

LOOPBACK = "127.0.0.1"
_LAST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Place:
    """An address and a port."""

    address: str
    port: int


def place_of(machine: Machine, port: int, *, one_address: bool) -> Place:
    """Where a host listens: at an address of its own, or at a port of its own where there is but one address."""
    if one_address:
        return Place(LOOPBACK, port + machine.index)
    return Place(machine.address, port)


def check_ports(port: int, hosts: int, *, one_address: bool) -> None:
    """Raises InvalidInputError where there are not as many ports as that takes."""
    if not 1 <= port <= _LAST_PORT:
        raise InvalidInputError(f"{port} is no port to listen at.", hint=f"Ports are 1 to {_LAST_PORT}.")
    last = port + hosts - 1 if one_address else port
    if last > _LAST_PORT:
        raise InvalidInputError(
            f"{hosts} hosts from port {port} on would end at port {last}; there is none after {_LAST_PORT}.",
            hint="Take a lower --port or fewer --hosts.",
        )
