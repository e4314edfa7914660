"""When a full snapshot may be swept by: who was not in it has left the source unseen."""

from collections.abc import Mapping


def is_read_past(ends: Mapping[int, int], committed: Mapping[int, int]) -> bool:
    """Tell whether a group has read all that its topic held when the snapshot's end was seen.

    `ends` gives each partition's end at that time or later, `committed` the group's next offsets.
    A partition that was empty need not be committed. Without any end nothing is known, so False.
    """
    return bool(ends) and all(
        committed.get(partition, 0) >= end for partition, end in ends.items() if end > 0
    )


def is_missing(version: str, snapshot_version: str) -> bool:
    """Tell whether a present row was not in the snapshot taken at `snapshot_version`.

    A full snapshot gives everybody who lives at least its own position as version; so whoever is
    older is gone. Somebody who came or changed since is newer.
    """
    return version < snapshot_version
