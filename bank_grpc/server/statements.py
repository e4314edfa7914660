"""Pages of a card's statement over gRPC: newest first, from the cursor's line downwards."""

from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings

from bank_grpc.models import StatementLine
from bank_grpc.protos import bank_pb2
from bank_grpc.server.endings import malformed

PAGE_LINES: Final = 50
_LONGEST_CURSOR: Final = 20


def page_of(card_id: str, request: Any) -> Any:
    """Return a page of the lines posted from `from` until before `to` (dates or RFC 3339).

    A date is a day in Brazil, and `to` as a date includes that day.
    """
    lines = StatementLine.objects.filter(card_id=card_id).order_by("-offset")
    begin, end = _moment("from", getattr(request, "from")), _moment("to", request.to, is_end=True)
    if begin is not None:
        lines = lines.filter(posted_at__gte=begin)
    if end is not None:
        lines = lines.filter(posted_at__lt=end)
    if request.cursor:
        lines = lines.filter(offset__lt=_offset(request.cursor))
    found = list(lines[: PAGE_LINES + 1])
    page, has_more = found[:PAGE_LINES], len(found) > PAGE_LINES
    return bank_pb2.GetStatementResponse(
        data=[_line(each) for each in page],
        has_more=has_more,
        next_cursor=str(page[-1].offset) if has_more else "",
    )


def _line(line: StatementLine) -> Any:
    return bank_pb2.StatementLine(
        id=line.movement_id,
        kind=line.kind,
        amount_cents=line.amount_cents,
        store=line.store,
        description=line.description,
        authorised_at=_text(line.authorised_at),
        posted_at=_text(line.posted_at),
        balance_after_cents=line.balance_after_cents,
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _offset(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < _LONGEST_CURSOR):
        raise malformed("cursor: want next_cursor of the page before")
    return int(cursor)


def _moment(name: str, given: str, *, is_end: bool = False) -> datetime | None:
    if not given:
        return None
    try:
        return _day(given, is_end=is_end) or _aware(datetime.fromisoformat(given))
    except (ValueError, OverflowError):
        raise malformed(f"{name}: want a date or a time with its zone (RFC 3339)") from None


def _day(given: str, *, is_end: bool) -> datetime | None:
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return None
    zone = ZoneInfo(settings.BUSINESS_TIME_ZONE)
    return datetime.combine(date.fromordinal(day.toordinal() + is_end), time.min, zone)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)
