"""The bank hears of the request that a call is part of, so that its log can be joined to ours."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from structlog.contextvars import bound_contextvars

from bank_grpc.client import BankClient
from bank_grpc.protos import payment_pb2_grpc
from bank_grpc.tests.client.test_client import pay


class Listening(payment_pb2_grpc.PaymentServiceServicer):
    """A bank that notes what it hears beside the payments."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []

    def Payment(self, request: Any, context: grpc.ServicerContext) -> Empty:  # noqa: N802
        self.heard.append(dict(context.invocation_metadata()))
        return Empty()


def test_the_requests_id_goes_with_the_call() -> None:
    bank, server = Listening(), grpc.server(ThreadPoolExecutor(1))
    payment_pb2_grpc.add_PaymentServiceServicer_to_server(bank, server)
    client = BankClient(f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}")
    server.start()
    try:
        with bound_contextvars(request_id="r-1"):
            pay(client)
        pay(client)
    finally:
        client.close()
        server.stop(0).wait()

    assert [each.get("x-request-id") for each in bank.heard] == ["r-1", None]
    assert all(each["traceparent"] for each in bank.heard)
