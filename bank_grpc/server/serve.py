"""Builds the bank's gRPC server, and takes it down so that no call in hand is lost."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import grpc
from django.conf import settings
from grpc import aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2_grpc

from bank_grpc.protos import bank_pb2, bank_pb2_grpc, payment_pb2, payment_pb2_grpc
from bank_grpc.server import metrics, tls
from bank_grpc.server.bank_service import BankService
from bank_grpc.server.guard import Guard
from bank_grpc.server.loop import LoopThread
from bank_grpc.server.payment_service import PaymentService
from bank_grpc.server.watch import Watch
from bank_grpc.services.clerk import Clerk

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

    loop: LoopThread
    server: aio.Server
    health: health.aio.HealthServicer
    clerk: Clerk
    port: int
    watch: Watch
    draining: threading.Event

    def trouble(self) -> str | None:
        """Say why no call should come here now, None while all may."""
        return "draining" if self.draining.is_set() else None

    def stop(self) -> None:
        """Say NOT_SERVING, turn away who comes, finish what is in hand; within eight seconds."""
        self.draining.set()
        self.loop.run(self.health.enter_graceful_shutdown())
        self.watch.wait_quiet(DRAIN_SECONDS)
        self.loop.run(self.server.stop(_CUT_SECONDS))
        self.clerk.close()
        self.loop.close()


def start(address: str) -> BankServer:
    """Serve both services at `address` (host:port, port 0 for a free one).

    Raises PortTakenError, and TlsError where the settings' certificates are not whole.
    """
    secret = tls.credentials()
    loop = LoopThread("bank-loop")
    clerk = Clerk(loop.loop)
    try:
        return loop.run(_start(address, secret, loop, clerk))
    except BaseException:  # Raised again: a start that broke off leaves no thread behind.
        clerk.close()
        loop.close()
        raise


async def _start(
    address: str, secret: grpc.ServerCredentials | None, loop: LoopThread, clerk: Clerk
) -> BankServer:
    watch, draining = Watch(), threading.Event()
    metrics.IN_HAND.set_function(watch.count)
    # For the handlers that are no coroutines, and for what a coroutine must not wait for itself.
    pool = ThreadPoolExecutor(settings.BANK_THREADS, thread_name_prefix="bank")
    asyncio.get_running_loop().set_default_executor(pool)
    server = aio.server(
        pool,
        options=_OPTIONS,
        maximum_concurrent_rpcs=settings.BANK_CALLS_AT_ONCE,
    )
    # It takes services in like a server, which the generated stubs do not know.
    guard: Any = Guard(watch, draining)
    payment_pb2_grpc.add_PaymentServiceServicer_to_server(PaymentService(clerk), guard)
    bank_pb2_grpc.add_BankServiceServicer_to_server(BankService(), guard)
    checks = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(checks, guard)
    if settings.BANK_REFLECTION:
        shown = reflection.aio.ReflectionServicer((*_SERVICES, reflection.SERVICE_NAME))
        reflection_pb2_grpc.add_ServerReflectionServicer_to_server(shown, guard)  # type: ignore[no-untyped-call]
    server.add_generic_rpc_handlers((guard,))
    port = _listen(server, address, secret)
    await server.start()
    for name in ("", *_SERVICES):
        await checks.set(name, _SERVING)
    return BankServer(loop, server, checks, clerk, port, watch, draining)


def _listen(server: aio.Server, address: str, secret: grpc.ServerCredentials | None) -> int:
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
