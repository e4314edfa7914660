"""Who a record is that came without a name of its own."""

from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.consumer import Takes
from messaging.envelope import Decoder
from messaging.records import Headers, Record
from messaging.tests.scratch.events import Noted

NAMESPACE = UUID("5c0b8a4e-5d5c-5f0e-9d0c-6f1d7a3f2b10")
VALUE = b'{"number":1}'


def identity(*, offset: int = 0, headers: Headers = (), topic_id: str = "id") -> str:
    decoder = Decoder([Takes(Noted, default=True)], lambda _: topic_id)
    topic = Noted.TOPIC.name
    message = decoder.decode(Record(topic, 2, offset, b"k", VALUE, 0, headers))
    assert message is not None
    return message.event_id


@given(st.integers(0, 2**63), st.text(max_size=22))
def test_is_made_of_its_place(offset: int, topic_id: str) -> None:
    expected = str(uuid5(NAMESPACE, f"{topic_id}/2/{offset}"))

    assert identity(offset=offset, topic_id=topic_id) == expected


@pytest.mark.parametrize("given_id", ["42", "no uuid", "é"])
def test_is_made_of_source_and_id_where_the_id_is_no_uuid(given_id: str) -> None:
    headers = (("ce_id", given_id.encode()), ("ce_source", b"/shop"))

    assert identity(headers=headers) == str(uuid5(NAMESPACE, f"/shop\n{given_id}"))
