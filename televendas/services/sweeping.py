"""Sweeps by every snapshot whose topic has been read far enough; the others wait."""

from dataclasses import dataclass
from datetime import datetime

from televendas.adapters.progress import Progress
from televendas.models import Snapshot
from televendas.services import snapshots


@dataclass(frozen=True, slots=True)
class Swept:
    """One snapshot: whether it could be swept by, and how many people it no longer mentioned."""

    snapshot: Snapshot
    is_done: bool
    people: int


def sweep_due(progress: Progress, now: datetime) -> list[Swept]:
    """Sweep by what is pending, the oldest first.

    A snapshot that is seen for the first time has its ends pinned here. Without one nothing is
    asked of the broker; raises TransientError while that is away.
    """
    waiting = snapshots.pending()
    if not waiting:
        return []
    ends = progress.ends()
    for each in waiting:
        snapshots.pin_ends(each, ends)
    committed = progress.committed()
    return [_sweep(each, committed, now) for each in waiting]


def _sweep(snapshot: Snapshot, committed: dict[int, int], now: datetime) -> Swept:
    if not snapshots.is_ready(snapshot, committed):
        return Swept(snapshot, is_done=False, people=0)
    return Swept(snapshot, is_done=True, people=snapshots.sweep(snapshot, now))
