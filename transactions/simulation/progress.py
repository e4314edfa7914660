"""The bar that a simulation shows whoever watches it, and no log file."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


def bar_of(what: str, total: int | None) -> Progress:
    """Return a bar for `total` steps of `what`, or for steps without an end."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn(f"{what:9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        # A log file wants no bar.
        disable=not console.is_terminal,
    )
    bar.add_task(what, total=total)
    return bar
