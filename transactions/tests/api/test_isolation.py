"""No account ever sees another's data (P13), and nothing keeps a card number or CVV (P14)."""

import logging
from base64 import b64encode

import pytest

from messaging.testing.files import everything_kept
from transactions.tests.api.merchant import (
    MerchantClient,
    document,
    make_merchant,
)

_NUMBER = "5105105105105100"
_CVV = "58461"[:3]


class TestIsolation:
    def test_shows_each_account_its_own_and_nothing_else(self, db: None) -> None:
        merchants = [make_merchant(f"Shop {n}") for n in range(8)]
        owned = {
            merchant.account_id: document(merchant.accept(key="same-key"))["id"]
            for merchant in merchants
        }

        for merchant in merchants:
            listed = document(merchant.get("/transactions"))["data"]
            assert [each["id"] for each in listed] == [owned[merchant.account_id]]
            assert document(merchant.get("/summary"))["received"]["count"] == 1
            for account_id, identity in owned.items():
                status = 200 if account_id == merchant.account_id else 404
                for path in (f"/transactions/{identity}", f"/transactions/{identity}/timeline"):
                    assert merchant.get(path).status_code == status, (account_id, path)

    @pytest.mark.parametrize(
        "path",
        [
            "/transactions",
            "/transactions/x",
            "/transactions/x/timeline",
            "/transactions/export",
            "/exports/x",
            "/summary",
            "/webhooks",
            "/webhooks/x",
            "/webhooks/x/attempts",
        ],
    )
    def test_shows_nothing_to_nobody(self, merchant: MerchantClient, path: str) -> None:
        assert merchant.client.get(f"/api/v1{path}").status_code == 401


@pytest.mark.django_db(transaction=True)
class TestSecrecy:
    def test_keeps_no_card_number_and_no_cvv(self, caplog: pytest.LogCaptureFixture) -> None:
        merchant = make_merchant()
        card = {"number": _NUMBER, "holder": "CANARY HOLDER", "cvv": _CVV}
        with caplog.at_level(logging.DEBUG):
            assert merchant.accept(key="k", card=card).status_code == 202
            merchant.accept(key="k", card=card, amount="9.99")
            merchant.accept(card=card, amount="NaN")
            merchant.accept(card={**card, "expiration_year": 1})
            merchant.accept(card=card, description=f"for {_NUMBER}")

        kept = everything_kept("transactions_", "messaging_", "accounts_")

        assert b"CANARY HOLDER" in kept, "the scan finds what is there"
        for encoded in (_NUMBER.encode(), b64encode(_NUMBER.encode()), _NUMBER.encode().hex()):
            assert (encoded if isinstance(encoded, bytes) else encoded.encode()) not in kept
        assert f'"{_CVV}"'.encode() not in kept
        assert _NUMBER not in caplog.text
