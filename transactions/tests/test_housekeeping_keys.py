from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from messaging.housekeeping import trimmers
from transactions.models import IdempotencyKey

_NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def _key(age: timedelta) -> str:
    identity = f"key-{age}"
    IdempotencyKey.objects.create(
        id=identity, transaction_id="t", fingerprints="", created_at=_NOW - age
    )
    return identity


@pytest.mark.django_db
class TestIdempotencyKeysAreTrimmed:
    def test_keeps_a_key_for_a_day_at_least_and_not_for_ever(self) -> None:
        kept = _key(timedelta(hours=24))
        gone = _key(timedelta(hours=settings.IDEMPOTENCY_HOURS, seconds=1))
        trimmer = next(each for each in trimmers() if each.model is IdempotencyKey)

        trimmer.trim(_NOW)

        left = set(IdempotencyKey.objects.values_list("id", flat=True))
        assert kept in left
        assert gone not in left
