"""An error speaks the language of its own request, whatever the thread spoke before."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.utils import translation
from rest_framework import exceptions

from accounts.authentication import AccountLocked, credentials_of
from config import errors
from config.rest import FieldGivenTwice
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


VIEW = SimpleNamespace(allowed_methods=["GET", "OPTIONS"])


def answer_in_portuguese(error: Exception) -> dict[str, str]:
    request = RequestFactory().get("/api/v1/summary", headers={"accept-language": "pt-br"})
    answer = errors.answer_error(error, {"request": request, "view": VIEW})
    assert answer is not None
    return {"allow": answer.get("Allow", ""), **json.loads(answer.content)}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (exceptions.MethodNotAllowed("PUT"), "Use um dos métodos do cabeçalho Allow."),
        (exceptions.UnsupportedMediaType("text/x"), "Envie o corpo como application/json em UTF-8"),
        (exceptions.Throttled(5), "Chegaram requisições demais."),
        (FieldGivenTwice("amount"), "Este campo foi dado duas vezes."),
        (AccountLocked(datetime.now(UTC)), "Segredos errados demais"),
    ],
)
def test_what_others_would_say_in_english_is_said_in_it_too(error: Exception, words: str) -> None:
    assert answer_in_portuguese(error)["detail"].startswith(words)


def test_a_wrong_secret_is_told_in_it_too() -> None:
    with translation.override("en"), pytest.raises(exceptions.AuthenticationFailed) as caught:
        credentials_of({"HTTP_AUTHORIZATION": "Basic !"})

    assert answer_in_portuguese(caught.value)["detail"].startswith("A conta ou ")


def test_a_method_that_is_refused_is_not_offered() -> None:
    assert answer_in_portuguese(exceptions.MethodNotAllowed("OPTIONS"))["allow"] == "GET"
