"""The stories of a demonstration as a script, which every process of the fleet reads. Pure."""

from collections.abc import Iterable

from watchpost.demo.stories import Story


def story_script(told: Iterable[Story], start_ms: int) -> str:
    """A script of them.

    Args:
        told: the stories; none begins before the fleet does.
        start_ms: when the fleet begins, UTC milliseconds.
    """
    return "\n".join(_table(story, start_ms) for story in told)


def _table(story: Story, start_ms: int) -> str:
    scenario = story.scenario
    return (
        f"# {story.host}: {story.text}\n"
        "[[scenario]]\n"
        f'kind = "{scenario.kind}"\n'
        # Names of simulated machines have nothing in them that would have to be quoted.
        f'hosts = ["{story.host}"]\n'
        f'after = "{(scenario.start_ms - start_ms) / 1000:.3f}s"\n'
        f'for = "{(scenario.end_ms - scenario.start_ms) / 1000:.0f}s"\n'
        f"strength = {scenario.strength}\n"
    )
