"""Ids are compared to the byte on every database, and found by people who type them in capitals."""

import pytest
from django.utils import timezone

from messaging.models import InboxEntry

pytestmark = pytest.mark.django_db
LOOKUPS = {"iexact": "ABC-1", "icontains": "BC-", "istartswith": "ABC", "iendswith": "C-1"}


@pytest.fixture(autouse=True)
def _entry() -> None:
    InboxEntry.objects.create(consumer="abc-1", event_id="e", processed_at=timezone.now())


class TestExactCharField:
    def test_is_itself_alone(self) -> None:
        assert InboxEntry.objects.filter(consumer="abc-1").exists()
        assert not InboxEntry.objects.filter(consumer="ABC-1").exists()

    def test_is_another_with_a_blank_at_the_end(self) -> None:
        assert not InboxEntry.objects.filter(consumer="abc-1 ").exists()

        InboxEntry.objects.create(consumer="abc-1", event_id="e ", processed_at=timezone.now())

        assert InboxEntry.objects.filter(consumer="abc-1", event_id="e").count() == 1

    @pytest.mark.parametrize("lookup", LOOKUPS)
    def test_heeds_none_where_the_lookup_says_so(self, lookup: str) -> None:
        found = InboxEntry.objects.filter(**{f"consumer__{lookup}": LOOKUPS[lookup]})

        assert found.exists()
        assert not InboxEntry.objects.filter(**{f"consumer__{lookup}": "%"}).exists()
