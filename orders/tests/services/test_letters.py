"""Each step's mail says its own thing, in either language, and names the order and its page."""

import pytest

from orders.adapters.sealed import seal_of_order
from orders.domain.notices import Notice
from orders.domain.states import State
from orders.models import Mail, Order
from orders.services.letters import Due, letter_of
from orders.tests.kit import NOW, made_order, made_product

pytestmark = pytest.mark.django_db


def ordered() -> Order:
    made_product()
    order = made_order({"CAFE-1KG": 2}, state=State.PAID, charged_cents=17980)
    order.refunded_cents = 8990
    order.sealed_email = seal_of_order(order.id, "email", "maria@example.com")
    order.save()
    return order


def told(order: Order, notice: Notice, language: str) -> tuple[str, str]:
    """Return subject and text of the mail of a step."""
    mail = Mail.objects.create(
        order=order,
        version=Mail.objects.count(),
        notice=notice,
        language=language,
        created_at=NOW,
    )
    letter = letter_of(Due(mail.pk))
    assert letter is not None
    return letter.subject, letter.text


class TestLetters:
    @pytest.mark.parametrize("notice", Notice)
    def test_speak_both_languages(self, notice: Notice) -> None:
        order = ordered()

        english, portuguese = (told(order, notice, language) for language in ("en", "pt-br"))

        assert english[0] != portuguese[0]
        assert english[1] != portuguese[1]
        assert "Coffee" not in portuguese[1]
        for subject, text in (english, portuguese):
            assert order.id[-8:].upper() in subject
            assert f"/orders/{order.id}/" in text

    def test_of_an_order_whose_token_was_lost_blames_no_card(self) -> None:
        order = ordered()
        refused = told(order, Notice.PAYMENT_REFUSED, "en")
        order.reason = "token_lost"
        order.save()

        english = told(order, Notice.PAYMENT_REFUSED, "en")
        portuguese = told(order, Notice.PAYMENT_REFUSED, "pt-br")

        assert all("refused" in text for text in refused)
        assert all("refused" not in text for text in english)
        assert "Nothing was charged" in english[1]
        assert all("recus" not in text for text in portuguese)

    @pytest.mark.parametrize("language", ["en", "pt-br"])
    def test_of_two_steps_are_never_the_same(self, language: str) -> None:
        order = ordered()

        letters = [told(order, notice, language) for notice in Notice]

        assert len({subject for subject, _ in letters}) == len(Notice)
        assert len({text for _, text in letters}) == len(Notice)
