"""OpenAPI says what the API does, and nothing that it allows gives a 500 (P20)."""

from typing import Any

import msgspec
import pytest
import schemathesis
from django.conf import settings
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from transactions.api import bodies, schemas
from transactions.domain import request_shape
from transactions.tests.api.merchant import MerchantClient, new_transaction

_EXAMPLES = 15


def _document() -> dict[str, Any]:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    found: dict[str, Any] = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    return found


def _operations() -> list[tuple[str, str]]:
    return [
        (path, method)
        for path, item in _document()["paths"].items()
        for method in item
        # The checkout asks a bank, and there is none here: a 503 is its right answer.
        if method in ("get", "post", "patch", "delete") and not path.endswith("/checkout")
    ]


class TestSchema:
    def test_is_valid_openapi(self) -> None:
        validate_schema(_document())  # type: ignore[no-untyped-call]

    def test_is_served_with_its_page_which_loads_nothing_from_elsewhere(self, db: None) -> None:
        client = Client()

        schema = client.get("/api/schema/", headers={"Accept": "application/json"})
        page = client.get("/api/docs/")

        assert msgspec.json.decode(schema.content)["openapi"].startswith("3.")
        assert page.status_code == 200
        assert b"http://" not in page.content
        assert b"https://" not in page.content

    def test_names_the_fields_that_the_domain_judges(self) -> None:
        assert set(schemas.NewTransactionSerializer().fields) == set(request_shape.FIELDS)
        assert set(schemas.NewCardSerializer().fields) == set(request_shape.CARD_FIELDS)
        assert set(bodies.PostedCard.__struct_fields__) == set(request_shape.CARD_FIELDS)

    def test_shows_the_fields_that_are_answered(self, merchant: MerchantClient) -> None:
        resource = msgspec.json.decode(merchant.accept().content)

        assert set(schemas.TransactionSerializer().fields) == resource.keys()
        assert set(schemas.CardSerializer().fields) == resource["card"].keys()


class TestFuzz:
    @pytest.mark.parametrize(("path", "method"), _operations())
    def test_nothing_gives_a_500(self, merchant: MerchantClient, path: str, method: str) -> None:
        operation = schemathesis.openapi.from_dict(_document())[path][method]

        @given(case=operation.as_strategy())
        @hypothesis_settings(
            max_examples=_EXAMPLES,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def send(case: Any) -> None:
            kwargs = case.as_transport_kwargs(base_url="http://testserver")
            body = kwargs.get("json", kwargs.get("data"))
            answer = merchant.client.generic(
                method.upper(),
                case.formatted_path,
                body if isinstance(body, bytes) else msgspec.json.encode(body, enc_hook=str),
                content_type="application/json",
                query_params=_plain(kwargs.get("params")),
                headers=merchant.headers | _sendable(case.headers),
            )
            assert answer.status_code < 500, answer.content

        send()

    @given(body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
    @hypothesis_settings(
        max_examples=100,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def test_bytes_that_are_no_request_are_refused(
        self, merchant: MerchantClient, body: bytes
    ) -> None:
        assert merchant.post("/transactions", body or b" ").status_code in (400, 422)

    @given(value=st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
    @hypothesis_settings(
        max_examples=100,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def test_no_value_of_a_field_gives_a_500(self, merchant: MerchantClient, value: Any) -> None:
        for changes in ({"amount": value}, {"card": {"holder": value}}, {"metadata": {"k": value}}):
            body = msgspec.json.encode(new_transaction(**changes))
            assert merchant.post("/transactions", body).status_code in (202, 422)


def _plain(params: Any) -> dict[str, Any] | None:
    return None if not params else {str(name): str(value) for name, value in params.items()}


def _sendable(headers: Any) -> dict[str, str]:
    """Return what an HTTP client can put into a header at all."""
    return {
        name: value
        for name, value in (headers or {}).items()
        if value.isprintable() and name.lower() not in ("authorization", "accept")
    }


def test_the_edges_limit_is_the_contracts() -> None:
    assert settings.API_LARGEST_BODY == 64 * 1024
