"""A bar for work that takes long, on standard error where a person sees it, and nothing anywhere else."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, SpinnerColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from storage.care.progress import OnStep, Step, in_silence
from watchpost.console import errors


@contextmanager
def progress_bar(unit: str = "") -> Iterator[OnStep]:
    """What to tell each step to.

    Args:
        unit: what is counted, shown as so many of it a second; empty for none.
    """
    console = errors()
    if not console.is_terminal:
        yield in_silence
        return
    shown = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        _Share(),
        _Rate(unit),
        TimeRemainingColumn(),
    )
    with Progress(*shown, console=console, transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def show(step: Step) -> None:
            if step.what not in tasks:
                for finished in tasks.values():
                    progress.remove_task(finished)
                tasks.clear()
                tasks[step.what] = progress.add_task(step.what, total=step.total or None)
            progress.update(tasks[step.what], completed=step.done, total=step.total or None)

        yield show


class _Share(TextColumn):
    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        """Percent, where there is a whole."""
        return Text("" if task.total is None else f"{task.percentage:>3.0f}%")


class _Rate(TextColumn):
    def __init__(self, unit: str) -> None:
        super().__init__("")
        self._unit = unit

    def render(self, task: Task) -> Text:
        """So many a second."""
        if not self._unit or not task.speed:
            return Text("")
        return Text(f"{task.speed:,.0f} {self._unit}/s")
