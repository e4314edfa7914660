"""A broken build: nothing keeps two rows from standing under one idempotency key."""


def pytest_sessionstart() -> None:
    """Let each request have a row of its own once Django is there."""
    from uuid import uuid4

    from transactions.services import fingerprints

    fingerprints.key_id = lambda _account_id, _key: uuid4().hex
