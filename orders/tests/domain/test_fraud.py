"""A verdict is made of points and lists, and made again from the same facts."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.adapters import fraud_json
from orders.domain.fraud import Verdict, judge, replays
from orders.domain.fraud_facts import (
    WINDOWS,
    Earlier,
    Facts,
    Flow,
    Subject,
    hour_in_brazil,
    median_cents,
    regions_of,
)
from orders.domain.fraud_regions import state_of_phone
from orders.domain.fraud_rules import (
    Measure,
    Median,
    Night,
    Region,
    RoundAmount,
    RuleSet,
    Velocity,
)

RULES = RuleSet(
    version="test-1",
    review_at=50,
    fraud_at=100,
    velocity=(
        Velocity(of=Subject.CARD, minutes=10, measure=Measure.ORDERS, at_least=3, points=50),
        Velocity(of=Subject.CARD, minutes=10, measure=Measure.ORDERS, at_least=5, points=50),
        Velocity(of=Subject.PHONE, minutes=1440, measure=Measure.CENTS, at_least=9000, points=20),
    ),
    median=Median(at_least_percent=500, least_orders=3, points=30),
    region=Region(least_orders=3, new_points=15, phone_points=10),
    night=Night(begin=22, end=5, points=10),
    round_amount=RoundAmount(multiple_cents=10000, at_least_cents=50000, points=7),
)


def facts(**changes: Any) -> Facts:
    made = Facts(
        total_cents=8990,
        region="SP",
        phone_region="SP",
        hour=15,
        flows=tuple(Flow(of, minutes, 1, 8990) for of in Subject for minutes in WINDOWS),
        earlier_orders=0,
        median_cents=0,
        earlier_regions=(),
    )
    return replace(made, **changes)


def of_the_card(orders: int) -> tuple[Flow, ...]:
    return (Flow(Subject.CARD, 10, orders, 100),)


def hits(given_facts: Facts) -> dict[str, int]:
    return {each.rule: each.points for each in judge(RULES, given_facts).readings if each.is_hit}


class TestJudge:
    def test_clears_an_ordinary_order(self) -> None:
        made = judge(RULES, facts())

        assert (made.verdict, made.score, made.ruleset) == (Verdict.CLEAR, 0, "test-1")
        assert len(made.readings) == 10

    @pytest.mark.parametrize(
        ("orders", "verdict", "score"),
        [
            (2, Verdict.CLEAR, 0),
            (3, Verdict.REVIEW, 50),
            (4, Verdict.REVIEW, 50),
            (5, Verdict.FRAUD, 100),
        ],
    )
    def test_steps_of_one_velocity_add_up(self, orders: int, verdict: str, score: int) -> None:
        made = judge(RULES, facts(flows=of_the_card(orders)))

        assert (made.verdict, made.score) == (verdict, score)

    def test_a_subject_that_the_order_lacks_reads_as_none(self) -> None:
        assert hits(facts(flows=())) == {}

    def test_compares_the_amount_with_the_median_once_there_is_history(self) -> None:
        dear = {"total_cents": 50010, "median_cents": 10002}

        assert hits(facts(**dear, earlier_orders=2)) == {}
        assert hits(facts(**dear, earlier_orders=3, earlier_regions=("SP",))) == {
            "amount_to_median": 30
        }

    def test_knows_a_new_region_and_a_phone_from_elsewhere(self) -> None:
        moved = facts(region="BA", earlier_orders=3, earlier_regions=("RJ", "SP"))

        assert hits(moved) == {"region_history": 15, "phone_region": 10}
        assert hits(facts(region="BA", phone_region="")) == {}
        assert hits(facts(region="XX")) == {}

    @pytest.mark.parametrize(("hour", "is_night"), [(21, False), (22, True), (4, True), (5, False)])
    def test_the_night_passes_midnight(self, hour: int, is_night: bool) -> None:
        assert hits(facts(hour=hour)) == ({"night": 10} if is_night else {})

    @pytest.mark.parametrize(("cents", "is_round"), [(60000, True), (60001, False), (40000, False)])
    def test_round_amounts_count_from_a_size_on(self, cents: int, is_round: bool) -> None:
        assert hits(facts(total_cents=cents)) == ({"round_amount": 7} if is_round else {})


class TestLists:
    def test_what_is_allowed_is_clear_whatever_the_points(self) -> None:
        made = judge(RULES, facts(flows=of_the_card(9), allowed=(Subject.CUSTOMER,)))

        assert (made.verdict, made.score) == (Verdict.CLEAR, 100)

    def test_what_is_blocked_is_fraud_also_for_a_customer_who_is_allowed(self) -> None:
        both = facts(blocked=(Subject.CARD,), allowed=(Subject.CUSTOMER,))

        assert judge(RULES, both).verdict is Verdict.FRAUD
        assert hits(both) == {"block_list": 100, "allow_list": 0}


class TestFacts:
    def test_the_hour_is_brazils(self) -> None:
        assert hour_in_brazil(datetime(2026, 11, 20, 2, 30, tzinfo=UTC)) == 23

    def test_the_median_is_one_of_the_amounts(self) -> None:
        earlier = [Earlier(cents, "SP") for cents in (100, 900, 300, 200)]

        assert median_cents(earlier) == 200
        assert median_cents([]) == 0

    def test_regions_stand_once_in_order(self) -> None:
        earlier = [Earlier(1, region) for region in ("SP", "BA", "SP")]

        assert regions_of(earlier) == ("BA", "SP")

    @pytest.mark.parametrize(
        ("phone", "state"),
        [("+5511900000000", "SP"), ("+5571900000000", "BA"), ("+351910000000", ""), ("", "")],
    )
    def test_an_area_code_belongs_to_a_state(self, phone: str, state: str) -> None:
        assert state_of_phone(phone) == state


points = st.integers(0, 1000)
small = st.integers(1, 10**9)
rule_sets = st.builds(
    RuleSet,
    version=st.text("abcXYZ019-._", min_size=1, max_size=40),
    review_at=st.integers(1, 100),
    fraud_at=st.integers(101, 500),
    velocity=st.lists(
        st.builds(
            Velocity,
            of=st.sampled_from(Subject),
            minutes=st.sampled_from(WINDOWS),
            measure=st.sampled_from(Measure),
            at_least=small,
            points=points,
        ),
        max_size=6,
    ).map(tuple),
    median=st.builds(
        Median, at_least_percent=small, least_orders=st.integers(1, 60), points=points
    ),
    region=st.builds(
        Region, least_orders=st.integers(1, 60), new_points=points, phone_points=points
    ),
    night=st.builds(Night, begin=st.integers(0, 23), end=st.integers(0, 23), points=points),
    round_amount=st.builds(RoundAmount, multiple_cents=small, at_least_cents=small, points=points),
)
regions = st.sampled_from(("", "SP", "RJ", "BA", "ZZ"))
subjects = st.lists(st.sampled_from(Subject), unique=True, max_size=3).map(tuple)
all_facts = st.builds(
    Facts,
    total_cents=st.integers(0, 10**10),
    region=regions,
    phone_region=regions,
    hour=st.integers(0, 23),
    flows=st.lists(
        st.builds(
            Flow, st.sampled_from(Subject), st.sampled_from(WINDOWS), st.integers(1, 99), small
        ),
        max_size=9,
    ).map(tuple),
    earlier_orders=st.integers(0, 50),
    median_cents=st.integers(0, 10**9),
    earlier_regions=st.lists(regions, unique=True, max_size=4).map(tuple),
    blocked=subjects,
    allowed=subjects,
)


class TestReplay:
    @given(rules=rule_sets, known=all_facts)
    def test_a_receipt_read_back_decides_the_same(self, rules: RuleSet, known: Facts) -> None:
        made = judge(rules, known)

        rules_again = fraud_json.rules_of(msgspec.json.encode(rules).decode())
        facts_again = fraud_json.facts_of(fraud_json.text_of_facts(known))

        assert replays(made, rules_again, facts_again)
        assert fraud_json.readings_of(fraud_json.text_of_readings(made.readings)) == made.readings

    @given(rules=rule_sets, known=all_facts)
    def test_the_score_is_the_sum_of_what_was_hit(self, rules: RuleSet, known: Facts) -> None:
        made = judge(rules, known)

        assert made.score == sum(each.points for each in made.readings if each.is_hit)

    def test_other_rules_are_told_apart(self) -> None:
        burst = facts(flows=of_the_card(3))

        assert not replays(judge(RULES, burst), replace(RULES, review_at=60), burst)
