"""What the bank is measured against: handlers that do nothing, and one with the bare SQL alone.

`python -m benchmarks.support.bare_bank KIND PORT THREADS`; KIND is `empty`, `empty-asyncio` or
`bare`. The bare one does what a payment is (conditional update, payment, two ledger rows, outbox
row, one commit) in one packet a call, with no rule, no key, no refusal and no error handled.
"""

import asyncio
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from urllib.parse import urlsplit

import grpc
import MySQLdb
from google.protobuf.empty_pb2 import Empty
from uuid_utils import uuid7

from bank_grpc.protos import payment_pb2_grpc

_SQL: Final = (
    "START TRANSACTION;"
    "UPDATE bank_card SET balance_cents = balance_cents + {cents}"
    " WHERE id = '{card}' AND balance_cents + {cents} <= limit_cents;"
    "INSERT INTO bank_payment (id, scope, request_key, request_digest, card_id, store, description,"
    " order_id, amount_cents, instalments, status, refusal_code, balance_after_cents, limit_cents,"
    " refunded_cents, created_at) VALUES ('{id}', 'store:Padaria', '{id}', '', '{card}', 'Padaria',"
    " '', '', {cents}, 1, 'approved', '', 0, 0, 0, UTC_TIMESTAMP(6));"
    "INSERT INTO bank_ledger_entry (operation_id, account, kind, amount_cents, created_at) VALUES"
    " ('{id}', 'card:{card}', 'payment', {cents}, UTC_TIMESTAMP(6)),"
    " ('{id}', 'store:Padaria', 'payment', -{cents}, UTC_TIMESTAMP(6));"
    "INSERT INTO messaging_outbox (event_id, topic, `key`, headers, payload, created_at) VALUES"
    " ('{id}', 'payments', '{card}', '{{}}', '{{\"transaction_id\": \"{id}\"}}', UTC_TIMESTAMP(6));"
    "COMMIT"
)


class Doing(payment_pb2_grpc.PaymentServiceServicer):
    """The empty handler."""

    def Payment(self, request: Any, context: Any) -> Empty:  # noqa: ARG002, N802 - nothing is read
        """Answer."""
        return Empty()


class DoingAsync(payment_pb2_grpc.PaymentServiceServicer):
    """The empty handler of asyncio."""

    async def Payment(self, request: Any, context: Any) -> Empty:  # noqa: ARG002, N802
        """Answer."""
        return Empty()


class Bare(payment_pb2_grpc.PaymentServiceServicer):
    """The bare transaction; the request's description names the card."""

    def __init__(self, url: str) -> None:
        """Give each thread a connection of its own to the database at `url`."""
        self._url = urlsplit(url)
        self._here = threading.local()

    def Payment(self, request: Any, context: Any) -> Empty:  # noqa: ARG002, N802
        """Charge one cent or more."""
        driver = self._driver()
        cents = round(request.amount * 100)
        sql = _SQL.format(id=uuid7(), card=request.description, cents=cents)
        driver.query(sql.encode())
        while driver.next_result() == 0:
            pass
        return Empty()

    def _driver(self) -> Any:
        if not hasattr(self._here, "driver"):
            url = self._url
            self._here.driver = MySQLdb.connect(
                host=url.hostname,
                port=url.port,
                user=url.username,
                password=url.password or "",
                database=url.path[1:],
                charset="utf8mb4",
            )
        return self._here.driver


def main() -> None:
    """Serve until killed."""
    kind, port, threads, *url = sys.argv[1:]
    if kind == "empty-asyncio":
        asyncio.run(_serve_async(port))
        return
    server = grpc.server(ThreadPoolExecutor(int(threads)))
    service = Bare(url[0]) if kind == "bare" else Doing()
    payment_pb2_grpc.add_PaymentServiceServicer_to_server(service, server)
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    server.wait_for_termination()


async def _serve_async(port: str) -> None:
    server = grpc.aio.server()
    payment_pb2_grpc.add_PaymentServiceServicer_to_server(DoingAsync(), server)
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await server.wait_for_termination()


if __name__ == "__main__":
    main()
