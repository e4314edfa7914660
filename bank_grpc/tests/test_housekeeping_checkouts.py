"""Checkouts under a client's key stay as long as the key is kept, and no longer."""

from datetime import timedelta

import pytest
from django.conf import settings

from bank_grpc.models import Checkout
from bank_grpc.tests.services.kit import NOW
from messaging.housekeeping import trimmers


def _checkout(age: timedelta, status: int | None = 201) -> str:
    made = Checkout(id=f"{age}", caller="shop", request_digest="", created_at=NOW - age)
    made.status, made.answer = status, "{}"
    made.save()
    return str(made.id)


@pytest.mark.django_db
class TestCheckoutsAreTrimmed:
    def test_once_the_promise_of_their_keys_is_over(self) -> None:
        kept = _checkout(timedelta(hours=settings.IDEMPOTENCY_HOURS, seconds=-1))
        _checkout(timedelta(hours=settings.IDEMPOTENCY_HOURS, seconds=1))
        _checkout(timedelta(hours=settings.IDEMPOTENCY_HOURS, seconds=2), status=None)
        trimmer = next(each for each in trimmers() if each.model is Checkout)

        trimmer.trim(NOW)

        assert list(Checkout.objects.values_list("pk", flat=True)) == [kept]
