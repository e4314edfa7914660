"""What the panel asks of the database; every query stays cheap at a million rows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from messaging.models import DeadLetter, OutboxMessage
from transactions.domain.listing import Cursor, Page
from transactions.domain.money import format_cents
from transactions.events import TRANSACTIONS, TRANSACTIONS_RESULT
from transactions.models import Transaction

# The accounts that somebody may see; None is all of them.
Accounts: TypeAlias = frozenset[str] | None

# Nothing is decided longer after it was accepted.
_LONGEST_DECISION = timedelta(days=1)
_KINDS: tuple[tuple[Literal["received", "decided"], str], ...] = (
    ("received", TRANSACTIONS.name),
    ("decided", TRANSACTIONS_RESULT.name),
)


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event as the database knows it; `place` and `offset` only while the outbox has them."""

    kind: Literal["received", "decided"]
    at: datetime
    place: tuple[str, int] | None
    offset: int
    transaction: dict[str, str]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many transactions had one outcome, and their sum in cents."""

    status: str
    error_code: str
    count: int
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which transactions are asked for; `columns` are conditions by their look-up.

    With `as_of` the answer is what was known at that moment: what was decided later is pending.
    """

    columns: Mapping[str, Any]
    status: str | None = None
    code: str | None = None
    as_of: datetime | None = None


def of_accounts(accounts: Accounts) -> QuerySet[Transaction]:
    """Return the transactions of `accounts`, in no order yet."""
    rows = Transaction.objects.all()
    return rows if accounts is None else rows.filter(account_id__in=sorted(accounts))


def count_by_outcome(accounts: Accounts) -> Sequence[Counted]:
    """Return the totals by status and reason, from one statement, so that they close.

    Read from an index that holds all of it, in the index's own order, and added up here: sorted by
    the database into groups without the account, a million rows would take more than twice as long.
    """
    rows = (
        of_accounts(accounts)
        .order_by()
        .values_list("account_id", "status", "error_code")
        .annotate(Count("id"), Sum("amount_cents"))
    )
    totals: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for _account, status, code, count, cents in rows:
        total = totals[status, code]
        total[0] += count
        total[1] += int(cents)
    return [Counted(*outcome, *total) for outcome, total in totals.items()]


def recent_latencies(accounts: Accounts, window: timedelta, most: int) -> Sequence[float]:
    """Return the milliseconds from request to decision of the newest decided of the window."""
    rows = (
        of_accounts(accounts)
        .filter(created_at__gte=timezone.now() - window, processed_at__isnull=False)
        .order_by("-created_at")
        .values_list("created_at", "processed_at")[:most]
    )
    # The two clocks are those of two processes, so a difference may fall below zero.
    return [max(0.0, (end - begin).total_seconds() * 1000) for begin, end in rows if end]


def open_dead_letters() -> dict[str, int]:
    """Return how many dead letters of each consumer nobody has resolved."""
    rows = (
        DeadLetter.objects.filter(state=DeadLetter.State.OPEN)
        .order_by("consumer")
        .values_list("consumer")
        .annotate(Count("id"))
    )
    return dict(rows)


def page_of(
    accounts: Accounts, wanted: Wanted, page: Page
) -> tuple[Sequence[Transaction], Cursor | None]:
    """Return a page of what is wanted, newest first, and where the next begins."""
    rows = _wanted(accounts, wanted).order_by("-created_at", "-id")
    if page.cursor is not None:
        at, identity = page.cursor.created_at, page.cursor.id
        # The first condition is the index's range, the second its exact edge.
        rows = rows.filter(created_at__lte=at).filter(Q(created_at__lt=at) | Q(id__lt=identity))
    found = list(rows[: page.limit + 1])
    following = None
    if len(found) > page.limit:
        last = found[page.limit - 1]
        following = Cursor(last.created_at, last.id)
    return [_as_of(row, wanted.as_of) for row in found[: page.limit]], following


def pages_of(accounts: Accounts, wanted: Wanted, size: int) -> Iterator[Sequence[Transaction]]:
    """Yield everything that is wanted, newest first, in pages of at most `size` rows."""
    following: Cursor | None = None
    while True:
        rows, following = page_of(accounts, wanted, Page(cursor=following, limit=size))
        yield rows
        if following is None:
            return


def _wanted(accounts: Accounts, wanted: Wanted) -> QuerySet[Transaction]:
    rows = of_accounts(accounts).filter(**wanted.columns)
    if wanted.status == "pending" and wanted.as_of is None and accounts is None:
        # Few are pending: found by the index that begins with the account, not by the time.
        rows = rows.filter(account_id__in=_all_accounts())
    if wanted.code is not None:
        rows = rows.filter(error_code=wanted.code)
    if wanted.as_of is None:
        return rows if wanted.status is None else rows.filter(status=wanted.status)
    rows = rows.filter(created_at__lte=wanted.as_of)
    was_decided = Q(processed_at__lte=wanted.as_of)
    if wanted.status == "pending":
        rows = rows.filter(created_at__gte=wanted.as_of - _LONGEST_DECISION)
        return rows.filter(Q(processed_at__gt=wanted.as_of) | Q(processed_at__isnull=True))
    if wanted.status is not None:
        rows = rows.filter(status=wanted.status)
    return rows.filter(was_decided) if wanted.status or wanted.code else rows


def _all_accounts() -> list[str]:
    # A handful of jumps through the index, however many rows there are.
    return list(Transaction.objects.order_by().values_list("account_id", flat=True).distinct())


def _as_of(row: Transaction, moment: datetime | None) -> Transaction:
    """Return the row as it stood at `moment`; it is not to be saved."""
    if moment is not None and row.processed_at is not None and row.processed_at > moment:
        row.status, row.error_code, row.processed_at = "pending", "", None
    return row


def newest_events(accounts: Accounts, limit: int) -> list[ToldEvent]:
    """Return the events of the newest `limit` transactions that Kafka already has, unordered."""
    rows = list(of_accounts(accounts).order_by("-created_at", "-id")[:limit])
    return list(events_of(rows))


def rows_between(
    accounts: Accounts,
    since: datetime,
    until: datetime,
    after: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[Transaction]:
    """Return a page of the transactions made or decided between the two times, oldest first.

    `after` is the time and id of the last row of the page before.
    """
    # The index is that of the creation.
    begin = since - _LONGEST_DECISION if after is None else after[0]
    rows = (
        of_accounts(accounts)
        .filter(created_at__gte=begin, created_at__lte=until)
        .filter(Q(created_at__gt=since) | Q(processed_at__gt=since))
    )
    if after is not None:
        rows = rows.filter(Q(created_at__gt=after[0]) | Q(id__gt=after[1]))
    return list(rows.order_by("created_at", "id")[:limit])


def events_of(rows: Iterable[Transaction]) -> Iterator[ToldEvent]:
    """Yield what was published of each row: its request, and its decision if there is one."""
    rows = list(rows)
    sent = _outbox([row.id for row in rows])
    for row in rows:
        for kind, topic in _KINDS:
            at = row.created_at if kind == "received" else row.processed_at
            outbox = sent.get((topic, row.id))
            if at is None or (outbox is not None and outbox["sent_at"] is None):
                continue
            place, offset = _coordinates(outbox)
            yield ToldEvent(kind, at, place, offset, _fields(row, kind))


def _outbox(keys: list[str]) -> dict[tuple[str, str], dict[str, Any]]:
    rows = OutboxMessage.objects.filter(
        key__in=keys, topic__in=(TRANSACTIONS.name, TRANSACTIONS_RESULT.name)
    ).order_by("id")
    return {
        (row["topic"], row["key"]): dict(row)
        for row in rows.values("topic", "key", "sent_at", "partition", "offset")
    }


def _coordinates(outbox: dict[str, Any] | None) -> tuple[tuple[str, int] | None, int]:
    if outbox is None or outbox["partition"] is None:
        return None, -1
    return (outbox["topic"], outbox["partition"]), outbox["offset"]


def _fields(row: Transaction, kind: Literal["received", "decided"]) -> dict[str, str]:
    is_decided = kind == "decided"
    return {
        "id": row.id,
        "account_id": row.account_id,
        "amount": format_cents(row.amount_cents),
        "currency": row.currency,
        "status": row.status if is_decided else "pending",
        "error_code": row.error_code if is_decided else "",
        "card_brand": row.card_brand,
        "card_last4": row.card_last4,
    }
