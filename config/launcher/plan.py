"""What one start of the product consists of: its addresses, its processes, their surroundings."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"
CONSUMERS = (
    "processor",
    "results",
    "webhooks",
    "televendas",
    "statement",
    "reservation",
    "fraud",
    "payment",
    "picking",
    "notification",
    "reporting",
)
GRPC = "the bank's gRPC"
"What needs the bank's port, beside that of its metrics."
_FIRST_METRICS_PORT = 10
_STOP_SECONDS = 4
# Kafka goes last, so that the others can still put down what they have in hand.
_KAFKA_STOP_SECONDS = 4


@dataclass(frozen=True, slots=True)
class Program:
    """One supervised process: its command, where it tells its health, its seconds to end."""

    name: str
    command: tuple[str, ...]
    health_url: str = ""
    metrics_url: str = ""
    stop_seconds: int = _STOP_SECONDS


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for on the command line and by the environment."""

    var: Path
    port: int = 8000
    kafka_port: int = 9092
    bank_port: int = 50052
    simulate: float = 0
    consumers: tuple[str, ...] = CONSUMERS
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    # What runs beside the product, and the ports that it needs by what needs them.
    beside: tuple[Program, ...] = ()
    beside_ports: dict[str, int] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        """Return the address of the pages and of REST."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def websocket_url(self) -> str:
        """Return the address of the live panel's socket."""
        return f"ws://{LOOPBACK}:{self.port + 1}/ws/panel/"

    @property
    def bank_address(self) -> str:
        """Return where the bank answers over gRPC, as host:port."""
        return f"{LOOPBACK}:{self.bank_port}"

    @property
    def owns_kafka(self) -> bool:
        """Tell whether the broker is ours to start: no other was named."""
        return "KAFKA_BOOTSTRAP_SERVERS" not in self.environment

    @property
    def bootstrap_servers(self) -> str:
        """Return where the broker listens, ours or the one that was named."""
        named = self.environment.get("KAFKA_BOOTSTRAP_SERVERS")
        return named or f"{LOOPBACK}:{self.kafka_port}"

    @property
    def ports(self) -> dict[str, int]:
        """Return every port that must be free, by what needs it."""
        kafka = {"Kafka": self.kafka_port, "Kafka's controller": self.kafka_port + 1}
        followers = {
            program.name: self._metrics_port(index)
            for index, program in enumerate(self._followers())
        }
        own = {"web": self.port, "live": self.port + 1, GRPC: self.bank_port}
        return {**own, **followers, **(kafka if self.owns_kafka else {}), **self.beside_ports}

    @property
    def programs(self) -> list[Program]:
        """Return all processes in the order in which they start."""
        kafka = [self._kafka()] if self.owns_kafka else []
        followers = [*self._followers(), *self._simulator(), *self.beside]
        return [*kafka, self._web(), self._live(), *followers]

    @property
    def surroundings(self) -> dict[str, str]:
        """Return the environment that every process is given."""
        health = ",".join(
            f"{program.name}={program.health_url}"
            for program in self.programs
            if program.health_url and program.name != "web"
        )
        return {
            **self.environment,
            "TRILHO_VAR": str(self.var),
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "HEALTH_URLS": health,
            "BANK_ADDRESS": self.bank_address,
            "SITE_URL": self.environment.get("SITE_URL", self.base_url),
            "PYTHONUNBUFFERED": "1",
        }

    def _metrics_port(self, index: int) -> int:
        return self.port + _FIRST_METRICS_PORT + index

    def _kafka(self) -> Program:
        command = manage("run_kafka", "--port", str(self.kafka_port))
        return Program("kafka", command, stop_seconds=_KAFKA_STOP_SECONDS)

    def _web(self) -> Program:
        command = (
            str(Path(sys.executable).with_name("granian")),
            *("--interface", "wsgi", "--host", LOOPBACK, "--port", str(self.port)),
            *("--workers", "1", "--blocking-threads", "16", "--no-ws", "--respawn-failed-workers"),
            *("--no-access-log", "--workers-kill-timeout", "3", "config.launcher.wsgi:application"),
        )
        return Program("web", command, f"{self.base_url}/readyz", f"{self.base_url}/metrics")

    def _live(self) -> Program:
        address = f"http://{LOOPBACK}:{self.port + 1}"
        command = (
            *(sys.executable, "-m", "uvicorn", "--host", LOOPBACK, "--port", str(self.port + 1)),
            *("--ws", "websockets-sansio", "--no-access-log", "--timeout-graceful-shutdown", "3"),
            *("--ws-max-size", "8192", "--ws-per-message-deflate", "false"),
            "config.asgi:application",
        )
        return Program("live", command, f"{address}/readyz", f"{address}/metrics")

    def _followers(self) -> list[Program]:
        """Return the processes that have no page and tell their health on a port of their own."""
        roles: dict[str, tuple[str, ...]] = {"relay": ("run_relay",)}
        roles |= {name: ("run_consumer", name) for name in self.consumers}
        roles |= {"webhook-sender": ("run_webhooks",), "sweeper": ("run_sweeper",)}
        roles |= {"housekeeping": ("housekeeping", "--every", "60")}
        roles |= {"bank": ("run_bank", "--address", self.bank_address)}
        return [
            self._follower(name, arguments, self._metrics_port(index))
            for index, (name, arguments) in enumerate(roles.items())
        ]

    def _follower(self, name: str, arguments: tuple[str, ...], port: int) -> Program:
        address = f"http://{LOOPBACK}:{port}"
        command = manage(*arguments, "--metrics-port", str(port))
        return Program(name, command, f"{address}/readyz", f"{address}/metrics")

    def _simulator(self) -> list[Program]:
        if not self.simulate:
            return []
        command = manage("simulate", "--rate", str(self.simulate), "--forever")
        # It would wait for its last decisions; who stops everything wants none.
        return [Program("simulate", command, stop_seconds=1)]


def manage(*arguments: str) -> tuple[str, ...]:
    """Return the command line of a management command under this very Python."""
    return (sys.executable, str(ROOT / "manage.py"), *arguments)
