"""The edge of the API, whatever is asked there: sizes, types, methods, languages, who asks."""

import pytest

from transactions.tests.api.merchant import (
    MerchantClient,
    expect_problem,
    new_transaction,
)


class TestEdge:
    def test_refuses_a_body_above_64_kib(self, merchant: MerchantClient) -> None:
        answer = merchant.accept(description="x" * 65_536)

        expect_problem(answer, 413, "body_too_large")

    @pytest.mark.parametrize(
        "content_type",
        [
            "text/plain",
            "application/xml",
            "application/json; charset=latin-1",
            "multipart/form-data",
        ],
    )
    def test_wants_json(self, merchant: MerchantClient, content_type: str) -> None:
        answer = merchant.post("/transactions", new_transaction(), **{"Content-Type": content_type})

        expect_problem(answer, 415, "unsupported_media_type")

    def test_takes_json_with_its_charset_named(self, merchant: MerchantClient) -> None:
        content_type = "application/json; charset=UTF-8"

        answer = merchant.post("/transactions", new_transaction(), **{"Content-Type": content_type})

        assert answer.status_code == 202

    def test_answers_json_only(self, merchant: MerchantClient) -> None:
        expect_problem(merchant.get("/transactions", Accept="text/html"), 406, "not_acceptable")

    def test_names_the_methods_that_an_address_has(self, merchant: MerchantClient) -> None:
        answer = merchant.client.delete("/api/v1/transactions", headers=merchant.headers)

        expect_problem(answer, 405, "method_not_allowed")
        assert set(answer["Allow"].split(", ")) >= {"GET", "POST"}

    @pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/transactions", "/api/"])
    def test_answers_an_unknown_address_in_the_same_shape(
        self, merchant: MerchantClient, path: str
    ) -> None:
        expect_problem(merchant.client.get(path), 404, "not_found")

    @pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic eDp5"}])
    def test_wants_an_account(self, merchant: MerchantClient, headers: dict[str, str]) -> None:
        answer = merchant.client.get("/api/v1/transactions", headers=headers)

        expect_problem(answer, 401, "authentication_failed")
        assert answer["WWW-Authenticate"].startswith("Basic ")

    def test_speaks_portuguese(self, merchant: MerchantClient) -> None:
        english = expect_problem(merchant.get("/transactions/x"), 404, "not_found")
        portuguese = expect_problem(
            merchant.get("/transactions/x", None, **{"Accept-Language": "pt-BR"}), 404, "not_found"
        )

        assert portuguese["title"] != english["title"]
        assert portuguese["detail"] != english["detail"]
