"""The reports page: figures of the days that were asked for, as a page and as files, for staff."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from orders.events import OrderCancelled
from orders.services import report
from orders.tests.kit import made_order, made_product
from orders.tests.services.test_report import common, placed, whole_order

pytestmark = pytest.mark.django_db(databases=["default", "warehouse"], transaction=True)
DAYS = {"from": "2026-11-10", "to": "2026-11-20"}


@pytest.fixture
def told() -> None:
    with transaction.atomic(using="warehouse"):
        report.ingest([*whole_order("o-1"), placed("o-2", region="RJ")])


def rows_of(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.usefixtures("told")
class TestPage:
    def test_counts_the_days_that_were_asked_for(self, staff: Client) -> None:
        found = staff.get("/reports/", DAYS).context["summary"]

        assert (found.orders, found.paid, found.dispatched) == (2, 1, 1)
        assert (found.revenue_cents, found.refunded_cents) == (3500, 1500)

    def test_draws_what_its_tables_tell(self, staff: Client) -> None:
        shown = staff.get("/reports/", DAYS)

        page, days = shown.content.decode(), shown.context["days"]
        assert [day["approval"] for day in days if day["approval"] is not None] == [100]
        for table in ("refusals", "paces", "stock-outs"):
            assert (f'data-report-rows="{table}"' in page) == (f'id="{table}"' in page)
        assert 'data-report-rows="paces"' in page

    def test_counts_nothing_of_other_days(self, staff: Client) -> None:
        answer = staff.get("/reports/", {"from": "2026-01-01", "to": "2026-01-31"})

        assert answer.context["summary"].orders == 0

    @pytest.mark.parametrize("asked", [{"from": "x"}, {"from": "2026-02-02", "to": "2026-02-01"}])
    def test_names_a_day_that_is_none(self, staff: Client, asked: dict[str, str]) -> None:
        answer = staff.get("/reports/", asked)

        assert answer.status_code == 422
        assert b'aria-invalid="true"' in answer.content

    def test_begins_with_the_calendar_where_thirty_days_reach_before_it(
        self, staff: Client
    ) -> None:
        answer = staff.get("/reports/", {"to": "0001-01-05"})

        assert answer.status_code == 200
        assert len(answer.context["days"]) == 5

    def test_says_in_words_why_the_shop_itself_ended_orders(self, staff: Client) -> None:
        for order, reason in (("o-3", "customer_erased"), ("o-4", "token_lost")):
            told: dict[str, Any] = {**common(order, 2, "cancelled"), "reason": reason}
            ended = OrderCancelled(**told)
            with transaction.atomic(using="warehouse"):
                report.ingest([placed(order), ended])

        page = staff.get("/reports/", DAYS).content.decode()

        assert "erased with the customer" in page
        assert "could not be opened" in page
        assert "customer_erased" not in page
        assert "token_lost" not in page

    def test_tells_whether_the_totals_are_those_of_the_orders(self, staff: Client) -> None:
        before = staff.get("/reports/", DAYS).context["totals"]
        made_product()
        made_order({"CAFE-1KG": 1}, total_cents=5000)
        made_order({"CAFE-1KG": 1}, total_cents=5000, charged_cents=5000, refunded_cents=1500)

        assert not before.are_equal
        assert staff.get("/reports/", DAYS).context["totals"].are_equal

    def test_is_for_staff_alone(self, client: Client) -> None:
        client.force_login(User.objects.create_user("somebody"))

        assert client.get("/reports/").status_code == 403
        assert client.get("/reports/orders.csv").status_code == 403


@pytest.mark.usefixtures("told")
class TestFiles:
    def test_give_every_day(self, staff: Client) -> None:
        days = rows_of(staff.get("/reports/days.csv", DAYS))

        assert len(days) == 11
        assert [day["orders"] for day in days if day["day"] == "2026-11-19"] == ["2"]
        assert sum(float(day["revenue"]) for day in days) == 35.0

    def test_give_every_order_with_its_milestones(self, staff: Client) -> None:
        orders = rows_of(staff.get("/reports/orders.csv", DAYS))

        first = next(row for row in orders if row["order_id"] == "o-1")
        assert (first["status"], first["charged"], first["refunded"]) == (
            "dispatched",
            "50.00",
            "15.00",
        )
        assert datetime.fromisoformat(first["paid_at"]) == datetime(2026, 11, 20, 1, 34, tzinfo=UTC)
