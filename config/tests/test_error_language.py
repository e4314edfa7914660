"""An error speaks the language of its own request, whatever the thread spoke before."""

import json

import pytest
from django.test import RequestFactory
from django.utils import translation

from config import errors
from rest import Problem
from transactions.api.errors import REASONS


@pytest.mark.parametrize(
    ("asked", "words"),
    [("en", "Send 12 to 19 digits, without blanks."), ("pt-br", "Envie de 12 a 19 dígitos")],
)
def test_the_detail_is_in_the_language_of_the_request(asked: str, words: str) -> None:
    request = RequestFactory().post("/api/v1/transactions", headers={"accept-language": asked})

    with translation.override("pt-br" if asked == "en" else "en"):
        error = Problem(422, "invalid_value", detail=REASONS["card_number"])
        answer = errors.answer_error(error, {"request": request})

    assert answer is not None
    assert json.loads(answer.content)["detail"].startswith(words)
