"""A broken build: the client stores an offset when it hands the record over, as is its default."""


def pytest_sessionstart() -> None:
    """Leave it to the client once Django is there."""
    from messaging import clients, kafka

    # Soon, so that the check need not wait for the client's second.
    clients._CONSUMER.update({"enable.auto.offset.store": True, "auto.commit.interval.ms": 10})
    kafka.KafkaMembership.store = lambda _self, _offsets: None
