"""Notes when a decision was first shown to anybody, for the timeline's `shown` step."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from transactions.models import Transaction

_IDS_PER_STATEMENT = 500


def mark_shown(shown: Mapping[datetime, Collection[str]]) -> None:
    """Write for each time the ids that were shown then; what was shown before keeps its time.

    The ids are taken in order, as the results consumer takes them, so that the two do not lock
    each other out. Ids without a row are passed over.
    """
    with transaction.atomic():
        for at, ids in sorted(shown.items()):
            ordered = sorted(ids)
            for first in range(0, len(ordered), _IDS_PER_STATEMENT):
                some = ordered[first : first + _IDS_PER_STATEMENT]
                rows = Transaction.objects.filter(id__in=some, shown_at__isnull=True)
                rows.update(shown_at=at)
