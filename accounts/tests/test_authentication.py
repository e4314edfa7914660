import base64
import json
from typing import Any

import pytest
from django.http import HttpResponseBase
from pytest_django import Settings
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts import services
from accounts.authentication import AccountAuthentication, Merchant
from accounts.models import Account
from accounts.throttling import AccountRateThrottle


class Whoami(APIView):
    authentication_classes = [AccountAuthentication]
    permission_classes = [IsAuthenticated]
    throttle_classes = [AccountRateThrottle]

    def get(self, request: Request) -> Response:
        assert isinstance(request.auth, Merchant)
        return Response({"account": request.auth.account_id, "user": str(request.user)})


def call(address: str = "198.51.100.7", **headers: str) -> Any:
    request = APIRequestFactory().get("/", REMOTE_ADDR=address, headers=headers)
    response: HttpResponseBase = Whoami.as_view()(request)
    return response


def basic(account_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{account_id}:{secret}".encode()).decode()


def problem(response: Any) -> dict[str, Any]:
    """Return what an error says, without the request's own id."""
    body: dict[str, Any] = json.loads(response.content)
    del body["request_id"]
    return body


@pytest.fixture
def merchant(db: None) -> tuple[Account, str]:
    return services.create_account("Padaria")


class TestCredentials:
    def test_are_taken_by_basic(self, merchant: tuple[Account, str]) -> None:
        account, secret = merchant

        response = call(authorization=basic(account.id, secret))

        assert response.data == {"account": account.id, "user": "Padaria"}

    def test_are_taken_by_two_headers(self, merchant: tuple[Account, str]) -> None:
        account, secret = merchant

        response = call(x_account_id=account.id, x_account_secret=secret)

        assert response.status_code == 200

    @pytest.mark.parametrize("scheme", ["basic", "BASIC"])
    def test_name_their_scheme_in_any_case(
        self, scheme: str, merchant: tuple[Account, str]
    ) -> None:
        header = basic(merchant[0].id, merchant[1]).replace("Basic", scheme)

        assert call(authorization=header).status_code == 200

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"authorization": "Bearer something"},
            {"authorization": "Basic"},
            {"authorization": "Basic "},
            {"authorization": "Basic !!!"},
            {"authorization": "Basic " + base64.b64encode(b"no colon").decode()},
            {"authorization": "Basic " + base64.b64encode(b"\xff\xfe:x").decode()},
            {"authorization": basic("", "secret")},
            {"authorization": basic("nobody", "")},
            {"authorization": basic("nobody", "wrong")},
            {"authorization": basic("n" * 256, "wrong")},
            {"authorization": basic("nobody\0", "\0")},
            {"x_account_id": "nobody"},
            {"x_account_secret": "wrong"},
        ],
    )
    def test_answer_401_otherwise_and_say_how(self, headers: dict[str, str], db: None) -> None:
        response = call(**headers)

        assert response.status_code == 401
        assert response["WWW-Authenticate"].startswith("Basic realm=")

    def test_of_an_unknown_account_read_like_a_wrong_secret(
        self, merchant: tuple[Account, str]
    ) -> None:
        unknown = call(authorization=basic("01890a5d-ac96-774b-bcce-b302099a8057", "x"))
        wrong = call(authorization=basic(merchant[0].id, "x"))

        assert problem(unknown) == problem(wrong)
        assert problem(wrong)["code"] == "authentication_failed"


class TestLockout:
    def test_answers_429_from_the_eleventh_on_also_to_the_right_secret(
        self, merchant: tuple[Account, str]
    ) -> None:
        account, secret = merchant
        call(authorization=basic(account.id, secret))

        wrong = [call(authorization=basic(account.id, "x")).status_code for _ in range(12)]
        right = call(authorization=basic(account.id, secret))

        assert wrong == [401] * 10 + [429] * 2
        assert right.status_code == 429
        assert problem(right)["code"] == "account_locked"
        assert 1790 < int(right["Retry-After"]) <= 1800

    def test_leaves_the_merchant_at_another_address_alone(
        self, merchant: tuple[Account, str]
    ) -> None:
        account, secret = merchant
        for _ in range(50):
            call(address="203.0.113.1", authorization=basic(account.id, "x"))

        assert call(authorization=basic(account.id, secret)).status_code == 200

    def test_comes_to_an_unknown_account_all_the_same(self, db: None) -> None:
        header = basic("01890a5d-ac96-774b-bcce-b302099a8057", "x")

        assert [call(authorization=header).status_code for _ in range(11)] == [401] * 10 + [429]

    def test_counts_by_the_address_that_the_trusted_proxy_saw(
        self, merchant: tuple[Account, str], settings: Settings
    ) -> None:
        settings.TRUSTED_PROXY_COUNT = 1
        account, secret = merchant
        for number in range(11):
            call(
                authorization=basic(account.id, "x"),
                x_forwarded_for=f"192.0.2.{number}, 203.0.113.1",
            )

        right = basic(account.id, secret)
        assert call(authorization=right, x_forwarded_for="203.0.113.1").status_code == 429
        assert call(authorization=right, x_forwarded_for="203.0.113.2").status_code == 200


class TestRate:
    def test_answers_429_with_retry_after(
        self, merchant: tuple[Account, str], settings: Settings
    ) -> None:
        settings.ACCOUNTS_RATE_LIMIT = 3
        header = basic(merchant[0].id, merchant[1])

        responses = [call(authorization=header) for _ in range(4)]

        assert [response.status_code for response in responses] == [200] * 3 + [429]
        assert 0 < int(responses[3]["Retry-After"]) <= settings.ACCOUNTS_RATE_SECONDS
