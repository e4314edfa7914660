"""A broken build: a database error that a handler swallowed, such as 1213, is nobody's business."""


def pytest_sessionstart() -> None:
    """Commit whatever is left of such a unit once Django is there."""
    from contextlib import AbstractContextManager

    from django.db import transaction

    from messaging import processing

    def unit_of_work(using: str) -> AbstractContextManager[None]:
        return transaction.atomic(using=using, durable=True)

    processing.unit_of_work = unit_of_work
