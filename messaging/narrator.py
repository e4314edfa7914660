"""Condenses what Kafka clients log: one line when a broker goes away, one when it is back."""

import logging
import re
import time
from collections.abc import Callable
from typing import Final

from confluent_kafka import KafkaError

# A trouble that lasts is named again so often.
REPEAT_SECONDS: Final = 300.0

_ADDRESS: Final = re.compile(r"((?:[\w.\-]+|\[[\da-fA-F:]+\]):\d+)(?=[/:])")
_THREAD: Final = re.compile(r"^\[thrd:.*?\]: ")
_AGE: Final = re.compile(r" \(after \d+ms in state \w+\)")
# The client's log tells of lost connections in more words, and when they are back.
_TOLD_IN_THE_LOG: Final = frozenset(
    {
        KafkaError._TRANSPORT,  # noqa: SLF001 - librdkafka's own codes are named so
        KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001
    }
)
_ALL_DOWN: Final = re.compile(r"\d+/\d+ brokers are down")


class Narrator:
    """Stands in for a logger where a client wants one; one of them hears all of a process.

    A client that looks for a lost broker says so several times a second, and every client of the
    process does. Here a broker is away once, and each further reason is told once in
    `REPEAT_SECONDS`; what is held back goes to the log at debug. It keeps no lock, for it must
    outlive a fork: at worst two threads say the same thing.
    """

    def __init__(
        self, logger: logging.Logger, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Narrate to `logger`."""
        self._logger = logger
        self._monotonic = monotonic
        self._away: dict[str, float] = {}
        self._said: dict[tuple[str, str], float] = {}
        self._is_hushed = False

    def hush(self) -> None:
        """Say no more about lost brokers: the process ends and has nothing left to ask them."""
        self._is_hushed = True

    def log(self, level: int, template: str, facility: str, client: str, text: str) -> None:
        """Take a line from the client library, which calls this as it would a logger's."""
        words = _THREAD.sub("", text)
        if level >= logging.INFO:
            self._tell(level, words)
        elif facility == "STATE" and words.endswith("-> UP"):
            self._welcome(words)
        else:
            self._logger.log(level, template, facility, client, text)

    def trouble(self, error: KafkaError) -> None:
        """Take an error that a client hands out instead of a record, or to its callback."""
        if error.code() not in _TOLD_IN_THE_LOG:
            self._tell(logging.WARNING, str(error))

    def _tell(self, level: int, words: str) -> None:
        reason = _AGE.sub("", words)
        if self._is_hushed or level < logging.WARNING or _ALL_DOWN.search(reason):
            # Plain disconnects too: idle connections are closed, and lost brokers refuse the next.
            self._logger.debug("kafka client: %s", reason)
            return
        found = _ADDRESS.search(reason)
        address = found[1] if found else ""
        now = self._monotonic()
        # Whoever comes first sets it, and gets back the very number that was passed.
        since = self._away.setdefault(address, now) if address else now
        if not self._is_news(address, reason, now):
            self._logger.debug("kafka client: %s", reason)
        elif not address:
            self._logger.log(level, "kafka client: %s", reason)
        elif since is now:
            self._logger.warning("broker %s is away: %s", address, reason)
        else:
            self._logger.warning("broker %s away for %.0f s: %s", address, now - since, reason)

    def _is_news(self, address: str, reason: str, now: float) -> bool:
        key = (address, re.sub(r"\d+", "#", reason))
        last = self._said.get(key)
        if last is not None and now - last < REPEAT_SECONDS:
            return False
        self._said[key] = now
        return True

    def _welcome(self, words: str) -> None:
        found = _ADDRESS.search(words)
        address = found[1] if found else ""
        since = self._away.pop(address, None)
        if since is not None:
            self._said.clear()
            away = self._monotonic() - since
            self._logger.warning("broker %s is back after %.0f s", address, away)
