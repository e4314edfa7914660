"""Sweeps by a full snapshot: who left a source while nobody watched is not in it, and is forgotten.

A source whose connector lost its place sends everybody again, at the position of that moment, and
tells nothing of those who left meanwhile. Three steps, because the topic has several partitions
and only one of them holds the snapshot's last record: the consumer notes the end, `pin_ends` fixes
how far the group must have read, `sweep` forgets who is older.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from televendas.domain import snapshots
from televendas.models import Customer, Erasure, Snapshot
from televendas.services.forget import forget

_PEOPLE_PER_TRANSACTION: Final = 500


def pending(using: str = "televendas") -> list[Snapshot]:
    """Return the snapshots that are still to be swept by, the oldest first."""
    return list(Snapshot.objects.using(using).filter(swept_at=None).order_by("ended_at", "pk"))


def pin_ends(snapshot: Snapshot, ends: Mapping[int, int], using: str = "televendas") -> None:
    """Note how far each partition reached (`ends`: partition to end offset), once.

    Any moment after the snapshot's end will do: later ends only make the sweep wait for more.
    """
    if not snapshot.ends:
        snapshot.ends = {str(partition): end for partition, end in ends.items()}
        snapshot.save(using=using, update_fields=["ends"])


def is_ready(snapshot: Snapshot, committed: Mapping[int, int]) -> bool:
    """Tell whether the group, whose next offsets are `committed`, has read past the pinned ends."""
    ends = {int(partition): end for partition, end in snapshot.ends.items()}
    return snapshots.is_read_past(ends, committed)


def sweep(snapshot: Snapshot, now: datetime, using: str = "televendas") -> int:
    """Forget the source's people who are older than the snapshot; return how many.

    Call it when `is_ready` says so. Each stays deleted at the version that it had: a record of the
    snapshot that came late after all brings its person back. A killed sweep is begun again.
    """
    swept, reached = snapshot.swept, ""
    while people := _missing(snapshot, reached, using):
        reached = people[-1]
        with transaction.atomic(using=using):
            swept += len(_forget(people, snapshot, now, using))
            Snapshot.objects.using(using).filter(pk=snapshot.pk).update(swept=swept)
    Snapshot.objects.using(using).filter(pk=snapshot.pk).update(swept_at=now)
    snapshot.refresh_from_db(using=using)
    return swept


def _missing(snapshot: Snapshot, reached: str, using: str) -> list[str]:
    # One walk along the primary key: an index by version would cost every write something.
    present = Customer.objects.using(using).filter(
        person__gt=reached,
        state=Customer.State.PRESENT,
        source=snapshot.source,
        version__lt=snapshot.version,
    )
    return list(
        present.order_by("person").values_list("person", flat=True)[:_PEOPLE_PER_TRANSACTION]
    )


def _forget(people: list[str], snapshot: Snapshot, now: datetime, using: str) -> list[str]:
    # Whoever was written since they were listed is held here, and looked at again.
    held = Customer.objects.using(using).select_for_update().filter(person__in=people)
    missing = [
        str(each.person)
        for each in held
        if snapshots.is_missing(str(each.version), str(snapshot.version))
    ]
    return forget(
        missing,
        cause=Erasure.Cause.SWEEP,
        requested_at=snapshot.ended_at,
        now=now,
        using=using,
    )
