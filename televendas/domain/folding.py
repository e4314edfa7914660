"""What a person's records make of a person's row: which applies, which comes too late.

Versions are texts that sort, compared within one person's source. Whatever the order and however
often versioned records come, the newest decides, and at one version a delete outweighs a write. An
erasure decides for good. A tombstone has no version and acts by its place: see `step`.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

PRESENT: Final = "present"
DELETED: Final = "deleted"
ERASED: Final = "erased"


class Act(StrEnum):
    """What a record says of the person; the values are the states that it leads to."""

    WRITE = PRESENT
    DELETE = DELETED
    ERASE = ERASED


class Place(NamedTuple):
    """Where on its topic a record stood."""

    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.partition}/{self.offset}"


class Reading(NamedTuple):
    """One record about one person; a tombstone is a delete whose version is None."""

    act: Act
    version: str | None
    place: Place


class Standing(NamedTuple):
    """What is remembered of a person.

    `version` is the newest one applied, `last_read` that of the record read last, even if it came
    too late, and `last_place` where on the topic that one stood, as `<partition>/<offset>`.
    """

    state: str
    version: str
    last_read: str
    last_place: str


class Step(NamedTuple):
    """The standing after one record, and whether that record applied; None while none is known."""

    standing: Standing | None
    is_applied: bool


class Folded(NamedTuple):
    """What several records of one person come to.

    `gone` is the standing at the last delete or erasure that applied, made by the record at
    `gone_at`; `written` is the index of the write that stands after it. None where there is none.
    """

    standing: Standing | None
    gone: Standing | None
    gone_at: int | None
    written: int | None


def fold(standing: Standing | None, readings: Iterable[Reading]) -> Folded:
    """Take the records in the order in which their key has them, from what stands before."""
    gone, gone_at, written = None, None, None
    for index, reading in enumerate(readings):
        standing, is_applied = step(standing, reading)
        if is_applied and reading.act is Act.WRITE:
            written = index
        elif is_applied:
            gone, gone_at, written = standing, index, None
    return Folded(standing, gone, gone_at, written)


def newest_write(versions: Iterable[str]) -> int:
    """Return the index of the write that stands when nothing but writes came; equals: the last."""
    best, newest = 0, ""
    for index, version in enumerate(versions):
        if version >= newest:
            best, newest = index, version
    return best


def step(standing: Standing | None, reading: Reading) -> Step:
    """Return what one record changes.

    A write applies if it is newer than what a delete left, or as new as what a write left (then
    it is a redelivery). A delete applies if it is as new as what is there. An erasure applies
    always, and after it nothing else does.
    """
    if reading.version is None:
        return _bury(standing, reading)
    if reading.act is Act.ERASE:
        return _erase(standing, reading.version)
    if standing is None:
        return Step(_made_by(reading, reading.version), is_applied=True)
    if standing.state == ERASED:
        return Step(standing, is_applied=False)
    must_be_newer = reading.act is Act.WRITE and standing.state == DELETED
    if reading.version > standing.version or (
        reading.version == standing.version and not must_be_newer
    ):
        return Step(_made_by(reading, reading.version), is_applied=True)
    late = standing._replace(last_read=reading.version, last_place=str(reading.place))
    return Step(late, is_applied=False)


def _bury(standing: Standing | None, tombstone: Reading) -> Step:
    """Let a tombstone delete what was read before it, which need not be the newest.

    A source that sends `d(2)`, tombstone, `c(3)` may send the first two again: the tombstone then
    belongs to version 2, the one read last, and version 3 lives. A tombstone that stood before
    what was read last (a dead letter tried again, a topic read again) has had its time.
    """
    if standing is None or standing.state != PRESENT:
        return Step(standing, is_applied=False)
    if standing.last_read < standing.version or _is_before(tombstone.place, standing.last_place):
        return Step(standing, is_applied=False)
    gone = standing._replace(state=DELETED, last_place=str(tombstone.place))
    return Step(gone, is_applied=True)


def _erase(standing: Standing | None, version: str) -> Step:
    if standing is not None and standing.state == ERASED:
        version = max(version, standing.version)
        is_applied = version > standing.version
    else:
        is_applied = True
    # Where it was read says nothing any more, so it is the same in whatever order things came.
    return Step(Standing(ERASED, version, version, ""), is_applied)


def _made_by(reading: Reading, version: str) -> Standing:
    return Standing(reading.act.value, version, version, str(reading.place))


def _is_before(place: Place, last_place: str) -> bool:
    partition, _, offset = last_place.partition("/")
    return partition == str(place.partition) and place.offset <= int(offset)
