"""A broken build: the inbox row is committed before the effect, by itself."""


def pytest_sessionstart() -> None:
    """Part the two once Django is there."""
    from messaging import inbox, processing

    def commit_apart(self: processing.TransactionProcessor, messages: processing.Messages) -> None:
        consumer = self._consumer
        with processing.unit_of_work(consumer.database):
            inbox.insert(consumer.name, messages, at=self._clock.now(), using=consumer.database)
        with processing.unit_of_work(consumer.database):
            self._handle(messages)

    processing.TransactionProcessor._commit = commit_apart
