"""A paused card's page says for how long, in no time zone, which is the reader's to know."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bank_grpc.domain.guessing import PAUSE, WRONG_IN_A_ROW
from bank_grpc.models import Card
from bank_grpc.services.cards import IssuedCard
from bank_grpc.tests.pages.card_kit import text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("language", "left", "words"),
    [
        ("en", timedelta(seconds=1), "For 1 more minute the card"),
        ("en", timedelta(hours=1), "more minutes the card"),
        ("pt-br", timedelta(seconds=1), "Por mais 1 minuto o cartão"),
        ("pt-br", timedelta(hours=1), "minutos o cartão"),
    ],
)
def test_the_minutes_that_are_left_are_told(
    owned: tuple[Client, IssuedCard], language: str, left: timedelta, words: str
) -> None:
    client, card = owned
    # The page is drawn some time later: neither end of a minute is near.
    last = timezone.now() - PAUSE + left + timedelta(seconds=50)
    Card.objects.update(wrong_codes=WRONG_IN_A_ROW, wrong_code_at=last)

    page = client.get(f"/bank/cards/{card.card_id}/", headers={"accept-language": language})

    assert words in text_of(page)
