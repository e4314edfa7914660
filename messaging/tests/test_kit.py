"""The testing kit, as an app's tests use it."""

import pytest
from django.db import transaction

from messaging import outbox
from messaging.errors import PoisonError
from messaging.records import Record
from messaging.testing import deliver, deliver_record, drain
from messaging.tests.scratch.consumers.notes import Notes
from messaging.tests.scratch.events import Noted
from messaging.tests.scratch.models import Entry

pytestmark = pytest.mark.django_db
EVENT_ID = "0198f000-0000-7000-8000-000000000001"


class TestDeliver:
    def test_applies_the_event(self) -> None:
        assert deliver(Notes, Noted(number=7), key="a")

        assert Entry.objects.get().number == 7

    def test_changes_nothing_the_second_time(self) -> None:
        deliver(Notes, Noted(number=7), event_id=EVENT_ID)

        assert not deliver(Notes, Noted(number=7), event_id=EVENT_ID)

        assert Entry.objects.count() == 1

    def test_raises_what_cannot_be_decoded(self) -> None:
        with pytest.raises(PoisonError):
            deliver_record(Notes, Record("scratch", 0, 0, None, b"{", 0))


class TestDrain:
    def test_carries_the_outbox_to_the_consumers(self) -> None:
        with transaction.atomic():
            for number in range(20):
                outbox.publish(Noted(number=number), key=str(number % 3))

        drained = drain(Notes)

        assert drained.published == 20
        assert sorted(Entry.objects.values_list("number", flat=True)) == list(range(20))

    def test_keeps_the_order_of_a_key(self) -> None:
        with transaction.atomic():
            for number in range(50):
                outbox.publish(Noted(number=number), key="same")

        drain(Notes)

        assert list(Entry.objects.order_by("id").values_list("number", flat=True)) == [*range(50)]
