"""A wrong declaration is refused when anything is started, before a record is read by it."""

import pytest
from django.core.checks import CheckMessage
from pytest_django import Settings

from televendas.checks import check_key, check_sources


def test_the_settings_as_they_come_are_right() -> None:
    assert check_sources() == []
    assert check_key() == []


def test_two_sources_with_one_key_column_are_refused(settings: Settings) -> None:
    one = settings.TELEVENDAS_SOURCES["banco1"]
    settings.TELEVENDAS_SOURCES = {"banco1": one, "banco2": one}

    [error] = check_sources()

    assert isinstance(error, CheckMessage)
    assert error.is_serious()
    assert "same key column" in error.msg


@pytest.mark.parametrize("key", [b"", b"short"])
def test_a_key_that_can_be_guessed_is_refused(settings: Settings, key: bytes) -> None:
    settings.TELEVENDAS_KEY = key

    assert [error.id for error in check_key()] == ["televendas.E003"]
