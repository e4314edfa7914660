"""The API's own way through the WSGI handler answers as Django's does, and costs nothing of it."""

import threading
from base64 import b64encode
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import msgspec
import pytest
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse
from prometheus_client import REGISTRY
from structlog import contextvars

from accounts.services import create_account, verified
from config.middleware import ApiLaneMiddleware
from config.wsgi_handler import Application

BODY = {
    "amount": "10.50",
    "card": {
        "number": "4111111111111111",
        "holder": "MARIA DA SILVA",
        "expiration_month": 12,
        "expiration_year": 2030,
        "cvv": "739",
    },
}


class Answer:
    """What a WSGI server gets of one request."""

    def __init__(self, application: Any, path: str, **environment: Any) -> None:
        body = msgspec.json.encode(BODY)
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_X_REQUEST_ID": "order-7",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
        }
        self.status, self.headers = "", dict[str, str]()
        self.pieces: Iterable[bytes] = application(environ | environment, self._start)
        self.body = b"".join(self.pieces)

    def _start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers = status, dict(headers)


@pytest.fixture
def credentials(transactional_db: None) -> dict[str, str]:
    account, secret = create_account("Shop")
    verified.forget_everything()
    return {"HTTP_AUTHORIZATION": f"Basic {b64encode(f'{account.id}:{secret}'.encode()).decode()}"}


def cut_off(victim: BaseDatabaseWrapper) -> None:
    """Let the server end the connection, as a restart of it does."""
    other = victim.copy()
    with other.cursor() as cursor:
        cursor.execute(f"KILL {victim.connection.thread_id()}")
    other.close()


class TestOperations:
    @pytest.mark.parametrize("path", ["/api/v1/transactions", "/api/v1/nothing"])
    def test_are_answered_as_by_django(self, db: None, path: str) -> None:
        ours, djangos = Answer(Application(), path), Answer(WSGIHandler(), path)

        assert (ours.status, ours.headers, ours.body) == (
            djangos.status,
            djangos.headers,
            djangos.body,
        )
        assert "X-Content-Type-Options" in ours.headers

    def test_are_handed_to_the_server_as_bytes(self, credentials: dict[str, str]) -> None:
        answer = Answer(Application(), "/api/v1/transactions", **credentials)

        assert answer.status == "202 Accepted"
        assert answer.pieces == [answer.body]
        assert answer.headers["Content-Length"] == str(len(answer.body))

    def test_stream_what_is_streamed(self, credentials: dict[str, str]) -> None:
        path = "/api/v1/transactions/export"
        answer = Answer(Application(), path, REQUEST_METHOD="GET", **credentials)

        assert answer.status == "200 OK"
        assert not isinstance(answer.pieces, list)
        assert answer.body.startswith(b"id,")

    def test_are_counted(self, db: None) -> None:
        name = "django_http_responses_before_middlewares_total"
        before = REGISTRY.get_sample_value(name) or 0

        Answer(Application(), "/api/v1/transactions")

        assert REGISTRY.get_sample_value(name) == before + 1

    def test_do_not_meet_a_connection_that_broke(self, credentials: dict[str, str]) -> None:
        if connection.vendor != "mysql":
            return  # SQLite has no line that could be cut
        application = Application()
        Answer(application, "/api/v1/transactions", **credentials)
        verified.forget_everything()
        cut_off(connection)

        answer = Answer(application, "/api/v1/transactions", **credentials)

        assert answer.status == "202 Accepted"


class TestPages:
    def test_go_djangos_way(self, db: None) -> None:
        told = []

        def listen(**_facts: Any) -> None:
            told.append(1)

        signals.request_started.connect(listen)
        try:
            answer = Answer(Application(), "/api/schema/", REQUEST_METHOD="GET")
        finally:
            signals.request_started.disconnect(listen)

        assert answer.status == "200 OK"
        assert told


class TestTheSignalsThatAreLeftOut:
    @pytest.mark.parametrize("signal", [signals.request_started, signals.request_finished])
    def test_are_heard_by_django_alone(self, signal: Any) -> None:
        """Whoever comes to listen for requests has to know that operations send no signal."""
        listeners, _ = signal._live_receivers(Application)

        assert {each.__module__.partition(".")[0] for each in listeners} <= {"django"}


class PagesOnly:
    """Stands in for middleware that judges views by what only pages have, such as a session."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_view(self, *_arguments: Any) -> HttpResponse:
        return HttpResponse(status=418)


class TestApiLane:
    @pytest.mark.parametrize(
        ("path", "status"),
        [("transactions", "401"), ("transactions/nobodys", "401"), ("nothing", "404")],
    )
    def test_leads_operations_past_what_judges_the_views_of_pages(
        self, db: None, settings: Any, path: str, status: str
    ) -> None:
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.PagesOnly"]

        answer = Answer(Application(), f"/api/v1/{path}", REQUEST_METHOD="GET")

        assert answer.status.startswith(status)
        assert answer.headers["X-Request-Id"] == "order-7"

    def test_gives_each_of_many_first_requests_its_own_id(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Structlog makes its variable at the first use, which may be made by two at once."""
        monkeypatch.setattr(contextvars, "_CONTEXT_VARS", {})
        together = threading.Barrier(16)
        seen, failed = [], []

        def view(request: HttpRequest) -> HttpResponse:
            together.wait(10)
            seen.append(contextvars.get_contextvars()["request_id"])
            return HttpResponse()

        lane = ApiLaneMiddleware(view)

        def ask() -> None:
            request = HttpRequest()
            request.path_info = "/api/docs/"
            try:
                lane(request)
            except ValueError as error:
                failed.append(error)

        threads = [threading.Thread(target=ask) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)

        assert not failed
        assert len(set(seen)) == 16
