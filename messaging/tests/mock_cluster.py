"""The client library's own scripted cluster: answers it with errors, takes it down and up again.

Its functions are in the wheel's librdkafka and are called through `ctypes`; confluent-kafka is
pinned, and nothing but tests depends on this.
"""

import ctypes
from pathlib import Path
from typing import Any, Final

import confluent_kafka
from confluent_kafka import Producer

OFFSET_FETCH: Final = 9
LIST_OFFSETS: Final = 2
_BROKER: Final = 1


class MockCluster:
    """One broker in this process; `bootstrap` is its address."""

    def __init__(self) -> None:
        """Start it inside a client that does nothing else."""
        self._owner = Producer({"test.mock.num.brokers": 1, "log_level": 0})
        # A client object is Python's head, and then the library's handle.
        handle = ctypes.c_void_p.from_address(id(self._owner) + object.__basicsize__)
        self._library = _library()
        self._library.rd_kafka_handle_mock_cluster.restype = ctypes.c_void_p
        self._cluster = ctypes.c_void_p(self._library.rd_kafka_handle_mock_cluster(handle))
        self._library.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
        address: bytes = self._library.rd_kafka_mock_cluster_bootstraps(self._cluster)
        self.bootstrap = address.decode()

    def make_topic(self, name: str, partitions: int = 1) -> None:
        """Make a topic."""
        self._call("rd_kafka_mock_topic_create", name.encode(), partitions, 1)

    def answer_with(self, api: int, *codes: int) -> None:
        """Answer the next requests of one kind with these error codes, one after the other."""
        array = (ctypes.c_int * len(codes))(*codes)
        self._library.rd_kafka_mock_push_request_errors_array(
            self._cluster, ctypes.c_int16(api), ctypes.c_size_t(len(codes)), array
        )

    def go_down(self) -> None:
        """Refuse connections, and cut those there are."""
        self._call("rd_kafka_mock_broker_set_down", _BROKER)

    def come_up(self) -> None:
        """Accept connections again."""
        self._call("rd_kafka_mock_broker_set_up", _BROKER)

    def _call(self, name: str, *arguments: Any) -> None:
        error = getattr(self._library, name)(self._cluster, *arguments)
        assert error == 0, f"{name}: {error}"


def _library() -> ctypes.CDLL:
    folder = Path(confluent_kafka.__file__).parent.parent / "confluent_kafka.libs"
    (found,) = folder.glob("librdkafka*.so*")
    return ctypes.CDLL(str(found))
