"""The settings of a one-node Kafka that forgets a dead consumer in three seconds, not in 45."""

from pathlib import Path

_SINGLE_NODE = """\
process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
broker.session.timeout.ms=1500
broker.heartbeat.interval.ms=300
group.consumer.session.timeout.ms=3000
group.consumer.min.session.timeout.ms=1000
group.consumer.heartbeat.interval.ms=500
group.consumer.min.heartbeat.interval.ms=200
group.min.session.timeout.ms=1000
offsets.retention.minutes=525600
log.cleaner.dedupe.buffer.size=16777216
"""


def render(*, host: str, port: int, controller_port: int, data: Path) -> str:
    """Return server.properties for a node that listens on `host` and keeps its log in `data`.

    Clients on this machine and on `host` reach it at `port`; the controller stays on loopback.
    """
    bind = "127.0.0.1" if host == "127.0.0.1" else "0.0.0.0"  # noqa: S104 - a container's own net
    return _SINGLE_NODE + (
        f"listeners=PLAINTEXT://{bind}:{port},CONTROLLER://127.0.0.1:{controller_port}\n"
        f"advertised.listeners=PLAINTEXT://{host}:{port}\n"
        "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT\n"
        f"controller.quorum.bootstrap.servers=127.0.0.1:{controller_port}\n"
        f"log.dirs={data}\n"
    )
