"""Accepting that is cut off around its commit: repeating the request always tells what happened."""

import pytest

from messaging import faultpoints
from messaging.faultpoints import ENVIRONMENT_VARIABLE
from messaging.models import OutboxMessage
from transactions.models import IdempotencyKey, Transaction
from transactions.tests.api.merchant import make_merchant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("point", "is_replayed"), [("accept.before_commit", False), ("accept.after_commit", True)]
)
def test_has_one_effect_once_it_is_repeated(
    point: str, is_replayed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant = make_merchant()
    monkeypatch.setattr(faultpoints, "_passes", {})
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, f"{point}:1:raise")

    assert merchant.accept("order-1").status_code == 500
    answer = merchant.accept("order-1")

    assert answer.status_code == 202
    assert answer.has_header("Idempotent-Replayed") is is_replayed
    tables = (Transaction, IdempotencyKey, OutboxMessage)
    assert [table.objects.count() for table in tables] == [1, 1, 1]
