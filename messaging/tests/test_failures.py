"""Errors are classed by their type and code, never by a guess at their words."""

import pytest
from confluent_kafka import KafkaError, KafkaException
from django.db import IntegrityError, InterfaceError, OperationalError

from messaging.errors import DeliveryError, PoisonError, SwallowedDatabaseError, TransientError
from messaging.failures import Failure, classify


class TestClassify:
    @pytest.mark.parametrize("code", [1205, 1213, 1020])
    def test_contention_makes_the_record_wait(self, code: int) -> None:
        assert classify(OperationalError(code, "")) is Failure.TRANSIENT

    @pytest.mark.parametrize("code", [2002, 2003, 2006, 2013])
    def test_a_lost_connection_is_an_outage(self, code: int) -> None:
        assert classify(OperationalError(code, "")) is Failure.OUTAGE

    @pytest.mark.parametrize(
        ("error", "failure"),
        [
            (OperationalError("database is locked"), Failure.OUTAGE),
            (InterfaceError("connection already closed"), Failure.OUTAGE),
            (KafkaException(KafkaError(KafkaError._TRANSPORT)), Failure.OUTAGE),
            (KafkaException(KafkaError(KafkaError.NOT_COORDINATOR)), Failure.OUTAGE),
            (KafkaException(KafkaError(KafkaError.MSG_SIZE_TOO_LARGE)), Failure.UNKNOWN),
            (DeliveryError("no word"), Failure.TRANSIENT),
            (SwallowedDatabaseError("hidden"), Failure.TRANSIENT),
            (TransientError("away"), Failure.TRANSIENT),
            (TimeoutError(), Failure.TRANSIENT),
            (PoisonError("bad_json"), Failure.POISON),
            (IntegrityError(1062, "Duplicate entry"), Failure.UNKNOWN),
            (OperationalError(1054, "Unknown column"), Failure.UNKNOWN),
            (KeyError("a bug"), Failure.UNKNOWN),
        ],
    )
    def test_of_the_others(self, error: Exception, failure: Failure) -> None:
        assert classify(error) is failure
