"""The quick way of MariaDB writes all of a batch or nothing, whatever it believed of a card."""

from collections.abc import Iterable
from typing import Any

import pytest

from bank_grpc.domain.authorisation import Account
from bank_grpc.models import Card, LedgerEntry
from bank_grpc.services import in_packets
from bank_grpc.services.decide import known_accounts
from bank_grpc.tests.services.kit import events, issued, pay

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.on_mariadb]


def generous(rows: Iterable[Any]) -> dict[str, Account]:
    """Return the accounts with a limit that none of them has."""
    return {
        card_id: each._replace(limit_cents=10**9) for card_id, each in known_accounts(rows).items()
    }


def test_an_approval_beyond_the_limit_ends_before_its_commit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    card = issued(100_000)
    monkeypatch.setattr(in_packets, "known_accounts", generous)

    answer = pay(card, 100_001)

    # The packet was undone, and the long way, which reads for itself, decided.
    assert answer.refusal_code == "over_limit"
    assert Card.objects.get().balance_cents == 0
    assert not LedgerEntry.objects.exists()
    assert [each["status"] for each in events()] == ["rejected"]
