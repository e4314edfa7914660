"""Gives a list as a sheet: phones masked, and who is in it in the audit before the first byte."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final

from uuid_utils.compat import uuid7

from rest.csv_cells import encode_safe_rows
from televendas import selectors_list
from televendas.domain.listing import Wanted
from televendas.domain.masks import masked
from televendas.selectors_list import Listed
from televendas.services import audit

MOST_ROWS: Final = 10_000
_CHUNK: Final = 500
HEADER: Final = ("name", "region", "phone", "may_call", "since_or_until", "changed_at")


def export(*, actor: audit.Actor, wanted: Wanted, reason: str, now: datetime) -> Iterator[bytes]:
    """Return the wanted customers as CSV, chunk by chunk, at most MOST_ROWS of them.

    The first line of the audit is written at once; each chunk's people are, before it is given.
    """
    number = str(uuid7())
    audit.note(
        actor,
        audit.Action.EXPORT,
        at=now,
        reason=reason,
        details={**wanted.told, "export": number},
    )
    return _chunks(actor, wanted, number, now)


def _chunks(actor: audit.Actor, wanted: Wanted, number: str, now: datetime) -> Iterator[bytes]:
    yield encode_safe_rows([HEADER])
    rows = selectors_list.walk(wanted, None, agent_id=actor.agent_id, now=now, batch=_CHUNK)
    rows = islice(rows, MOST_ROWS)
    while chunk := list(islice(rows, _CHUNK)):
        people = [each.customer.person for each in chunk]
        audit.note(
            actor,
            audit.Action.EXPORT,
            at=now,
            details={"export": number, "shown": len(people), "people": people},
        )
        yield encode_safe_rows(_cells(each) for each in chunk)


def _cells(listed: Listed) -> tuple[str, ...]:
    customer, verdict = listed.customer, listed.verdict
    return (
        customer.name,
        customer.region,
        masked(customer.phone),
        verdict.obstacle.value if verdict.obstacle else "yes",
        verdict.at.isoformat() if verdict.at else "",
        customer.changed_at.isoformat(timespec="seconds"),
    )
