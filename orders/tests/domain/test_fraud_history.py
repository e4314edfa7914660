"""History is counted in one pass, and forgetting what is long past changes no figure."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from orders.domain.fraud_facts import Flow, Subject
from orders.domain.fraud_history import History, Past

START = datetime(2026, 11, 1, tzinfo=UTC)
minutes = st.lists(
    st.tuples(st.integers(0, 5000), st.sampled_from("ab"), st.sampled_from("xy")), max_size=30
).map(sorted)


def past(at: int, card: str, customer: str) -> Past:
    subjects = {Subject.CARD: card, Subject.CUSTOMER: customer}
    return Past(START + timedelta(minutes=at), 100 + at, "SP", "SP", subjects)


class TestHistory:
    @given(told=minutes)
    def test_counts_as_one_would_by_hand(self, told: list[tuple[int, str, str]]) -> None:
        history = History()
        for index, (at, card, customer) in enumerate(told):
            facts = history.facts_of(past(at, card, customer))

            same = [100 + then for then, other, _ in told[: index + 1] if other == card]
            within = [cents for cents in same if cents - 100 > at - 60]
            flow = Flow(Subject.CARD, 60, len(within), sum(within))
            assert facts.flow(Subject.CARD, 60) == flow
            assert facts.earlier_orders == sum(who == customer for _, _, who in told[:index])

    @given(told=minutes)
    def test_sweeping_changes_nothing(self, told: list[tuple[int, str, str]]) -> None:
        kept, swept = History(), History(sweep_every=1)

        for each in told:
            assert kept.facts_of(past(*each)) == swept.facts_of(past(*each))
