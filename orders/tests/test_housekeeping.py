"""The keys of orders' requests stay for as long as they are promised, and no longer."""

from datetime import timedelta
from typing import Any

import pytest

from messaging.housekeeping import trimmers
from orders.models import OrderRequest
from orders.tests.kit import NOW

pytestmark = pytest.mark.django_db


class TestTrimming:
    def test_drops_keys_that_are_past_their_time(self, settings: Any) -> None:
        kept = timedelta(hours=settings.IDEMPOTENCY_HOURS)
        for name, age in (("old", kept + timedelta(seconds=1)), ("young", kept)):
            OrderRequest.objects.create(id=name, digests={}, created_at=NOW - age)
        trimmer = next(each for each in trimmers() if each.model is OrderRequest)

        trimmer.trim(NOW)

        assert OrderRequest.objects.get().id == "young"
