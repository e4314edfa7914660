"""Keeps who must not be called: by the phone's keyed hash, for good, from the earliest day told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import Final

from django.conf import settings

from televendas.adapters.phones import to_e164
from televendas.domain.identity import phone_hash
from televendas.domain.optout_lines import Line
from televendas.models import OptOut
from televendas.services import audit
from televendas.services.units import whole

_CHUNK: Final = 1000
_UNREADABLE_TOLD: Final = 20


class UnreadablePhoneError(ValueError):
    """What was given is no phone number; it is not repeated here."""


@dataclass(slots=True)
class Imported:
    """What an import did so far: lines read, opt-outs that are new, lines without a phone.

    `unreadable` holds the numbers of the first lines without one.
    """

    lines: int = 0
    added: int = 0
    unreadable_count: int = 0
    unreadable: list[int] = field(default_factory=list)

    @property
    def known(self) -> int:
        """Return how many lines told of what was known already."""
        return self.lines - self.added - self.unreadable_count


def opt_out(
    *,
    actor: audit.Actor,
    phone: str,
    effective_on: date,
    origin: OptOut.Origin,
    now: datetime,
    person: str = "",
) -> bool:
    """Note that `phone` must not be called from `effective_on`; tell whether that is new.

    Raises UnreadablePhoneError.
    """
    hashed = _hash_of(phone)
    if hashed is None:
        raise UnreadablePhoneError

    def work() -> bool:
        is_new = _keep({hashed: effective_on}, origin, actor, now) == 1
        details = {"phone_hash": hashed, "effective_on": effective_on.isoformat()}
        audit.note(actor, audit.Action.OPT_OUT, at=now, person=person, details=details)
        return is_new

    return whole(work)


def take_back(*, actor: audit.Actor, hashes: Sequence[str], reason: str, now: datetime) -> int:
    """Forget opt-outs, for the reason given; return how many there were."""

    def work() -> int:
        known = OptOut.objects.filter(phone_hash__in=hashes)
        found = list(known.values_list("phone_hash", flat=True))
        known.delete()
        for each in found:
            audit.note(
                actor, audit.Action.OPT_IN, at=now, reason=reason, details={"phone_hash": each}
            )
        return len(found)

    return whole(work)


def import_lines(
    *,
    actor: audit.Actor,
    lines: Iterable[Line],
    effective_on: date,
    now: datetime,
    is_dry_run: bool = False,
) -> Iterator[Imported]:
    """Take in `lines`, a chunk a transaction; yield what was done so far after each.

    A line without a day counts from `effective_on`. A dry run only counts. The audit gets a line
    for each chunk, with counts alone.
    """
    done = Imported()
    source = iter(lines)
    while chunk := list(islice(source, _CHUNK)):
        days = _days_of(chunk, effective_on, done)
        done.lines += len(chunk)
        if is_dry_run:
            done.added += len(days) - OptOut.objects.filter(phone_hash__in=days).count()
        else:
            done.added += whole(partial(_import, actor, days, now))
        yield done


def _import(actor: audit.Actor, days: Mapping[str, date], now: datetime) -> int:
    added = _keep(days, OptOut.Origin.IMPORT, actor, now)
    counts = {"people": len(days), "added": added}
    audit.note(actor, audit.Action.IMPORT, at=now, details=counts)
    return added


def _days_of(chunk: Sequence[Line], effective_on: date, done: Imported) -> dict[str, date]:
    """Return the earliest day of each phone's hash; note the lines that have no phone."""
    days: dict[str, date] = {}
    for line in chunk:
        hashed = line.phone_hash or _hash_of(line.phone)
        if hashed is None:
            done.unreadable_count += 1
            if len(done.unreadable) < _UNREADABLE_TOLD:
                done.unreadable.append(line.number)
            continue
        day = line.effective_on or effective_on
        days[hashed] = min(day, days.get(hashed, day))
    return days


def _keep(
    days: Mapping[str, date], origin: OptOut.Origin, actor: audit.Actor, now: datetime
) -> int:
    """Insert what is new, bring forward what is known for a later day; return how many are new."""
    those = OptOut.objects.filter(phone_hash__in=days)
    known = set(those.values_list("phone_hash", flat=True))
    OptOut.objects.bulk_create(
        [
            OptOut(
                phone_hash=hashed,
                effective_on=day,
                origin=origin,
                added_at=now,
                added_by=actor.name,
            )
            for hashed, day in sorted(days.items())
            if hashed not in known
        ],
        # A twin of this import may have been quicker.
        ignore_conflicts=True,
    )
    # Looked at once each has its row, for a twin's may tell of a later day.
    held = those.select_for_update().values_list("phone_hash", "effective_on")
    for hashed, standing in list(held):
        if days[hashed] < standing:
            OptOut.objects.filter(phone_hash=hashed).update(effective_on=days[hashed])
    return len(days.keys() - known)


def _hash_of(phone: str) -> str | None:
    number = to_e164(phone, settings.TELEVENDAS_PHONE_COUNTRY)
    return None if number is None else phone_hash(settings.TELEVENDAS_KEY, number)
