"""Fetches locked jars with a bar on the terminal, for the commands that run Java."""

import logging
from collections.abc import Sequence
from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from messaging.localbroker import jars


def fetch(title: str, folder: Path, locked: Sequence[jars.Jar]) -> list[Path]:
    """Complete `folder` to the locked jars under a bar called `title`; return their files.

    Without anything to fetch nothing is shown. Raises like `jars.fetch`.
    """
    # The bar says enough; a line for each of the jars would bury it.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    total = sum(jar.size for jar in jars.missing(folder, locked))
    if not total:
        return jars.fetch(folder, jars=locked)
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
    with Progress(*columns, TransferSpeedColumn()) as progress:
        task = progress.add_task(title, total=total)
        return jars.fetch(folder, lambda count: progress.advance(task, count), jars=locked)
