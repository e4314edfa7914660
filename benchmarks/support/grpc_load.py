"""A light gRPC client: one process, many calls in flight, each answer followed by the next call.

`python -m benchmarks.support.grpc_load PORT[,PORT...] CLIENTS CALLS` reads a JSON list of requests
(hex of their bytes), which take turns, and prints one JSON line of what it measured. Connections go
to the ports in turn.
"""

import itertools
import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

import grpc

METHOD: Final = "/payment.PaymentService/Payment"
# One connection takes a hundred calls at most, and its reader is one thread.
_CALLS_PER_CHANNEL: Final = 16


class Load:
    """Calls until so many are answered; what was not OK is counted."""

    def __init__(
        self, ports: Sequence[int], clients: int, calls: int, requests: Sequence[bytes]
    ) -> None:
        """Prepare `clients` calls in flight at a time, `calls` in all."""
        channels = [
            grpc.insecure_channel(
                f"127.0.0.1:{ports[number % len(ports)]}",
                options=(("grpc.use_local_subchannel_pool", 1),),
            )
            for number in range(max(1, clients // _CALLS_PER_CHANNEL))
        ]
        for channel in channels:
            grpc.channel_ready_future(channel).result(timeout=30)
        stubs: list[Any] = [channel.unary_unary(METHOD) for channel in channels]
        self._clients = [stubs[number % len(stubs)] for number in range(clients)]
        self._requests: Iterator[bytes] = itertools.cycle(requests)
        self._calls = calls
        self._numbers = itertools.count(1)
        self._run_name = f"{time.time_ns()}"
        self._all_done = threading.Event()
        self._channels = channels
        self.times: list[float] = []
        self.failed = 0

    def run(self) -> float:
        """Return how many seconds all calls took."""
        begun = time.perf_counter()
        for client in self._clients:
            self._next(client)
        self._all_done.wait()
        return time.perf_counter() - begun

    def _next(self, client: Any) -> None:
        number = next(self._numbers)
        if number > self._calls:
            return
        sent_at = time.perf_counter()
        key = (("idempotency-key", f"{self._run_name}-{number}"),)
        future = client.future(next(self._requests), metadata=key, timeout=60)
        future.add_done_callback(lambda done: self._done(client, done, sent_at))

    def _done(self, client: Any, done: Any, sent_at: float) -> None:
        self.times.append(time.perf_counter() - sent_at)
        self.failed += done.code() is not grpc.StatusCode.OK
        if len(self.times) == self._calls:
            self._all_done.set()
        else:
            self._next(client)


def main() -> None:
    """Run the load that the arguments ask for."""
    ports = [int(port) for port in sys.argv[1].split(",")]
    clients, calls = map(int, sys.argv[2:])
    load = Load(ports, clients, calls, [bytes.fromhex(each) for each in json.load(sys.stdin)])
    seconds = load.run()
    times = sorted(load.times)
    found = {
        "seconds": seconds,
        "failed": load.failed,
        "p50": times[len(times) // 2],
        "p99": times[len(times) * 99 // 100],
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
