import pytest

from simulated_fleet.machine import machines
from simulated_fleet.scenario import Scenario, ScenarioKind
from simulated_fleet.script import read_script
from storage.errors import InvalidInputError
from tests.simulated_fleet.small_worlds import FLEET, START_MS

NAME = FLEET[1].name
GOOD = f"""
# What everybody wants to see.
[[scenario]]
kind = "disk_filling"
hosts = ["{NAME}", "db-*"]
after = "10m"
for = "1.5h"
strength = 0.8

[[scenario]]
kind = "host_down"
hosts = "{FLEET[2].name}"
at = 2026-09-21T14:13:20Z
for = "90s"
"""


def read(text: str) -> list[Scenario]:
    return read_script(text, FLEET, START_MS)


def one(**fields: str) -> str:
    """A script of one scenario, on line 2, with a good one before it on line 1."""
    good = {"kind": '"host_down"', "hosts": f'["{NAME}"]', "after": '"5m"', "for": '"10m"'}
    lines = [f"{name} = {value}" for name, value in {**good, **fields}.items() if value]
    return "\n[[scenario]]\n" + "\n".join(lines)


def test_a_script_says_what_happens_when_and_where() -> None:
    filling, down = sorted(read(GOOD), key=lambda scenario: scenario.kind)

    databases = tuple(machine.index for machine in FLEET if machine.role == "db")
    assert filling == Scenario(
        ScenarioKind.DISK_FILLING, (1, *databases), START_MS + 600_000, START_MS + 6_000_000, strength=0.8
    )
    assert (down.kind, down.hosts, down.end_ms - down.start_ms) == (ScenarioKind.HOST_DOWN, (2,), 90_000)
    assert down.start_ms == 1_790_000_000_000


def test_scenarios_come_in_order_of_their_start() -> None:
    starts = [scenario.start_ms for scenario in read(GOOD)]

    assert starts == sorted(starts)


def test_an_empty_script_is_nothing() -> None:
    assert read("") == []


def test_it_may_begin_with_the_fleet() -> None:
    assert read(one(after="0"))[0].start_ms == START_MS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[scenario]\n", "line 1"),
        ("[[scenario]]\nkind = \n", "line 2"),
        ('[[scenario]]\nhosts = ["a"\n\n', "Unclosed array (at the end, line 3)."),
        ("kind = 'host_down'", "“kind”, which nothing is called"),
        ("scenario = 5", "no list of tables"),
        (one(kind='"sharknado"'), "Scenario 1 (line 2): “kind” is “sharknado”, which is none"),
        (one(kind=""), "“kind” is missing"),
        (one(kind="[1]"), "“kind” is “[1]”"),
        (one(hosts='["nobody-*"]'), "“hosts” names “nobody-*”, which no machine of this fleet is called"),
        (one(hosts="[]"), "“hosts” names no hosts"),
        (one(hosts="[5]"), "“hosts” names no hosts"),
        (one(hosts=""), "“hosts” names no hosts"),
        (one(after='"soon"'), "“after” is “soon”, which is no span of time"),
        (one(after='"-5m"'), "“after” is “-5m”"),
        (one(after=""), "“after” is missing."),
        (one(**{"for": '"0s"'}), "“for” is “0s”"),
        (one(**{"for": "true"}), "“for” is “True”"),
        (one(at="2026-01-01T00:00:00Z"), "“at” is there beside “after”"),
        (one(after="", at="2026-01-01T00:00:00"), "“at” is “2026-01-01 00:00:00”, which is no moment"),
        (one(strength="0"), "“strength” is “0”"),
        (one(strength="true"), "“strength” is “True”"),
        (one(strength="nan"), "“strength” is “nan”"),
        (one(kind='"jump_host_down"'), f"“hosts” names {NAME}, which no machine is behind"),
        (one(colour='"red"'), "“colour” is no field of a scenario"),
        ("x" * 5_000_000, "larger than 4 MiB"),
        ("a=" + "[" * 100_000, "no TOML"),
    ],
    ids=[f"case {number}" for number in range(26)],
)
def test_what_cannot_be_used_is_told_by_line_and_field(text: str, words: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read(text)

    assert words in caught.value.message
    assert caught.value.hint


def test_the_line_is_that_of_the_scenario() -> None:
    with pytest.raises(InvalidInputError, match=r"Scenario 2 \(line 7\)"):
        read(one() + one(kind='"sharknado"'))


def test_what_is_shown_of_it_is_harmless() -> None:
    with pytest.raises(InvalidInputError) as caught:
        read(one(kind='"\\u001b[31mred"'))

    assert "\x1b" not in caught.value.message


def test_a_jump_host_may_go_down() -> None:
    assert read(one(kind='"jump_host_down"', hosts='["jump-*"]'))[0].hosts == (0,)


def test_a_fleet_without_such_machines_is_told_what_there_is() -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_script(GOOD, machines(1, 1), START_MS)

    assert machines(1, 1)[0].name in caught.value.hint
