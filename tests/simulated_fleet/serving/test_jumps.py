"""Hosts behind a jump host, reached as a poller does that was given the fleet's SSH configuration."""

from dataclasses import replace
from pathlib import Path

import pytest

from poller.failure import SessionError
from poller.ssh.settings import SshTarget
from simulated_fleet.condition import Condition, Reach
from storage.reason import Reason
from tests.served_fleet import ServedFleet, in_time, serving


def one_behind(served: ServedFleet) -> int:
    return next(machine.index for machine in served.fleet.machines if machine.behind is not None)


def through_jump_host(served: ServedFleet, index: int) -> SshTarget:
    return replace(served.target(index), ssh_config=served.folder.ssh_config)


async def test_a_host_behind_is_reached_through_its_jump_host_alone(tmp_path: Path) -> None:
    async with serving(tmp_path, 10, behind_share=0.2) as served:
        index = one_behind(served)
        with pytest.raises(SessionError) as caught:
            await served.probe(served.target(index))
        assert caught.value.reason is Reason.REFUSED
        sink = await served.probe(through_jump_host(served, index))
        await sink.line(5)


async def test_all_behind_a_jump_host_are_lost_with_it(tmp_path: Path) -> None:
    async with serving(tmp_path, 10, behind_share=0.2) as served:
        index = one_behind(served)
        jump = served.fleet.machines[index].behind
        assert jump is not None
        sink = await served.probe(through_jump_host(served, index))
        served.moods[jump] = Condition(reach=Reach.DOWN)
        assert (await sink.failure()).reason is Reason.LOST
        with pytest.raises(SessionError) as caught:
            await served.probe(through_jump_host(served, index))
        assert served.fleet.machines[jump].name in caught.value.message


@pytest.mark.parametrize("reach", [Reach.DOWN, Reach.REFUSES_LOGIN], ids=str)
async def test_a_host_behind_has_troubles_of_its_own(tmp_path: Path, reach: Reach) -> None:
    async with serving(tmp_path, 10, behind_share=0.2) as served:
        index = one_behind(served)
        served.moods[index] = Condition(reach=reach)
        await in_time(lambda: served.server.hosts[index].reach is reach)
        with pytest.raises(SessionError) as caught:
            await served.probe(through_jump_host(served, index))
        assert caught.value.reason in {Reason.REFUSED, Reason.NO_ROUTE, Reason.AUTH}


async def test_a_jump_host_leads_nowhere_else(tmp_path: Path) -> None:
    async with serving(tmp_path, 10, behind_share=0.2) as served:
        jump = served.fleet.machines[one_behind(served)].behind
        assert jump is not None
        other = next(m.index for m in served.fleet.machines if m.behind is None and m.index != jump)
        place = served.fleet.plan.place(served.fleet.machines[other])
        config = tmp_path / "config"
        way = f"Host {place.address}\n  ProxyJump {served.fleet.machines[jump].name}\n"
        config.write_text(way + served.folder.ssh_config.read_text())
        with pytest.raises(SessionError):
            await served.probe(replace(served.target(other), ssh_config=config))
