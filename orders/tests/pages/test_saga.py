"""The operators' pages: the stuck first, who waits, the drawn table, and all acts of an order."""

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.utils import timezone

from messaging.errors import TransientError
from messaging.records import Record
from orders.domain.pipeline import TABLE
from orders.domain.states import Happening, State
from orders.models import WorkerSignal
from orders.observers import BoardObserver
from orders.services.act import Act, act, locked
from orders.tests.kit import made_product
from orders.tests.pages.tasks_kit import waiting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_limits")]
RECORD = Record(
    topic="pedido-novo",
    partition=0,
    offset=0,
    key=b"",
    value=b"",
    headers=(),
    timestamp_ms=0,
)


class TestBoard:
    def test_shows_the_stuck_first_in_their_lane(self, staff: Client) -> None:
        made_product()
        fresh, stuck = waiting(State.PAYING, 0), waiting(State.RESERVED, 2)
        waiting(State.DISPATCHED, 5)

        lanes = {lane.name: lane for lane in staff.get("/saga/").context["lanes"]}

        assert [card.order for card in lanes["payment"].cards] == [stuck, fresh]
        assert (lanes["payment"].count, lanes["payment"].stuck) == (2, 1)
        assert sum(lane.count for lane in lanes.values()) == 2

    def test_gives_the_lanes_alone_to_a_refresh(self, staff: Client) -> None:
        answer = staff.get("/saga/", headers={"HX-Request": "true"})

        assert b"data-board" in answer.content
        assert b"<html" not in answer.content

    def test_is_for_staff_alone(self, client: Client) -> None:
        client.force_login(User.objects.create_user("somebody"))

        assert client.get("/saga/").status_code == 403


class TestServices:
    def test_the_board_says_who_waits_until_it_goes_on(self, staff: Client) -> None:
        observer = BoardObserver()
        observer.on_retried("payment", RECORD, TransientError("the bank is away"))
        shown = staff.get("/saga/").content.decode()

        observer.on_succeeded("payment", [object()])  # type: ignore[list-item]  # only counted

        assert "payment waits" in shown
        assert "payment waits" not in staff.get("/saga/").content.decode()

    def test_a_signal_of_a_killed_process_is_taken_back_by_the_next(self) -> None:
        BoardObserver().on_retried("payment", RECORD, TransientError("away"))

        BoardObserver().on_succeeded("payment", [object()])  # type: ignore[list-item]  # only counted

        assert WorkerSignal.objects.get().waits_since is None

    def test_who_still_waits_says_so_again_where_another_process_goes_on(self) -> None:
        waits, goes_on = BoardObserver(), BoardObserver()
        waits.on_retried("payment", RECORD, TransientError("away"))
        goes_on.on_succeeded("payment", [object()])  # type: ignore[list-item]  # only counted

        waits.on_retried("payment", RECORD, TransientError("away"))

        assert WorkerSignal.objects.get().waits_since is not None

    def test_consumers_of_other_apps_are_none_of_its_business(self) -> None:
        BoardObserver().on_retried("processor", RECORD, TransientError("away"))

        assert not WorkerSignal.objects.exists()


class TestDrawing:
    def test_draws_every_cell(self, staff: Client) -> None:
        drawn = staff.get("/saga/pipeline/").content.decode()

        assert drawn.count("data-cell") == len(TABLE)
        assert drawn.count("data-state") == len(State)


class TestOrder:
    def test_tells_every_act(self, staff: Client) -> None:
        made_product()
        order = waiting(State.PLACED, 0)
        with transaction.atomic():
            what = Act(happening=Happening.CANCELLATION, now=timezone.now(), reason="customer")
            act(locked(order.id), what)

        shown = staff.get(f"/saga/orders/{order.id}/")

        (told,) = shown.context["timeline"]
        assert (told["row"].happening, told["row"].topic) == ("cancellation", "pedido-novo")

    def test_that_nobody_placed_is_not_there(self, staff: Client) -> None:
        assert staff.get("/saga/orders/none/").status_code == 404
