"""Builds the bank's gRPC server, and takes it down so that no call in hand is lost."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import grpc
from django.conf import settings
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from bank_grpc.protos import bank_pb2, bank_pb2_grpc, payment_pb2, payment_pb2_grpc
from bank_grpc.server import metrics, tls
from bank_grpc.server.bank_service import BankService
from bank_grpc.server.guard import Guard
from bank_grpc.server.payment_service import PaymentService
from bank_grpc.server.watch import Watch

# What is in hand may take so long; what is left, and streams, which have no end, are cut then.
DRAIN_SECONDS: Final = 7.0
_CUT_SECONDS: Final = 1.0
_SERVICES: Final = (
    payment_pb2.DESCRIPTOR.services_by_name["PaymentService"].full_name,
    bank_pb2.DESCRIPTOR.services_by_name["BankService"].full_name,
    health.SERVICE_NAME,
)
_OPTIONS: Final = (
    # A second server on the same port would take calls that nobody drains.
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", 64 * 1024),
)
_SERVING: Final = health_pb2.HealthCheckResponse.SERVING


class PortTakenError(OSError):
    """Nothing can listen at the address."""


@dataclass(frozen=True, slots=True)
class BankServer:
    """A server that answers; `port` is the one that it listens on."""

    server: grpc.Server
    health: health.HealthServicer
    port: int
    watch: Watch
    draining: threading.Event

    def trouble(self) -> str | None:
        """Say why no call should come here now, None while all may."""
        return "draining" if self.draining.is_set() else None

    def stop(self) -> None:
        """Say NOT_SERVING, turn away who comes, finish what is in hand; within eight seconds."""
        self.draining.set()
        self.health.enter_graceful_shutdown()
        self.watch.wait_quiet(DRAIN_SECONDS)
        self.server.stop(_CUT_SECONDS).wait()


def start(address: str) -> BankServer:
    """Serve both services at `address` (host:port, port 0 for a free one).

    Raises PortTakenError, and TlsError where the settings' certificates are not whole.
    """
    watch, draining = Watch(), threading.Event()
    metrics.IN_HAND.set_function(watch.count)
    server = grpc.server(
        ThreadPoolExecutor(settings.BANK_THREADS, thread_name_prefix="bank"),
        interceptors=[Guard(watch, draining)],
        options=_OPTIONS,
        maximum_concurrent_rpcs=settings.BANK_CALLS_AT_ONCE,
    )
    payment_pb2_grpc.add_PaymentServiceServicer_to_server(PaymentService(), server)
    bank_pb2_grpc.add_BankServiceServicer_to_server(BankService(), server)
    checks = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    if settings.BANK_REFLECTION:
        reflection.enable_server_reflection((*_SERVICES, reflection.SERVICE_NAME), server)
    port = _listen(server, address)
    server.start()
    for name in ("", *_SERVICES):
        checks.set(name, _SERVING)
    return BankServer(server, checks, port, watch, draining)


def _listen(server: grpc.Server, address: str) -> int:
    secret = tls.credentials()
    try:
        if secret is None:
            port = server.add_insecure_port(address)
        else:
            port = server.add_secure_port(address, secret)
    except RuntimeError as error:
        raise PortTakenError(f"{address}: nothing can listen there") from error
    if not port:
        raise PortTakenError(f"{address}: nothing can listen there")
    return port
