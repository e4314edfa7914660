"""On which day of each month a card's invoice closes, also where that day is changed.

An invoice is named by the month in which it closes. It takes what was posted up to the end of the
closing day in Brazil. Each month has one such day, so every moment stands in exactly one invoice,
however often the day moves.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bank_grpc.domain.invoices import Month

ZONE: Final = ZoneInfo("America/Sao_Paulo")
DAYS_TO_PAY: Final = 10
# Every month has them.
CLOSING_DAYS: Final = range(1, 29)
USUAL_CLOSING_DAY: Final = 28


def calendar_month(moment: datetime) -> Month:
    """Return the month of Brazil's calendar in which the moment lies."""
    day = moment.astimezone(ZONE).date()
    return Month(day.year, day.month)


@dataclass(frozen=True, slots=True)
class ClosingDays:
    """On which days the months close: on `day` from the month `since` on, before it on `before`.

    Without `since` it has always been `day`. Two days are enough, because nobody asks for the days
    of months whose invoice is closed: before a change all are closed that are over, but for one
    that ended in the last minutes.
    """

    day: int
    before: int | None = None
    since: Month | None = None

    def day_in(self, month: Month) -> int:
        """Return the day of this month on which its invoice closes."""
        if self.before is None or self.since is None or month >= self.since:
            return self.day
        return self.before

    def date_in(self, month: Month) -> date:
        """Return the last day whose postings the month's invoice takes."""
        return date(month.year, month.number, self.day_in(month))

    def end_of(self, month: Month) -> datetime:
        """Return the end of that day in Brazil, as the first moment after it, in UTC."""
        after = self.date_in(month) + timedelta(days=1)
        return datetime.combine(after, time.min, ZONE).astimezone(UTC)

    def due_date(self, month: Month) -> date:
        """Return the last day on which the month's invoice is paid in time."""
        return self.date_in(month) + timedelta(days=DAYS_TO_PAY)

    def month_of(self, moment: datetime) -> Month:
        """Return the invoice that takes what was posted at this moment."""
        month = calendar_month(moment)
        return month if moment < self.end_of(month) else month.plus(1)

    def last_to_close(self, now: datetime) -> Month:
        """Return the latest invoice whose closing day is over."""
        return self.month_of(now).plus(-1)

    def changed(self, day: int, now: datetime) -> "ClosingDays":
        """Return the days once `day` is chosen: from the first month that is over on neither day.

        That is the month open now, or the next one where the new day of this one has passed. So no
        invoice ends in the past; months before keep the day they had. A change that has not begun
        yet is taken back by the next one.
        """
        since = max(self.month_of(now), ClosingDays(day).month_of(now))
        return ClosingDays(day, self.day_in(since.plus(-1)), since)
