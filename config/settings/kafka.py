"""How Trilho reaches Kafka; every client is made from these by `messaging.clients`."""

from pathlib import Path

import environ

env = environ.Env()

KAFKA_BOOTSTRAP_SERVERS: str = env.str("KAFKA_BOOTSTRAP_SERVERS", default="127.0.0.1:9092")
KAFKA_GROUP_PREFIX: str = env.str("KAFKA_GROUP_PREFIX", default="")
# "consumer" is Kafka 4's server-side rebalance; "classic" suits older clusters.
KAFKA_GROUP_PROTOCOL: str = env.str("KAFKA_GROUP_PROTOCOL", default="consumer")
# Raw librdkafka options for every client (security.protocol, sasl.*, ssl.*).
KAFKA_CLIENT_OPTIONS: dict[str, str] = env.dict("KAFKA_CLIENT_OPTIONS", default={})
KAFKA_REPLICATION_FACTOR: int = env.int("KAFKA_REPLICATION_FACTOR", default=1)
# The jars of the local broker, shared by every data folder.
KAFKA_JARS_DIR = Path(
    env.str("KAFKA_JARS_DIR", default=str(Path(__file__).parents[2] / "var" / "jars"))
)
# Classes that are told of every consumed message, beside the metrics and the log.
MESSAGING_OBSERVERS: list[str] = ["orders.observers.BoardObserver"]
