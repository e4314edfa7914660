"""What customers are written about: every end, every movement of money, nothing twice."""

import pytest

from orders.domain import pipeline
from orders.domain.notices import Notice, notice_of, still_says_something
from orders.domain.states import State


class TestNoticeOf:
    def test_every_notice_is_told_by_something_that_the_pipeline_says(self) -> None:
        said = {
            (cell.says.topic, cell.says.status) for cell in pipeline.TABLE.values() if cell.says
        }
        told = {notice_of(*each) for each in said | {(pipeline.NEW, "placed")}}

        assert told - {None} == set(Notice)

    def test_steps_inside_the_shop_are_nobodys_news(self) -> None:
        assert notice_of(pipeline.STOCK, "reserved") is None
        assert notice_of(pipeline.PICKING, "started") is None


class TestStillSaysSomething:
    @pytest.mark.parametrize(
        ("notice", "state", "is_news"),
        [
            (Notice.PAID, State.PAID, True),
            (Notice.PAID, State.DISPATCHED, True),
            (Notice.PAID, State.REFUNDING, False),
            (Notice.PART_REFUND, State.PICKING, True),
            (Notice.PART_REFUND, State.DISPATCHED, True),
            (Notice.PART_REFUND, State.REFUNDING, False),
            (Notice.PART_REFUND, State.CANCELLED, False),
            (Notice.PAYMENT_REFUSED, State.PAYMENT_REFUSED, True),
            (Notice.PAYMENT_REFUSED, State.CANCELLED, False),
            (Notice.CANCELLED, State.CANCELLED, True),
        ],
    )
    def test_a_payment_is_no_news_once_the_order_was_cancelled(
        self, notice: Notice, state: State, is_news: bool
    ) -> None:
        assert still_says_something(notice, state) is is_news
