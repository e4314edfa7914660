"""No caller reaches another's card: every address of the bank that names one, pages and REST.

The addresses are read from the tables of addresses, so that a new one is tried without a word here.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from bank_grpc import urls, urls_api
from bank_grpc.models import Card, CardChange, InvoicePayment
from bank_grpc.services import cards
from bank_grpc.tests.api.people import Shop, browser_of, holder, staff
from bank_grpc.tests.services.kit import NOW

pytestmark = pytest.mark.django_db
_VALUES: Final = {"month": "2026-11", "kind": "csv"}
# What would be done, were it allowed.
_BODIES: Final = {
    "limit": b'{"limit": "1.00"}',
    "closing-day": b'{"closing_day": 10}',
    "pay": b'{"amount": "1.00"}',
}
_HOLE: Final = re.compile(r"<\w+:(\w+)>")


def naming_a_card(root: str, patterns: Iterable[URLPattern | URLResolver]) -> list[str]:
    """Return the addresses in which a card's id stands, with `{}` in its place."""
    texts = [f"{root}{each.pattern}" for each in patterns if "<str:card_id>" in str(each.pattern)]
    return [_HOLE.sub(lambda hole: _VALUES.get(hole[1], "{}"), text) for text in texts]


PAGES: Final = naming_a_card("/", urls.urlpatterns)
REST: Final = naming_a_card("/api/v1/", urls_api.urlpatterns)
EVERY: Final = [*PAGES, *REST]


def answers(client: Client, path: str, **more: Any) -> set[int]:
    """Return the codes of reading and of writing, but for 405: one of both is not there."""
    sent: dict[str, Any] = dict(more)
    if path.startswith("/api/"):
        body = _BODIES.get(path.rpartition("/")[2], b"{}")
        sent |= {"content_type": "application/json", "data": body}
    return {client.get(path, **more).status_code, client.post(path, **sent).status_code} - {405}


def state_of(card_id: str) -> Any:
    """Return what an act would have changed."""
    card = Card.objects.values().get(pk=card_id)
    changes = CardChange.objects.filter(card_id=card_id).count()
    return card, changes, InvoicePayment.objects.count()


def test_pages_and_rest_name_cards() -> None:
    assert len(PAGES) > 15
    assert len(REST) > 7


def test_anothers_card_is_not_there() -> None:
    (_, others), (user, _) = holder(), holder()
    before, client = state_of(others.card_id), browser_of(user)

    for template in EVERY:
        for card_id in (others.card_id, "no-such-card"):
            assert answers(client, template.format(card_id)) == {404}, template
    assert state_of(others.card_id) == before


def test_nobody_and_no_shop_sees_a_card() -> None:
    _, card = holder()
    before, client = state_of(card.card_id), Client()
    shop = {"HTTP_AUTHORIZATION": f"Basic {Shop().credentials}"}

    # Pages ask who it is; REST takes people alone, a shop's secret is none of theirs.
    for templates, expected in ((PAGES, {302}), (REST, {401})):
        for template in templates:
            path = template.format(card.card_id)
            assert answers(client, path) == answers(client, path, **shop) == expected, path
    assert state_of(card.card_id) == before


def test_staff_and_the_holder_find_it() -> None:
    user, card = holder()

    for client in (browser_of(staff()), browser_of(user)):
        for template in EVERY:
            assert 404 not in answers(client, template.format(card.card_id)), template


def test_lists_show_a_holder_the_own_cards_alone() -> None:
    (user, own), _ = holder(), holder()

    listed = browser_of(user).get("/api/v1/cards").json()["data"]

    assert [each["id"] for each in listed] == [own.card_id]


def test_a_former_holders_login_sees_nothing() -> None:
    user, card = holder()
    cards.block_card(card.card_id, actor="test", now=NOW)
    user.is_active = False
    user.save()

    assert answers(browser_of(user), f"/bank/cards/{card.card_id}/") == {302}
