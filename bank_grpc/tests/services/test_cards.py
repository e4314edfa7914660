"""Cards are issued, blocked, replaced and limited; nothing of them is kept in clear."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from bank_grpc.domain.limits import LimitBelowUsedError
from bank_grpc.models import Card, CardChange, CardNumber, CardStatus
from bank_grpc.services import cards
from cards.installation import vault

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def issued(limit_cents: int = 100_000) -> cards.IssuedCard:
    return cards.issue_card(holder="Ana  Teste", limit_cents=limit_cents, actor="operator", now=NOW)


class TestIssueCard:
    def test_is_active_with_its_whole_limit(self) -> None:
        made = issued()

        card = Card.objects.get(pk=made.card_id)
        assert (card.holder, card.status) == ("Ana Teste", CardStatus.ACTIVE)
        assert (card.limit_cents, card.balance_cents) == (100_000, 0)

    def test_keeps_the_number_sealed_and_the_cvv_not_at_all(self) -> None:
        made = issued()

        row = CardNumber.objects.get(card_id=made.card_id)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM bank_card_number")
            stored = " ".join(str(value) for value in cursor.fetchone())
        assert made.plastic.number not in stored
        assert vault().open(row.sealed, context=made.card_id) == made.plastic.number
        assert row.fingerprint == vault().fingerprint(made.plastic.number)
        assert not [field for field in CardNumber._meta.fields if "cvv" in field.name]

    @pytest.mark.parametrize("holder", ["", "A", "x" * 101, "Ana\x00Teste"])
    def test_refuses_a_name_that_no_card_bears(self, holder: str) -> None:
        with pytest.raises(cards.InvalidCardError) as caught:
            cards.issue_card(holder=holder, limit_cents=1, actor="operator", now=NOW)

        assert caught.value.param == "holder"
        assert not Card.objects.exists()

    def test_refuses_a_negative_limit(self) -> None:
        with pytest.raises(cards.InvalidCardError):
            issued(limit_cents=-1)


class TestChanges:
    def test_blocking_twice_is_noted_once(self) -> None:
        made = issued()

        for _ in range(2):
            card = cards.block_card(made.card_id, actor="operator", now=NOW)

        assert card.status == CardStatus.BLOCKED
        assert CardChange.objects.filter(kind=CardChange.Kind.BLOCKED).count() == 1

    def test_unblocking_lets_it_pay_again(self) -> None:
        made = issued()
        cards.block_card(made.card_id, actor="operator", now=NOW)

        assert cards.unblock_card(made.card_id, actor="x", now=NOW).status == CardStatus.ACTIVE

    def test_a_replacement_keeps_the_card_and_changes_the_number(self) -> None:
        made = issued()

        fresh = cards.replace_card(made.card_id, actor="operator", now=NOW)

        current = CardNumber.objects.get(card_id=made.card_id, replaced_at=None)
        assert fresh.card_id == made.card_id
        assert fresh.plastic.number != made.plastic.number
        assert current.fingerprint == vault().fingerprint(fresh.plastic.number)
        assert CardNumber.objects.filter(card_id=made.card_id).count() == 2

    def test_a_limit_changes_and_says_from_what_to_what(self) -> None:
        made = issued()

        cards.change_limit(made.card_id, 50_000, actor="operator", now=NOW)

        change = CardChange.objects.get(kind=CardChange.Kind.LIMIT)
        assert (change.limit_before_cents, change.limit_after_cents) == (100_000, 50_000)
        assert change.actor == "operator"

    def test_a_limit_below_what_is_used_is_refused(self) -> None:
        made = issued()
        Card.objects.update(balance_cents=60_000)

        with pytest.raises(LimitBelowUsedError):
            cards.change_limit(made.card_id, 59_999, actor="operator", now=NOW)

        assert Card.objects.get().limit_cents == 100_000
        assert cards.change_limit(made.card_id, 60_000, actor="x", now=NOW).limit_cents == 60_000

    def test_the_database_itself_refuses_a_balance_above_the_limit(self) -> None:
        issued()

        with pytest.raises(IntegrityError), transaction.atomic():
            Card.objects.update(balance_cents=F("limit_cents") + 1)


class TestCommand:
    def test_prints_the_card_once_as_json(self) -> None:
        out = StringIO()

        call_command("issue_card", holder="Ana Teste", limit="1000.00", stdout=out)

        said = json.loads(out.getvalue())
        assert set(said) == {
            "card_id",
            "holder",
            "number",
            "expiration_month",
            "expiration_year",
            "cvv",
        }
        assert Card.objects.get(pk=said["card_id"]).limit_cents == 100_000

    def test_the_closing_day_is_chosen(self) -> None:
        out = StringIO()
        call_command("issue_card", holder="Ana Teste", limit="1", closing_day=10, stdout=out)

        assert Card.objects.get(pk=json.loads(out.getvalue())["card_id"]).closing_day == 10
        with pytest.raises(CommandError, match="--closing-day"):
            call_command("issue_card", holder="Ana Teste", limit="1", closing_day=29)
        assert Card.objects.count() == 1

    @pytest.mark.parametrize("limit", ["", "1e3", "NaN", "-1", "1.005", "ten"])
    def test_refuses_what_is_no_amount(self, limit: str) -> None:
        with pytest.raises(CommandError, match="--limit"):
            call_command("issue_card", holder="Ana Teste", limit=limit)
