"""A clock that a test moves on."""


class Clock:
    """UTC milliseconds."""

    def __init__(self) -> None:
        self.now_ms = 1_790_000_000_000

    def __call__(self) -> int:
        return self.now_ms

    def pass_s(self, seconds: float) -> None:
        """Time passes."""
        self.now_ms += round(seconds * 1000)
