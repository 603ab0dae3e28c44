"""What alerts cost, how many messages a storm makes, and how good the default rules are."""

from benchmarks.figure import Figure


def measure(*, quick: bool) -> list[Figure]:
    """Cost, storms, then the quality of the default rules: a quarter of an hour, quickly two minutes."""
    # By name: each part loads much that the others do not need, and is measured in memory as well.
    from benchmarks.alerts import cost, quality, storm  # noqa: PLC0415

    return [*cost.measure(quick=quick), *storm.measure(quick=quick), *quality.measure(quick=quick)]
