"""Topics full of customers, as our shop and as change capture write them, and their reader."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar
from uuid import uuid4

from confluent_kafka.cimpl import NewTopic
from django.db import connections
from uuid_utils.compat import uuid7

from messaging import clients
from messaging.confirmed import Confirmed
from messaging.consumer import Message, Takes
from messaging.topics import Topic
from televendas.adapters import sources
from televendas.consumers.televendas import Televendas
from televendas.events import CustomerRead

PARTITIONS = 4
ALIAS = "televendas"
TABLES = ("messaging_inbox", "televendas_customer")
_HEADERS = {
    "ce_type": CustomerRead.TYPE,
    "ce_source": "/trilho/orders",
    "ce_specversion": "1.0",
}
# Columns of the legacy table that no telesales team may see.
_FULL = {
    "cpf": "111.444.777-35",
    "email": "maria.silva@example.com",
    "endereco": "Rua das Laranjeiras 100, apto 42",
    "data_nascimento": 7300,
}


class CountingReader(Televendas):
    """The telesales reader, which counts what it has applied."""

    done = 0

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        """Apply and count."""
        super().handle_batch(messages)
        self.done += len(messages)


def new_topic() -> str:
    """Make a topic on the broker, with a name that nobody has."""
    name = f"bench-customers-{uuid4()}"
    admin = clients.admin()
    admin.create_topics([NewTopic(name, PARTITIONS, 1)])[name].result(20)
    return name


def produce_own(topic: str, count: int) -> None:
    """Write `count` customers as the shop's relay would."""
    sending = Confirmed()
    for number, (name, phone) in enumerate(_people(count)):
        event = {
            "customer_id": f"c-{number:08}",
            "name": name,
            "phone": phone,
            "region": "SP",
            "version": 1,
            "deleted": False,
            "erased": False,
        }
        sending.send(topic, json.dumps(event), event["customer_id"], headers=_new_headers())
    sending.settle()


def produce_changes(topic: str, count: int) -> None:
    """Write `count` customers as Debezium would of a table with full records, schemas off."""
    sending = Confirmed()
    for number, (name, phone) in enumerate(_people(count)):
        row = {"id": number, "nome": name, "telefone": phone, "regiao": "SE", **_FULL}
        place = {"file": "bin.000001", "pos": 1000 + number, "row": 0, "snapshot": "true"}
        source = {"connector": "mariadb", "name": "legado", "ts_ms": 1, "gtid": None, **place}
        change = {"before": None, "after": row, "source": source, "op": "r", "ts_ms": 2}
        sending.send(topic, json.dumps(change), json.dumps({"id": number}))
    sending.settle()


def reader_of(topic: str, group: str) -> CountingReader:
    """Return the reader of `topic` in a group of its own."""

    class Read(CustomerRead, frozen=True, kw_only=True):
        TOPIC: ClassVar[Topic] = Topic(name=topic, retention=None)

    takes = (Takes(Read, default=True, opens=sources.read),)
    made: CountingReader = type("BenchReader", (CountingReader,), {"name": group, "takes": takes})()
    return made


def empty_tables() -> None:
    """Forget what an earlier round has written."""
    with connections[ALIAS].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"TRUNCATE TABLE {table}")


def _people(count: int) -> Iterator[tuple[str, str]]:
    for number in range(count):
        phone = f"(11) 9{8000 + number // 10_000:04}-{number % 10_000:04}"
        yield f"Maria Aparecida da Silva {number}", phone


def _new_headers() -> dict[str, str]:
    return _HEADERS | {"ce_id": str(uuid7())}
