"""Orders are judged once, doubtful ones by a person or by time, and the verdict is said once."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.db import transaction

from messaging.models import OutboxMessage
from orders.adapters import fraud_json
from orders.domain import fraud
from orders.domain.fraud import Verdict
from orders.domain.fraud_facts import Flow, Subject
from orders.domain.states import State
from orders.models import (
    Customer,
    FraudAct,
    FraudReceipt,
    FraudRuleSet,
    FraudShadowVerdict,
    StockHold,
)
from orders.services import judge, rulesets, stock
from orders.services.act import locked
from orders.services.fraud_facts import gather
from orders.services.judge import OrderClosedError, overdue, review, time_out
from orders.services.place import place
from orders.tests.kit import NOW, made_customer, made_product
from orders.tests.people import ToldBank, a_person, wanted
from orders.tests.services.fraud_kit import burst, doubtful, judged, placed

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def said() -> list[dict[str, Any]]:
    sent = OutboxMessage.objects.filter(topic="fraude-verificado").order_by("id")
    return [msgspec.json.decode(bytes(each.payload or b"")) for each in sent]


class TestJudge:
    def test_an_ordinary_order_is_cleared_and_said_so_with_its_readings(self) -> None:
        order = placed()

        made = judged(order)

        assert made.acted.order.state == State.CLEARED
        (told,) = said()
        assert (told["status"], told["reason"], told["score"]) == ("clear", "", 0)
        assert told["ruleset"] == made.receipt.ruleset == "2026-11-1"
        assert {"rule", "value", "threshold", "points", "is_hit"} == set(told["rules"][0])
        assert (made.receipt.verdict, made.receipt.decided) == ("clear", "clear")

    def test_a_burst_of_one_card_goes_to_review_and_then_is_fraud(self) -> None:
        verdicts = [judged(order).receipt.verdict for order in burst(10)]

        assert verdicts == ["clear"] * 5 + ["review"] * 4 + ["fraud"]
        assert [each["status"] for each in said()] == ["clear"] * 5 + ["fraud"]
        assert said()[-1]["reason"] == "fraud_rules"

    def test_judges_once(self) -> None:
        order = placed()
        judged(order)

        with transaction.atomic():
            assert judge.judge(order.id, LATER) is None
        assert FraudReceipt.objects.get().judged_at == NOW

    def test_an_order_that_ended_before_gets_a_receipt_and_no_verdict(self) -> None:
        made = judged(placed(state=State.CANCELLED))

        assert made.acted.is_ignored
        assert (made.receipt.decided, said()) == ("", [])

    def test_the_receipt_replays(self) -> None:
        receipt = judged(burst(7)[-1]).receipt

        facts = fraud_json.facts_of(receipt.facts)
        made = fraud.judge(rulesets.parsed(FraudRuleSet.objects.get()), facts)

        assert (made.verdict, made.score) == (receipt.verdict, receipt.score)
        assert made.readings == fraud_json.readings_of(receipt.readings)

    def test_shadows_are_judged_by_beside_it_without_effect(self) -> None:
        strict = rulesets.shipped("default").replace('"2026-11-1"', '"strict"')
        rulesets.ensure_default_ruleset(NOW)
        rulesets.add_shadow(strict.replace('"at_least": 6,', '"at_least": 1,'), "ana", NOW)

        made = judged(placed())

        assert made.acted.order.state == State.CLEARED
        (shadow,) = FraudShadowVerdict.objects.all()
        assert (shadow.ruleset, shadow.verdict, shadow.score) == ("strict", "review", 50)


class TestGather:
    def test_counts_what_was_placed_before_this_one_included(self) -> None:
        orders = burst(3)
        placed(card_fingerprint="c" * 64, created_at=NOW - timedelta(minutes=30))
        placed(card_fingerprint="c" * 64, created_at=NOW + timedelta(seconds=1))
        placed(card_fingerprint="d" * 64)

        facts = gather(orders[-1], LATER)

        assert facts.flow(Subject.CARD, 10) == Flow(Subject.CARD, 10, 3, 3 * 8990)
        assert facts.flow(Subject.CARD, 60) == Flow(Subject.CARD, 60, 4, 4 * 8990)
        assert facts.flow(Subject.PHONE, 10) is None

    def test_tells_orders_of_one_moment_apart_by_their_ids(self) -> None:
        twins = sorted((placed() for _ in range(2)), key=lambda order: order.id)

        counts = [gather(each, NOW).flow(Subject.CARD, 10) for each in twins]

        assert [each.orders for each in counts if each] == [1, 2]

    def test_takes_the_customers_history(self) -> None:
        customer = made_customer()
        for cents, region in ((100, "SP"), (300, "RJ"), (900, "SP")):
            placed(
                customer=customer,
                total_cents=cents,
                region=region,
                created_at=NOW - timedelta(days=90),
            )

        facts = gather(placed(customer=customer), NOW)

        assert (facts.earlier_orders, facts.median_cents) == (3, 300)
        assert facts.earlier_regions == ("RJ", "SP")

    def test_looks_at_the_phone_that_came_with_the_order_whatever_is_kept(self) -> None:
        made_product()
        place(wanted({"CAFE-1KG": 1}), ToldBank(), now=NOW)
        moved = a_person(phone="+5521987654321", region="RJ")

        order = place(wanted({"CAFE-1KG": 1}, person=moved), ToldBank(), now=LATER).order

        assert Customer.objects.get().phone == "+5511987654321"
        assert gather(order, LATER).phone_region == "RJ"

    def test_needs_a_handful_of_queries(self, django_assert_max_num_queries: Any) -> None:
        order = placed(phone_hash="p" * 64)
        rulesets.ensure_default_ruleset(NOW)

        with django_assert_max_num_queries(16):
            judged(order)


class TestReview:
    @pytest.mark.parametrize(
        ("verdict", "state", "kind"),
        [
            (Verdict.CLEAR, State.CLEARED, "cleared"),
            (Verdict.FRAUD, State.FRAUD, "refused"),
        ],
    )
    def test_says_the_verdict_and_who_made_it(
        self, verdict: Verdict, state: str, kind: str
    ) -> None:
        order = doubtful()

        assert review(order.id, verdict, " called the customer ", "ana", LATER).state == state

        (told,) = said()
        assert (told["status"], told["score"]) == (verdict, 50)
        receipt = FraudReceipt.objects.get(order=order)
        assert (receipt.decided, receipt.decided_by, receipt.decided_at) == (verdict, "ana", LATER)
        act = FraudAct.objects.get()
        assert (act.kind, act.actor, act.order_id, act.note) == (
            kind,
            "ana",
            order.id,
            "called the customer",
        )

    def test_pressed_twice_is_said_once(self) -> None:
        order = doubtful()

        for _ in range(2):
            review(order.id, Verdict.CLEAR, "fine", "ana", LATER)

        assert len(said()) == FraudAct.objects.count() == 1

    def test_a_second_verdict_finds_the_order_closed(self) -> None:
        order = doubtful()
        review(order.id, Verdict.CLEAR, "fine", "ana", LATER)

        with pytest.raises(OrderClosedError) as refused:
            review(order.id, Verdict.FRAUD, "no", "rui", LATER)

        assert refused.value.order.state == State.CLEARED
        assert len(said()) == 1

    @pytest.mark.parametrize("state", [State.CANCELLED, State.OUT_OF_STOCK, State.PAID])
    def test_an_order_that_is_not_open_is_closed(self, state: State) -> None:
        order = placed(state=state)

        with pytest.raises(OrderClosedError):
            review(order.id, Verdict.CLEAR, "fine", "ana", LATER)

    def test_wants_a_note(self) -> None:
        order = doubtful()

        with pytest.raises(ValueError, match="note"):
            review(order.id, Verdict.CLEAR, "  ", "ana", LATER)

    def test_clearing_holds_the_stock_anew(self) -> None:
        order = burst(6)[-1]
        with transaction.atomic():
            assert stock.take(order, NOW) == []
            order.state = State.HELD
            order.save()
        judged(order)
        late = NOW + timedelta(hours=40)

        assert review(order.id, Verdict.CLEAR, "fine", "ana", late).state == State.RESERVED

        assert StockHold.objects.get().expires_at == late + timedelta(minutes=30)


class TestTimeOut:
    def test_refuses_what_nobody_judged_by_the_receipts_readings(self) -> None:
        order = doubtful()

        with transaction.atomic():
            acted = time_out(locked(order.id), LATER)

        assert acted.order.state == State.FRAUD
        (told,) = said()
        assert (told["reason"], told["score"]) == ("review_timeout", 50)
        assert FraudReceipt.objects.get(order=order).decided == "fraud"

    def test_comes_too_late_for_what_a_person_cleared(self) -> None:
        order = doubtful()
        review(order.id, Verdict.CLEAR, "fine", "ana", LATER)

        with transaction.atomic():
            assert time_out(locked(order.id), LATER).is_ignored
        assert len(said()) == 1

    def test_is_due_after_two_days(self) -> None:
        order = doubtful()

        assert overdue(NOW + timedelta(hours=47, minutes=59)) == []
        assert overdue(NOW + timedelta(hours=48)) == [order.id]
